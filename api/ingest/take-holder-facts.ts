/** What a holder says of its own about its runs: submitted, exited, killed, worker gone, captured output. No number; idempotent by what they say. */
import type { Change } from '../../core/change.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { changeOf, foldHolderFact } from '../../core/leases.ts'
import type { Directive, HolderFact, RunAnswer } from '../../core/protocol/reports.ts'
import { shiftFact } from '../../core/reports.ts'
import { clockShiftAfter } from '../../core/state-clock.ts'
import type { RunWrite } from '../../db/transitions/run-write.ts'
import { answerRun } from './answer-run.ts'
import { holdsBySession, tokenFor } from './sender.ts'
import { takeOutput } from './take-output.ts'
import type { Batch, IngestContext } from './batch.ts'
import { writeRuns } from './write-runs.ts'

interface Item {
  flowRunId: string
  epoch: number
  facts: HolderFact[]
}

const ATTEMPTS = 5

/** One answer per run that may be spoken for; facts about other runs are passed over without a word. */
export async function takeHolderFacts(context: IngestContext, batch: Batch): Promise<RunAnswer[]> {
  let items = await permitted(context, batch)
  const directives = new Map<string, Directive[]>()
  const answered = items
  for (let attempt = 1; items.length > 0 && attempt <= ATTEMPTS; attempt++) {
    const writing: { item: Item; write: RunWrite }[] = []
    for (const item of items) {
      const decision = decide(context, batch, item)
      directives.set(item.flowRunId, decision.directives)
      if (decision.write) writing.push({ item, write: decision.write })
    }
    const outcomes = await writeRuns(
      context,
      writing.map(({ write }) => write),
    )
    items = []
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome === 'unstorable') continue
      const { item } = writing[index] as (typeof writing)[number]
      if (outcome.facts) batch.runs.set(item.flowRunId, { facts: outcome.facts, watchedUntil: outcome.watchedUntil })
      if (!outcome.written && outcome.facts) items.push(item)
    }
  }
  return answered.flatMap(({ flowRunId, epoch }) => {
    const run = batch.runs.get(flowRunId)
    if (!run) return []
    const acknowledged = run.facts.epoch === epoch ? run.facts.lastN : 0
    return [answerRun(context.timings, run, { epoch, acknowledged, directives: directives.get(flowRunId) ?? [], now: batch.now })]
  })
}

/** By (run, epoch), those that the sender may speak for. */
async function permitted(context: IngestContext, batch: Batch): Promise<Item[]> {
  const items = new Map<string, Item>()
  for (const fact of batch.request.holderFacts) {
    const run = batch.runs.get(fact.flowRunId)
    if (!run) continue
    const known = items.get(fact.flowRunId)
    if (known?.epoch === fact.epoch) known.facts.push(fact)
    if (known) continue
    const speaks =
      holdsBySession(run.facts, batch.sender, batch.sessionId) ||
      batch.given.has(fact.flowRunId) ||
      (await tokenFor(fact, batch.sender, { ...context, now: batch.now })) !== null
    if (speaks) items.set(fact.flowRunId, { flowRunId: fact.flowRunId, epoch: fact.epoch, facts: [fact] })
  }
  return [...items.values()]
}

/** All facts of one run as one write; null when nothing follows from them. */
function decide(context: IngestContext, batch: Batch, item: Item): { write: RunWrite | null; directives: Directive[] } {
  const run = (batch.runs.get(item.flowRunId) as { facts: FlowRunFacts }).facts
  const directives: Directive[] = run.state.type === 'CANCELLING' ? [{ kind: 'cancel' }] : []
  if (item.epoch !== run.epoch)
    return {
      write: null,
      directives: [{ kind: 'stop', reason: `epoch ${item.epoch} of the run is over: it was given out again as epoch ${run.epoch}` }],
    }
  let change: Change | null = null
  const output: { chunkId: string; lines: Extract<HolderFact, { kind: 'output' }>['lines'] }[] = []
  let infrastructureId: string | undefined
  let exit: RunWrite['exit']
  let parts: RunWrite['facts']
  for (const fact of item.facts) {
    if (fact.kind === 'output') output.push(takeOutput(fact, run, batch))
    else if (fact.kind === 'submitted') infrastructureId = fact.infrastructureId
    else if (change === null) {
      const fold = foldHolderFact({ run, fact: onOurClock(fact, run, batch), now: batch.now, newId: context.newId, timings: context.timings })
      if (fold.kind === 'write') {
        change = fold.change
        // Too early to say that it crashed: the judge of its pool comes back to it.
        exit = fold.exit
        parts = fold.parts
      }
    }
  }
  if (change === null && output.length === 0 && infrastructureId === undefined && exit === undefined) return { write: null, directives }
  return {
    write: { change: change ?? contactOf(run), output, infrastructureId, exit, ...(parts ? { facts: parts } : {}) },
    directives: change ? [] : directives,
  }
}

/** What is left of a process has its times on the clock of that. */
function onOurClock(fact: HolderFact, { clockShift }: FlowRunFacts, { request, now }: Batch): HolderFact {
  if (fact.kind !== 'exited' || !fact.timedOut?.part) return fact
  const shift = clockShiftAfter(clockShift, now, request.sentAt)
  return { ...fact, timedOut: { ...fact.timedOut, part: fact.timedOut.part.map((part) => shiftFact(part, shift, now)) } }
}

/** Nothing changes but that its holder has spoken. */
const contactOf = (run: FlowRunFacts): Change => ({ ...changeOf(run), heard: true })
