/** The numbered reports of runners: authorise, fold, write; again for those whose row moved meanwhile. */
import { isRefused } from '../../core/protocol/read-report-request.ts'
import type { Directive, Fact, HolderFact, RunAnswer } from '../../core/protocol/reports.ts'
import { foldReport, passOverReport } from '../../core/reports.ts'
import type { AppliedRun } from '../../db/transitions/apply-changes.ts'
import type { RunWrite } from '../../db/transitions/run-write.ts'
import { mintRunToken } from '../auth/mint-run-token.ts'
import type { RunToken } from '../auth/run-token.ts'
import { mayDo } from '../permissions.ts'
import { answerRun, refuseRun } from './answer-run.ts'
import { holdsBySession, tokenFor } from './sender.ts'
import { takeOutput } from './take-output.ts'
import type { Batch, IngestContext } from './batch.ts'
import { writeRuns } from './write-runs.ts'

type Report = Batch['request']['reports'][number]
type Output = Extract<HolderFact, { kind: 'output' }>

interface Item {
  report: Report
  token: RunToken | null
  /** What the run's process printed, when it came with the same batch: one statement stores both. */
  output: Output[]
  /** Only states of the run are left of the report. */
  reduced?: true
}

type Decision = { answer: RunAnswer } | { write: RunWrite; directives: Directive[] }

/** Decisions against a row that others move too. */
const ATTEMPTS = 5

/** Answers by run. Output that was stored with a report is taken out of the batch. */
export async function takeRunReports(context: IngestContext, batch: Batch): Promise<Map<string, RunAnswer>> {
  const answers = new Map<string, RunAnswer>()
  let items: Item[] = []
  for (const report of batch.request.reports) {
    // A runner has one batch of a run in flight: a second one in the same request is answered by the first and comes again.
    if (answers.has(report.flowRunId) || items.some((item) => item.report.flowRunId === report.flowRunId)) continue
    const token = await tokenFor(report, batch.sender, { ...context, now: batch.now })
    const refusal = refusalOf(context, batch, report, token)
    if (refusal) answers.set(report.flowRunId, refusal)
    else
      items.push({
        report,
        token,
        output: batch.request.holderFacts.filter((fact): fact is Output => fact.kind === 'output' && isSameRun(fact, report)),
      })
  }
  for (let attempt = 1; items.length > 0; attempt++) {
    const writing: { item: Item; write: RunWrite; directives: Directive[] }[] = []
    for (const item of items) {
      const decision = decide(context, batch, item)
      if ('answer' in decision) answers.set(item.report.flowRunId, decision.answer)
      else writing.push({ item, ...decision })
    }
    const outcomes = await writeRuns(
      context,
      writing.map(({ write }) => write),
    )
    items = []
    for (const [index, outcome] of outcomes.entries()) {
      const { item, directives } = writing[index] as (typeof writing)[number]
      const answer = outcome === 'unstorable' ? passOver(context, batch, item) : await settle(context, batch, item, outcome, directives)
      if (answer === 'again' && attempt < ATTEMPTS) items.push(item)
      else answers.set(item.report.flowRunId, answer === 'again' ? stand(context, batch, item.report) : answer)
    }
  }
  return answers
}

const isSameRun = (a: { flowRunId: string; epoch: number }, b: { flowRunId: string; epoch: number }): boolean =>
  a.flowRunId === b.flowRunId && a.epoch === b.epoch

/** Who may not report on this run hears nothing about it. */
function refusalOf(context: IngestContext, batch: Batch, report: Report, token: RunToken | null): RunAnswer | null {
  const run = batch.runs.get(report.flowRunId)
  const { sender } = batch
  if (!run) {
    if (token) return refuseRun(context.timings, report, 'unknown_run', 'The run does not exist any more.')
    return refuseRun(context.timings, report, 'not_your_run', 'There is no such run here, or it may not be reported on with this credential.')
  }
  const startedIt =
    'creation' in report &&
    report.creation !== undefined &&
    run.facts.workPoolId === null &&
    sender.kind === 'key' &&
    mayDo(sender.actor, 'flow-runs:start')
  if (token || holdsBySession(run.facts, sender, batch.sessionId) || startedIt) return null
  return refuseRun(context.timings, report, 'not_your_run', 'There is no such run here, or it may not be reported on with this credential.')
}

