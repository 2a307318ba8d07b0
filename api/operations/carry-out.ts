/**
 * Carrying out operations, step by step. Every step is one transaction that also moves the operation's place, so no run is met twice, whoever carries it
 * out: the request that began it as long as it may, then the minute sweep.
 */
import { OPERATIONS_TOPIC } from '../../core/topics.ts'
import { DatabaseError } from '../../db/client.ts'
import {
  advanceOperation,
  listRunsOfOperation,
  noteOperationStep,
  OPERATION_TAKEN,
  type OperationRow,
} from '../../db/queries/operations/operations.ts'
import { deleteFlowRuns } from '../../db/transitions/delete-flow-runs.ts'
import type { Statement } from '../../db/statement.ts'
import type { Context } from '../context.ts'
import { cancelFlowRuns } from '../flow-runs/cancel-flow-runs.ts'
import type { RunOutcome } from '../flow-runs/change-flow-runs.ts'
import { announceDeleted } from '../flow-runs/delete-flow-run.ts'
import { retryFlowRuns } from '../flow-runs/retry-flow-runs.ts'

type Carrying = Pick<Context, 'db' | 'workspaceId' | 'coordinators'>

/** Runs in one step. */
const A_STEP = 200
/** Whoever carries an operation out is taken to be gone so many milliseconds after its last step. */
export const OPERATION_HOLD = 30_000

/** Goes on until the operation is over, is in other hands, or `until` has passed; another then goes on from its place. */
export async function carryOut(context: Carrying, operation: OperationRow, until: number): Promise<void> {
  let { place, processed } = operation
  for (;;) {
    const room = Math.min(A_STEP, operation.most - processed)
    const ids = room > 0 ? await context.db.run(listRunsOfOperation({ ...operation, place }, room)) : []
    const outcomes = ids.length === 0 ? new Map<string, RunOutcome>() : await takeStep(context, operation, place, ids)
    if (outcomes === null) return
    processed += ids.length
    place = ids.at(-1) ?? place
    const isLast = ids.length < A_STEP || processed >= operation.most
    const state = await context.db.run(noteOperationStep(operation.id, { processed: ids.length, isLast, ...countsOf(outcomes) }))
    context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: OPERATIONS_TOPIC })
    if (state !== 'RUNNING' || Date.now() > until) return
  }
}

/** What became of each run; null when somebody else has the operation, or it is to stop. */
async function takeStep(context: Carrying, operation: OperationRow, place: string | null, ids: string[]): Promise<Map<string, RunOutcome> | null> {
  let isFirst = true
  const advance = (): Statement<unknown>[] => {
    if (!isFirst) return []
    isFirst = false
    return [advanceOperation(operation.id, place, ids.at(-1) as string, OPERATION_HOLD)]
  }
  try {
    const outcomes = await actOn(context, operation, ids, advance)
    // Nothing was to be written: the place moves by itself.
    const [alone] = advance()
    if (alone) await context.db.run(alone)
    return outcomes
  } catch (error) {
    if (error instanceof DatabaseError && error.code === OPERATION_TAKEN) return (await endIfStopping(context, operation)) as null
    throw error
  }
}

/** An operation that is to stop ends here; one in other hands is none of ours. */
async function endIfStopping(context: Carrying, { id }: OperationRow): Promise<null> {
  const nothing = { processed: 0, changed: 0, unchanged: 0, refused: 0, refusals: [], isLast: false }
  await context.db.run(noteOperationStep(id, nothing))
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: OPERATIONS_TOPIC })
  return null
}

async function actOn(
  context: Carrying,
  { kind, input, createdBy: by }: OperationRow,
  ids: string[],
  inFront: () => Statement<unknown>[],
): Promise<Map<string, RunOutcome>> {
  switch (kind) {
    case 'cancel-flow-runs':
      return cancelFlowRuns(context, ids, { by, reason: input.reason ?? null, inFront })
    case 'retry-flow-runs':
      return retryFlowRuns(context, ids, { by, onLatestVersion: input.onLatestVersion ?? false, inFront })
    case 'delete-flow-runs': {
      const answers = await context.db.batch(...inFront(), deleteFlowRuns(ids, null))
      const deletions = answers.at(-1) as Map<string, 'deleted' | 'going' | 'missing'>
      announceDeleted(context, ids)
      return new Map(
        [...deletions].map(([id, outcome]): [string, RunOutcome] => [
          id,
          outcome === 'deleted'
            ? { kind: 'changed' }
            : outcome === 'going'
              ? { kind: 'refused', message: 'the run is going on' }
              : { kind: 'missing' },
        ]),
      )
    }
  }
}

function countsOf(outcomes: ReadonlyMap<string, RunOutcome>) {
  const kinds = [...outcomes.values()].map(({ kind }) => kind)
  const count = (wanted: RunOutcome['kind']) => kinds.filter((kind) => kind === wanted).length
  const refusals = [...outcomes].flatMap(([flowRunId, outcome]) => (outcome.kind === 'refused' ? [{ flowRunId, message: outcome.message }] : []))
  return { changed: count('changed'), unchanged: count('nothing') + count('missing'), refused: refusals.length, refusals: refusals.slice(0, 20) }
}
