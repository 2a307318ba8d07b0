/** Delivers what a runner left on disk, with the runner's own credential, whoever finds it. */
import type { Clocks } from '../../core/fence.ts'
import type { RunAnswer, RunReport } from '../../core/protocol/reports.ts'
import { Reporter } from '../../core/reporter.ts'
import type { Spool, Worker } from './machine.ts'

export class SpoolDelivery {
  readonly reporter: Reporter
  readonly spool: Spool
  readonly #worker: Worker

  constructor(worker: Worker, spool: Spool) {
    this.#worker = worker
    this.spool = spool
    const { timings } = worker.machine.cloud
    this.reporter = new Reporter({ ...spool.run, stateId: spool.stateId, runToken: '', timings, heartbeat: false })
    this.reporter.adopt(spool.batches.map(({ n }) => ({ n, bytes: 1 })))
  }

  get key() {
    return this.spool.run
  }

  due(now: number): number | null {
    return this.reporter.due(now)
  }

  take(now: number): RunReport | null {
    let taken = this.reporter.take(now)
    while (taken?.kind === 'load') {
      const { n } = taken
      const batch = this.spool.batches.find((one) => one.n === n)
      if (!batch) throw new Error(`batch ${n} is not in the spool`)
      this.reporter.loaded(batch)
      taken = this.reporter.take(now)
    }
    return taken?.report ?? null
  }

  onAnswer(answer: RunAnswer, _sent: Clocks): void {
    this.reporter.onAnswer(answer, this.#worker.machine.clocks.monotonic)
    if (this.reporter.isDelivered) this.#worker.onSpoolDelivered(this)
  }
}
