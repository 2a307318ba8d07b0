/** How a run's reports reach the record: over HTTP by itself, or over IPC through its worker. */
import type { Clocks } from '../../../core/fence.ts'
import type { RunAnswer, RunReport } from '../../../core/protocol/reports.ts'

/** One report at a time of each run. */
export interface ReportTransport {
  /** Resolves with the answer; rejects with `NoAnswer` when there was none and the same report should be sent again, with `Refused` when never. */
  send(report: RunReport, urgent: boolean): Promise<{ answer: RunAnswer; sent: Clocks }>
}

/** Nobody answered, or "later". */
export class NoAnswer extends Error {
  /** Wanted wait in milliseconds, when the answer named one. */
  readonly delay: number | null
  /** Somebody has answered, but not the control plane. */
  readonly isStranger: boolean
  constructor(message: string, delay: number | null = null, isStranger = false) {
    super(message)
    this.name = 'NoAnswer'
    this.delay = delay
    this.isStranger = isStranger
  }
}

/** The control plane does not want to hear from us with this credential, or there never was one. */
export class Refused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refused'
  }
}

/** Wall and machine-wide monotonic milliseconds of this instant. */
export const readClocks = (): Clocks => ({ wall: Date.now(), monotonic: Number(process.hrtime.bigint()) / 1e6 })
