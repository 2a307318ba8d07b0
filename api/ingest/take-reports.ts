/**
 * Takes a batch of reports: read all runs in one round trip, let core decide, write everything in one statement, announce, answer.
 * 1. Nothing is acknowledged before it is stored.
 * 2. A run whose guard did not hold is decided again from what the statement saw, a few times; then its report comes again by itself.
 * 3. One run's trouble (refused, malformed, unstorable) never keeps another's report from being stored.
 * 4. Reports are folded before holder facts: "exited" must not overtake the final state.
 */
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import type { ReadReports } from '../../core/protocol/read-report-request.ts'
import type { ReportAnswer, RunAnswer } from '../../core/protocol/reports.ts'
import { answerRun } from './answer-run.ts'
import { type IngestContext, readBatch } from './batch.ts'
import type { Sender } from './sender.ts'
import { takeHolderFacts } from './take-holder-facts.ts'
import { takeRunReports } from './take-run-reports.ts'
import { renewSession } from './renew-session.ts'

/** Stores what can be stored, and answers for every run that was named. Two round trips unless somebody else moved a run meanwhile. */
export async function takeReports(context: IngestContext, sender: Sender, request: ReadReports): Promise<ReportAnswer> {
  const batch = await readBatch(context, sender, request)
  const answers = await takeRunReports(context, batch)
  for (const answer of await takeHolderFacts(context, batch)) if (!answers.has(answer.flowRunId)) answers.set(answer.flowRunId, answer)
  if (batch.sessionId !== null && request.reports.length === 0) {
    for (const run of await renewSession(context, batch.sessionId))
      if (!answers.has(run.facts.id)) answers.set(run.facts.id, renewed(context, run, batch.now))
  }
  return { serverTime: batch.now, answers: request.sentAt, runs: [...answers.values()] }
}

const renewed = (context: IngestContext, run: { facts: FlowRunFacts; watchedUntil: Instant | null }, now: Instant): RunAnswer =>
  answerRun(context.timings, run, {
    epoch: run.facts.epoch,
    acknowledged: run.facts.lastN,
    directives: run.facts.state.type === 'CANCELLING' ? [{ kind: 'cancel' }] : [],
    now,
  })
