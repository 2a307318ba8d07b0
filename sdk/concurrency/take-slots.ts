/** Slots for the code that runs just now: for whom they are asked, and what is said while it waits. */
import { basename } from 'node:path'
import type { Duration } from '../../core/duration.ts'
import { LIMITS } from '../../core/limits.ts'
import type { LogLevel } from '../../core/protocol/reports.ts'
import { checkDuration } from '../check-options.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import { FlowRunEnded, UsageError } from '../errors.ts'
import { writeLog } from '../logger.ts'
import { type RunScope, runScopes } from '../run-context.ts'
import { SlotsNotTaken } from './errors.ts'
import { namesAround } from './slots-around.ts'
import type { Lease } from './held-slots.ts'
import { slotsClientOf } from './slots-client.ts'
import type { Wish } from './waiting-line.ts'

/** What `concurrency` and `rateLimit` have in common. */
export interface SlotsOptions {
  /** How many of each limit; 1 by default. */
  slots?: number
  /** How long to wait for them; for ever by default. After it SlotsNotTaken is thrown. */
  timeout?: Duration
  /** Throws when a limit is not there; by default such a name holds nobody back. */
  strict?: boolean
}

/** Most limits of one call. */
export const MOST_NAMES = 50

let saidSo = false

/** Takes slots. Null = there is nobody to ask, which is said once. Throws UsageError, SlotsNotTaken, or what the run is aborted with. */
export async function takeSlots(owner: string, given: string | readonly string[], options: SlotsOptions, mode: Wish['mode']): Promise<Lease | null> {
  const names = checkNames(owner, given)
  const { slots = 1, strict = false } = options
  if (!Number.isInteger(slots) || slots < 1) throw new UsageError(`slots of ${owner} must be a whole number of 1 or more, and are ${String(slots)}`)
  const timeout = options.timeout === undefined ? null : checkDuration(options.timeout, `timeout of ${owner}`)
  const scope = runScopes.getStore()
  const flowRun = scope?.flowRun ?? null
  if (flowRun?.ended) throw new FlowRunEnded(owner, flowRun.record.name)
  const controlPlane = flowRun ? flowRun.session.controlPlane : await configuredControlPlane()
  if (!controlPlane) {
    if (!saidSo) process.stderr.write(`weir: ${owner} holds nobody back: no control plane is configured\n`)
    saidSo = true
    return null
  }
  const say = (message: string, level: LogLevel = 'info') => scope && writeLog({ flowRun, taskRun: scope.taskRun }, level, message, undefined, 'weir')
  const own = mode === 'slots' ? namesAround(names) : []
  const taking = slotsClientOf(controlPlane).take({
    names,
    slots,
    mode,
    flowRunId: flowRun?.record.rootFlowRunId ?? null,
    taskRunId: scope?.taskRun?.id ?? null,
    holder: holderOf(scope),
    signal: scope?.signal ?? null,
    timeout,
    onWait: (message) => {
      say(`waits for ${mode === 'rate' ? 'its turn' : 'a slot'}: ${message}`)
      if (own.length > 0) say(`the code around it has slots of ${own.join(', ')}: unless there are enough for both, it waits for itself`, 'warn')
    },
    onAway(why) {
      say(`waits for an answer about ${names.join(', ')}: ${why}`)
      return false
    },
  })
  // A task that waits lends its place in the runner: whoever has the slots may need it.
  const lease = await (scope?.slot ? scope.slot.lendWhile(taking) : taking)
  const missing = strict ? names.find((name) => !lease.names.includes(name)) : undefined
  if (missing === undefined) return lease
  lease.release()
  throw new SlotsNotTaken(
    names,
    'no_such_limit',
    `${owner} is strict, and there is no active concurrency limit "${missing}"`,
    `Make it: weir concurrency-limit create "${missing}" --limit N`,
  )
}

/** Who asks, as people see it among the holders: the runs by name, or the program. */
export function holderOf(scope: Pick<RunScope, 'flowRun' | 'taskRun'> | undefined): string {
  const { flowRun, taskRun } = scope ?? {}
  const text = flowRun
    ? `${flowRun.record.flowName}/${flowRun.record.name}${taskRun ? ` ${taskRun.name}` : ''}`
    : `${basename(process.argv[1] ?? 'node')} (process ${process.pid})${taskRun ? ` ${taskRun.name}` : ''}`
  return text.slice(0, LIMITS.name)
}

function checkNames(owner: string, given: string | readonly string[]): string[] {
  const names = typeof given === 'string' ? [given] : given
  const isFine = (name: unknown) => typeof name === 'string' && name !== '' && name.length <= LIMITS.name
  if (!Array.isArray(names) || names.length === 0 || names.length > MOST_NAMES || !names.every(isFine))
    throw new UsageError(`${owner} needs names of limits: a text of 1 to ${LIMITS.name} characters, or a list of 1 to ${MOST_NAMES} of them`)
  return [...new Set(names as string[])]
}
