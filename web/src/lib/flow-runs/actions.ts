/** What can be done to a run, and how it is said. The API refuses what it must; these only ask. */
import { request } from '#lib/graphql/request.ts'
import type { StateType } from '#lib/graphql/generated/graphql.ts'
import { isFinal } from '#lib/states/state-look.ts'
import { cancelFlowRunDocument, retryFlowRunDocument } from './documents.ts'
import type { FlowRunRow } from './run-list.svelte.ts'

/** What came of it: the run as it is now, or why it was refused. */
export type Outcome = { ok: true; run: FlowRunRow } | { ok: false; message: string; hint: string | null }

/** Whether asking it to stop makes sense. */
export const canCancel = (type: StateType): boolean => !isFinal(type) && type !== 'CANCELLING'
/** Whether it is over and can be queued again. */
export const canRetry = (type: StateType): boolean => isFinal(type)

/** Whether it can be taken away: it is over, or has not begun. */
export const canDelete = (type: StateType): boolean => isFinal(type) || type === 'SCHEDULED'

/** Whether it waits to be started and can be set aside. */
export const canPause = (type: StateType): boolean => type === 'SCHEDULED'

/** Whether it can be asked for its process: somebody could start it again. */
export const canSuspend = (run: { state: { type: StateType; name: string }; deployment: object | null }): boolean =>
  run.state.type === 'RUNNING' && run.state.name !== 'Suspending' && run.deployment !== null

/** Whether it waits for somebody to let it go on. */
export const canResume = (type: StateType): boolean => type === 'PAUSED'

/** Whether it has a process of its own: the state of a subflow that lives in another run's is that run's affair. */
export const livesAlone = (run: { parentFlowRun: object | null; deployment: object | null }): boolean =>
  run.parentFlowRun === null || run.deployment !== null

/** What can be asked of the run at hand. */
export type Asking = 'cancel' | 'retry' | 'pause' | 'suspend' | 'resume' | 'set-state' | 'delete'

/** `reason` is for people; left out when empty. */
export async function cancelRun(id: string, reason = ''): Promise<Outcome> {
  const { cancelFlowRun: result } = await request(cancelFlowRunDocument, { input: { id, reason: reason.trim() || null } })
  return result.__typename === 'CancelFlowRunSuccess'
    ? { ok: true, run: result.flowRun }
    : { ok: false, message: result.message, hint: result.hint ?? null }
}

/** On the version it was made with, or on the newest one of its deployment; as a whole when `fromTask` is empty. */
export async function retryRun(id: string, onLatestVersion = false, fromTask = ''): Promise<Outcome> {
  const { retryFlowRun: result } = await request(retryFlowRunDocument, { input: { id, onLatestVersion, fromTask: fromTask.trim() || null } })
  return result.__typename === 'RetryFlowRunSuccess'
    ? { ok: true, run: result.flowRun }
    : { ok: false, message: result.message, hint: result.hint ?? null }
}

/** What a cancel does to a run in this state, for the question before it. */
export function cancelConsequence(type: StateType): string {
  if (type === 'RUNNING' || type === 'PENDING')
    return 'Its worker is told at once. The flow has 30 seconds to finish what it is doing; then its process is ended. Task runs that are completed stay completed.'
  return 'It has not started and will not. Nothing else is touched.'
}
