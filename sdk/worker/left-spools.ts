/**
 * What ended runners left on disk, taken to the API by their worker: after every exit that left something, and once at start for those of earlier workers.
 * Each goes with its run's own token. A script's that never reached the API has none and waits for the next script: a worker's key may not create runs,
 * and may be of another workspace.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { type Delivery, deliverSpool, deliverSpools } from '../client/reporting/deliver-spools.ts'

interface LeftSpools {
  /** Resolves when the run's spool is delivered, is not wanted, or there is none. Tries for as long as the API is away. */
  deliver(run: RunKey): Promise<void>
  /** Everything that earlier processes left. Tries again until nothing is kept for lack of an answer, or because its process still lives. */
  deliverAll(): void
  close(): void
}

interface LeftSpoolsOptions {
  folder: string
  apiUrl: string
  /** Runs of this worker bring their spools by themselves. */
  isHeld(flowRunId: string, epoch: number): boolean
  onDelivered(flowRunId: string, epoch: number): void
}

const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000

/** Does nothing by itself: its worker says when. `onDelivered` is called for each spool that was stored. */
export function watchLeftSpools({ folder, apiUrl, isHeld, onDelivered }: LeftSpoolsOptions): LeftSpools {
  const ending = new AbortController()
  const { signal } = ending
  const pause = (attempt: number) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * (0.5 + Math.random() / 2)).unref()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })

  return {
    async deliver({ flowRunId, epoch }) {
      const path = join(folder, `${flowRunId}.${epoch}.spool`)
      for (let attempt = 0; existsSync(path) && !signal.aborted; attempt++) {
        const delivery = await deliverSpool(path, { apiUrl, apiKey: null, signal })
        if (delivery?.outcome === 'delivered') onDelivered(flowRunId, epoch)
        if (delivery && !mayBeDelivered(delivery)) return
        await pause(attempt)
      }
    },
    async deliverAll() {
      for (let attempt = 0; !signal.aborted; attempt++) {
        const deliveries = await deliverSpools(folder, { apiUrl, apiKey: null, signal, isHeld })
        for (const { outcome, flowRunId, epoch } of deliveries) if (outcome === 'delivered') onDelivered(flowRunId, epoch)
        if (!deliveries.some(mayBeDelivered)) return
        await pause(attempt)
      }
    },
    close: () => ending.abort(),
  }
}

/** Nobody answered; or a runner of a worker that has died is still about to end, and leaves it then. */
const mayBeDelivered = ({ outcome, reason }: Delivery): boolean =>
  outcome === 'busy' || (outcome === 'kept' && reason?.startsWith('no answer') === true)
