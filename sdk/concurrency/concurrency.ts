/**
 * `concurrency`: code that only so many may run at once, in all processes of the workspace.
 *
 *     await concurrency('db', { slots: 2 }, async ({ signal }) => { … })
 *
 * 1. Slots of several limits are taken together, and given back when the function has settled.
 * 2. In a flow they live with the run: whatever becomes of its process, they come back when its lease has ended. Elsewhere they are renewed, and come back
 *    within two minutes of the last renewal.
 */
import { checkKeys } from '../check-options.ts'
import { awaitOrAbandon } from '../engine/await-or-abandon.ts'
import { graceAfterAbort } from '../engine/grace.ts'
import { UsageError } from '../errors.ts'
import { writeLog } from '../logger.ts'
import { runScopes } from '../run-context.ts'
import { LeaseLost } from './errors.ts'
import type { Lease } from './held-slots.ts'
import { withSlots } from './slots-around.ts'
import { type SlotsOptions, takeSlots } from './take-slots.ts'

/** What `concurrency` can be told. */
export interface ConcurrencyOptions extends SlotsOptions {
  /**
   * What happens when the slots are taken away meanwhile (by a person, or because nothing was heard of this process for long): `continue` says so in the log,
   * `abort` aborts the signal and throws LeaseLost.
   */
  onLeaseLost?: 'continue' | 'abort'
}

/** What the function gets. */
export interface ConcurrencyContext {
  /** Aborted with the run, and by `onLeaseLost: 'abort'`. */
  readonly signal: AbortSignal
}

const OPTIONS = ['slots', 'timeout', 'strict', 'onLeaseLost'] as const
type Body<T> = (context: ConcurrencyContext) => T | PromiseLike<T>

/** Runs `body` with slots of these limits; its value, or what it throws. Throws SlotsNotTaken, LeaseLost, UsageError, or what the run is aborted with. */
export function concurrency<T>(names: string | readonly string[], body: Body<T>): Promise<T>
/** The same, with how many slots, how long to wait for them, and the other options. */
export function concurrency<T>(names: string | readonly string[], options: ConcurrencyOptions, body: Body<T>): Promise<T>
export async function concurrency<T>(names: string | readonly string[], ...rest: [Body<T>] | [ConcurrencyOptions, Body<T>]): Promise<T> {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest
  const owner = `concurrency(${JSON.stringify(names)})`
  if (typeof body !== 'function') throw new UsageError(`${owner} needs a function to run with the slots`)
  checkKeys(options, OPTIONS, owner)
  const { onLeaseLost = 'continue' } = options
  if (onLeaseLost !== 'continue' && onLeaseLost !== 'abort')
    throw new UsageError(`onLeaseLost of ${owner} must be "continue" or "abort", and is ${JSON.stringify(onLeaseLost)}`)
  const lease = await takeSlots(owner, names, options, 'slots')
  try {
    return await withSlots(lease?.names ?? [], () => run(lease, onLeaseLost, body))
  } finally {
    lease?.release()
  }
}

async function run<T>(lease: Lease | null, onLeaseLost: 'continue' | 'abort', body: Body<T>): Promise<T> {
  const scope = runScopes.getStore()
  const outer = scope?.signal ?? new AbortController().signal
  if (lease === null || onLeaseLost === 'continue') {
    lease?.onLost(() => {
      if (scope) writeLog(scope, 'warn', `the slots of ${lease.names.join(', ')} were taken away; it goes on`, undefined, 'weir')
    })
    return body({ signal: outer })
  }
  const lost = new AbortController()
  lease.onLost(() => lost.abort(new LeaseLost(lease.names, 'they were taken away, or not renewed in time')))
  const signal = AbortSignal.any([outer, lost.signal])
  const work = async () => body({ signal })
  const settled = await awaitOrAbandon(scope ? runScopes.run({ ...scope, signal }, work) : work(), lost.signal, graceAfterAbort)
  if (settled.kind === 'returned') return settled.value as T
  throw settled.kind === 'threw' ? settled.error : settled.reason
}
