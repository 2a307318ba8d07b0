/**
 * `waitForFlowRun`: the end of a run that somebody has started, by its id.
 *
 *     const { state } = await waitForFlowRun(flowRunId, { timeout: '1h' })
 *
 * A flow that waits so lends the run no place (`runDeployment` does, while it waits), and may wait for runs that it has started itself.
 */
import { type Duration, formatDuration } from '../core/duration.ts'
import { isUuid } from '../core/ids.ts'
import { checkDuration, checkKeys } from './check-options.ts'
import { askPatiently } from './client/ask-patiently.ts'
import { configuredControlPlane } from './client/configured-control-plane.ts'
import type { ControlPlane } from './client/control-plane.ts'
import { now } from './engine/clock.ts'
import { FlowRunEnded, TimedOut, UsageError, WeirError } from './errors.ts'
import { isHeldBack, neverSettles } from './pauses/held-back.ts'
import { runScopes } from './run-context.ts'
import { lookUntilOver, SEEN, type SeenFlowRun, type StartedFlowRun, startedFlowRun } from './started-flow-run.ts'

/** How long it is waited. */
export interface WaitForFlowRunOptions {
  /** Waiting ends after this, and the run goes on: its state then is the present one. By default there is no end. */
  timeout?: Duration
}

const LOOK_AT = `query AwaitedFlowRun($id: ID!) { flowRun(id: $id) { ${SEEN} } }`

/**
 * Waits until the run has ended, or `timeout` has passed, and gives it as it is then; one that failed throws nothing. A control plane that is away is waited for.
 * Throws UsageError, TimedOut when nobody has answered in all that time, WeirError with the code NOT_FOUND (there is no such run) or the API's, or what the calling flow is aborted with.
 */
export async function waitForFlowRun(flowRunId: string, options: WaitForFlowRunOptions = {}): Promise<StartedFlowRun> {
  if (typeof flowRunId !== 'string' || !isUuid(flowRunId))
    throw new UsageError(`waitForFlowRun() needs the id of a run, and got ${String(flowRunId)}`)
  checkKeys(options, ['timeout'], 'waitForFlowRun()')
  const limit = options.timeout === undefined ? Number.POSITIVE_INFINITY : checkDuration(options.timeout, 'timeout of waitForFlowRun()')
  const scope = runScopes.getStore()
  const caller = scope?.flowRun ?? null
  const controlPlane = caller ? caller.session.controlPlane : await configuredControlPlane()
  if (!controlPlane)
    throw new UsageError('waitForFlowRun() needs a control plane, and none is configured', 'Start one with "weir server start", or set WEIR_API_URL.')
  if (caller?.ended) throw new FlowRunEnded('waitForFlowRun()', caller.record.name)
  if (isHeldBack()) return neverSettles()
  const work = waitForEnd(controlPlane, flowRunId, limit, scope?.signal ?? new AbortController().signal)
  caller?.follow(work)
  return work
}

async function waitForEnd(controlPlane: ControlPlane, id: string, limit: number, signal: AbortSignal): Promise<StartedFlowRun> {
  const begun = now()
  const look = async (patience: number): Promise<SeenFlowRun | null> => {
    const answer = await askPatiently<{ flowRun: SeenFlowRun | null }>(controlPlane, LOOK_AT, { id }, { signal, patience })
    if (answer && !answer.flowRun) throw new WeirError('NOT_FOUND', `there is no flow run ${id}`)
    return answer?.flowRun ?? null
  }
  const first = await look(limit)
  if (!first) throw new TimedOut(`the first word about flow run ${id}`, formatDuration(limit))
  return startedFlowRun(await lookUntilOver(first, { limit, begun, signal, look }))
}
