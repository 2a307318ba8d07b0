/** Delivers what runs left on disk when they ended without being heard: called by workers at start and after exits, and by scripts. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Reporter } from '../../../core/reporter.ts'
import { isFinal, type StateType } from '../../../core/states.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { sleep, steadyNow } from '../../engine/clock.ts'
import { sayLastWord, type Speaker } from './say-last-word.ts'
import { isAlive, type LeftSpool, openLeftSpool } from './spool.ts'
import { httpTransport } from './http-transport.ts'
import { NoAnswer, Refused, type ReportTransport } from './transport.ts'

/** What became of one spool. `reason`: why it was kept, or why it is not wanted; null when it was delivered. */
export interface Delivery {
  path: string
  flowRunId: string
  epoch: number
  /**
   * `delivered`: all stored · `ended`: the record does not want it any more · `kept`: nobody answered, or it was refused; it stays · `busy`: its process
   * still lives and may deliver it, or leave it.
   */
  outcome: 'delivered' | 'ended' | 'kept' | 'busy'
  reason: string | null
  /** Delivered, and the run has not ended: who speaks for it, though its process is gone. */
  leaves: Speaker | null
}

interface DeliverOptions {
  apiUrl: string
  /** For runs without a token of their own (of scripts that never reached the API). Null = those are left alone. */
  apiKey: string | null
  signal?: AbortSignal
  /** Of these runs somebody else takes care. */
  isHeld?: (flowRunId: string, epoch: number) => boolean
}

/**
 * Delivers all spools in the folder whose process is gone and that belong to this control plane, and says of a run that has not ended with it that nobody
 * is left who could go on. Never throws; may be called by several at once.
 */
export async function deliverSpools(folder: string, options: DeliverOptions): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  for (const name of listSpools(folder)) {
    if (options.signal?.aborted) break
    const delivery = await deliverSpool(join(folder, name), options)
    if (delivery) deliveries.push(delivery)
    if (delivery?.leaves) await sayLastWord(delivery.leaves, { kind: 'worker-gone', flowRunId: delivery.flowRunId, epoch: delivery.epoch })
    // Nobody there: the next one would hear the same.
    if (delivery?.outcome === 'kept' && delivery.reason?.startsWith('no answer')) break
  }
  return deliveries
}

function listSpools(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.spool'))
      .sort()
  } catch {
    return []
  }
}

/** Tries without an answer before it gives up for now. */
const TRIES = 3

/** Delivers one spool; null when somebody else takes care of it, it is of another control plane, without any credential, or no spool. */
export async function deliverSpool(path: string, { apiUrl, apiKey, signal, isHeld }: DeliverOptions): Promise<Delivery | null> {
  const left = openLeftSpool(path)
  if (!left) return null
  const { header } = left
  const { flowRunId, epoch, creation } = header
  try {
    const { stateId, runToken } = header
    if (header.apiUrl !== apiUrl || isHeld?.(flowRunId, epoch) || (!runToken && apiKey === null)) return null
    if (isAlive(header.owner)) return { path, flowRunId, epoch, outcome: 'busy', reason: 'its process lives', leaves: null }
    const start = { flowRunId, epoch, stateId, runToken, timings: TIMINGS, heartbeat: false }
    const reporter = new Reporter(creation ? { ...start, creation } : start)
    reporter.adopt(left.batches)
    const done = await send(reporter, left.read, httpTransport(apiUrl, apiKey), signal)
    if (done.outcome !== 'kept') rmSync(path, { force: true })
    const isOpen = reporter.stateType !== null && !isFinal(reporter.stateType as StateType)
    const isLeft = done.outcome === 'delivered' && isOpen && reporter.runToken !== ''
    return { path, flowRunId, epoch, ...done, leaves: isLeft ? { flowRunId, epoch, runToken: reporter.runToken, apiUrl } : null }
  } catch (error) {
    return { path, flowRunId, epoch, outcome: 'kept', reason: (error as Error).message, leaves: null }
  } finally {
    left.close()
  }
}

async function send(
  reporter: Reporter,
  read: LeftSpool['read'],
  transport: ReportTransport,
  signal: AbortSignal | undefined,
): Promise<Pick<Delivery, 'outcome' | 'reason'>> {
  let failures = 0
  let stuck = 0
  while (!reporter.isDelivered) {
    if (signal?.aborted) return { outcome: 'kept', reason: 'stopped' }
    const taken = reporter.take(steadyNow())
    if (taken === null) {
      await sleep(Math.max(1, (reporter.due(steadyNow()) ?? steadyNow()) - steadyNow()), signal).catch(() => {})
      continue
    }
    if (taken.kind === 'load') {
      reporter.loaded(read(taken.n))
      continue
    }
    try {
      const before = reporter.acknowledged
      const { answer } = await transport.send(taken.report, false)
      reporter.onAnswer(answer, steadyNow())
      failures = 0
      stuck = reporter.acknowledged > before ? 0 : stuck + 1
      if (stuck > TRIES)
        return { outcome: 'kept', reason: `the record has ${reporter.acknowledged} batches and does not take number ${taken.report.n}` }
    } catch (error) {
      if (error instanceof Refused) return { outcome: 'kept', reason: error.message }
      if (!(error instanceof NoAnswer)) throw error
      if (++failures >= TRIES) return { outcome: 'kept', reason: `no answer: ${error.message}` }
      reporter.onFailure(steadyNow(), Math.random())
    }
  }
  return reporter.stopped === null ? { outcome: 'delivered', reason: null } : { outcome: 'ended', reason: reporter.stopped }
}
