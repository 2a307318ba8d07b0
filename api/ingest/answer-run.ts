/** What a holder hears about one of its runs. */
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import type { Directive, RunAnswer } from '../../core/protocol/reports.ts'
import type { Timings } from '../../core/timings.ts'

/** The record's word on a run: everything up to `acknowledged` is stored, and this is its state. */
export const answerRun = (
  timings: Timings,
  { facts, watchedUntil }: { facts: FlowRunFacts; watchedUntil: Instant | null },
  { epoch, acknowledged, directives, now }: { epoch: number; acknowledged: number; directives: readonly Directive[]; now: Instant },
): RunAnswer => ({
  flowRunId: facts.id,
  epoch,
  acknowledged,
  stateId: facts.state.id,
  stateType: facts.state.type,
  fence: timings.fence,
  directives: watchedUntil !== null && watchedUntil > now ? [...directives, { kind: 'watch', until: watchedUntil }] : [...directives],
})

/** Refused for good: it counts as used, so that the sender does not come with it again. Says nothing of the run. */
export const refuseRun = (timings: Timings, report: { flowRunId: string; epoch: number; n?: number }, code: string, message: string): RunAnswer => ({
  flowRunId: report.flowRunId,
  epoch: report.epoch,
  acknowledged: report.n ?? 0,
  stateId: null,
  stateType: null,
  fence: timings.fence,
  directives: [{ kind: 'stop', reason: message }],
  refused: { code, message },
})
