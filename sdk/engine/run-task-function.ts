/** Runs a task's function once: here, or at the seat of another place; and gives it up when it does not heed an abort. */
import type { TaskSeat } from './task-place.ts'
import { type RunScope, runScopes } from '../run-context.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import { awaitOrAbandon, isThenable, type Settled } from './await-or-abandon.ts'
import type { FlowRunScope } from './flow-run-scope.ts'
import { graceAfterAbort } from './grace.ts'
import type { Slot } from './slots.ts'
import { type TaskContext, type TaskDefinition, withContext } from './task-definition.ts'
import type { TaskRunRecord } from './task-run-record.ts'

/** A place ends attempts by itself; this much longer it may take for it, in milliseconds. */
const FOR_PLACE = 2_000

/** One attempt that is to begin. */
interface Attempt {
  task: TaskDefinition
  /** Futures are replaced by their values. */
  args: readonly unknown[]
  record: TaskRunRecord
  flowRun: FlowRunScope | null
  limit: AttemptLimit
  /** Null = here. */
  seat: TaskSeat | null
  slot: Slot | null
  /** See `PlacedAttempt`. */
  durableName: string | null
}

/** Answers at once what needed no waiting. Never throws. */
export function runTaskFunction({ task, args, record, flowRun, limit, seat, slot, durableName }: Attempt): Promise<Settled> | Settled {
  const { signal } = limit
  const context: TaskContext = {
    signal,
    attempt: record.runCount,
    taskRunId: record.id,
    taskRunName: record.name,
    flowRunId: flowRun?.record.id ?? null,
  }
  const scope: RunScope = { flowRun, taskRun: record, signal, slot }
  let returned: unknown
  try {
    returned = seat
      ? seat.run({ task, args, context, record, durableName, isLast: record.runCount > task.retries.policy.count })
      : runScopes.run(scope, () => (task.fn as (...args: unknown[]) => unknown)(...withContext(task, args, context)))
  } catch (error) {
    return { kind: 'threw', error }
  }
  if (!isThenable(returned)) return { kind: 'returned', value: returned }
  const grace = seat ? (reason: unknown) => graceAfterAbort(reason) + FOR_PLACE : graceAfterAbort
  // All tasks without a limit have the flow's own signal.
  const onAbort = limit.isOwn || !flowRun ? undefined : (listener: () => void) => flowRun.onAbort(listener)
  return awaitOrAbandon(returned, signal, grace, onAbort)
}