function decide(context: IngestContext, batch: Batch, { report, output }: Item): Decision {
  const run = batch.runs.get(report.flowRunId)
  if (!run) return { answer: refuseRun(context.timings, report, 'unknown_run', 'The run does not exist any more.') }
  const { facts } = run
  const answer = (acknowledged: number, directives: Directive[]): Decision => ({
    answer: answerRun(context.timings, run, { epoch: report.epoch, acknowledged, directives, now: batch.now }),
  })
  const body = isRefused(report) ? [] : report.facts.filter((fact) => fact.kind !== 'flow-run-state' || fact.state.id !== facts.state.id)
  const fold = foldReport({
    run: facts,
    report: { ...report, facts: body },
    sentAt: batch.request.sentAt,
    // A spool that a later life of the worker delivers brings no run back to that life: nothing of it runs there.
    from: batch.given.get(report.flowRunId) === 'session' ? batch.from : { kind: 'runner' },
    now: batch.now,
    newId: context.newId,
  })
  switch (fold.kind) {
    case 'stop':
      return answer(report.epoch === facts.epoch ? facts.lastN : 0, [{ kind: 'stop', reason: fold.reason }])
    case 'duplicate':
      return answer(fold.acknowledged, fold.directives)
    case 'gap':
      return answer(fold.expected - 1, fold.directives)
    case 'write':
      if (isRefused(report)) return { write: { change: passOverReport(facts, report) }, directives: fold.directives }
      return {
        write: { change: fold.change, facts: fold.facts, output: output.map((fact) => takeOutput(fact, facts, batch)), ...nameIn(body) },
        directives: fold.directives,
      }
  }
}

/** The latest name that the report gives its run. */
function nameIn(facts: readonly Fact[]): { name?: string } {
  const names = facts.flatMap((fact) => (fact.kind === 'flow-run-state' && fact.name !== undefined ? [fact.name] : []))
  const name = names.at(-1)
  return name === undefined ? {} : { name }
}

/** After the statement: acknowledged when it was written, decided again when the row had moved. */
async function settle(context: IngestContext, batch: Batch, item: Item, outcome: AppliedRun, directives: Directive[]): Promise<RunAnswer | 'again'> {
  const { report, token, output } = item
  if (!outcome.facts) {
    batch.runs.delete(report.flowRunId)
    return refuseRun(context.timings, report, 'unknown_run', 'The run does not exist any more.')
  }
  const run = { facts: outcome.facts, watchedUntil: outcome.watchedUntil }
  batch.runs.set(report.flowRunId, run)
  if (!outcome.written) return 'again'
  batch.request.holderFacts = batch.request.holderFacts.filter((fact) => !output.includes(fact as Output))
  const answer = answerRun(context.timings, run, { epoch: report.epoch, acknowledged: report.n, directives, now: batch.now })
  if (isRefused(report)) answer.refused = report.refused
  if (run.facts.epoch === report.epoch && needsToken(context, batch, token)) {
    answer.runToken = await mintRunToken(context.tokenSecret, context.timings, {
      workspaceId: context.workspaceId,
      flowRunId: report.flowRunId,
      epoch: report.epoch,
      now: batch.now,
    })
  }
  return answer
}

/** Past half of its life, or not there at all. */
const needsToken = (context: IngestContext, batch: Batch, token: RunToken | null): boolean =>
  token === null || token.expiresAt - batch.now < context.timings.runTokenLife / 2

/** The same report without what the database did not take: first its states and a line that says so, then nothing of it but its number. */
function passOver(context: IngestContext, batch: Batch, item: Item): 'again' | RunAnswer {
  const { report } = item
  const refused = { code: 'unstorable' as const, message: 'The database does not take what this report carries; the report was passed over.' }
  if (isRefused(report)) return refuseRun(context.timings, report, refused.code, refused.message)
  const { flowRunId, epoch, n, stateId, runToken } = report
  const states = report.facts.filter(({ kind }) => kind === 'flow-run-state')
  if (!item.reduced && states.length < report.facts.length) {
    const message = `${report.facts.length - states.length} facts of report ${n} were not stored: the database does not take what one of them carries`
    const line = { time: batch.request.sentAt, level: 'warn' as const, message, source: 'weir' as const }
    item.report = { ...report, facts: [...states, { kind: 'logs', flowRunId, lines: [line] }] }
    item.reduced = true
  } else item.report = { flowRunId, epoch, n, stateId, runToken, refused }
  item.output = []
  return 'again'
}

/** Others moved the row each time: the report was not stored, and its sender comes again with it. */
function stand(context: IngestContext, batch: Batch, report: Report): RunAnswer {
  const run = batch.runs.get(report.flowRunId)
  if (!run) return refuseRun(context.timings, report, 'unknown_run', 'The run does not exist any more.')
  return answerRun(context.timings, run, {
    epoch: report.epoch,
    acknowledged: run.facts.epoch === report.epoch ? run.facts.lastN : 0,
    directives: [],
    now: batch.now,
  })
}
