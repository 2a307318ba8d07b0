/** Output that a worker has captured, as it goes into the record: with the times of the record's clock. */
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { HolderFact, LogLine } from '../../core/protocol/reports.ts'
import { clockShiftAfter, shiftTime } from '../../core/state-clock.ts'
import type { Batch } from './batch.ts'

/** A worker's clock is its runner's: where the run's reports have shown a shift, that one holds for its output too. */
export function takeOutput(
  { chunkId, lines }: Extract<HolderFact, { kind: 'output' }>,
  { clockShift }: Pick<FlowRunFacts, 'clockShift'>,
  { request, now }: Pick<Batch, 'request' | 'now'>,
): { chunkId: string; lines: LogLine[] } {
  const shift = clockShiftAfter(clockShift, now, request.sentAt)
  return { chunkId, lines: lines.map((line) => ({ ...line, time: shiftTime(line.time, shift, now) })) }
}
