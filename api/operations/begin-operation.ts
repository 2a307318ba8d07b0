/** Beginning an operation: counted first, noted in the record, and carried out beside the answer. */
import { newId } from '../../core/ids.ts'
import { OPERATIONS_TOPIC } from '../../core/topics.ts'
import { countFlowRuns } from '../../db/queries/flow-runs/list-flow-runs.ts'
import type { FlowRunFilter } from '../../db/queries/flow-runs/flow-run-filter.ts'
import { insertOperation, type OperationInput, type OperationKind, type OperationRow } from '../../db/queries/operations/operations.ts'
import type { Count } from '../../db/queries/page.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, type Issue } from '../errors.ts'
import { once } from '../once.ts'
import { type Permission, permit } from '../permissions.ts'
import { carryOut, OPERATION_HOLD } from './carry-out.ts'
import { operationLoader } from './types.ts'

/** Runs that one operation touches at most. */
export const MOST_RUNS = 10_000
/** So many milliseconds beside the request; the sweep goes on. */
const BESIDE_REQUEST = 20_000
const LONGEST_REASON = 1_000

interface BulkInput extends OperationInput {
  limit?: number | null
  dryRun?: boolean | null
  idempotencyKey?: string | null
}

/** What was found, and the operation; null when it was a dry run. */
export interface Begun {
  matched: Count
  operation: OperationRow | null
}

const PERMISSION: Record<OperationKind, Permission> = {
  'cancel-flow-runs': 'flow-runs:cancel',
  'retry-flow-runs': 'flow-runs:retry',
  'delete-flow-runs': 'flow-runs:delete',
}

/** Does a verb to all runs of a filter that are there now, at most `limit`. Audited once. Throws Invalid, Conflict (idempotency key). */
export async function beginOperation(context: Context, kind: OperationKind, { limit, dryRun, idempotencyKey, ...input }: BulkInput): Promise<Begun> {
  permit(context.actor, PERMISSION[kind])
  permit(context.actor, 'flow-runs:list')
  const issues = check(limit, input.reason)
  if (issues.length > 0) throw new Invalid(issues)
  const most = limit ?? MOST_RUNS
  const filter: FlowRunFilter = input.filter
  const matched = await context.db.run(countFlowRuns(filter))
  if (dryRun) return { matched, operation: null }
  const request = { key: idempotencyKey, verb: kind, input: { ...input, most }, madeIn: 'operations' } as const
  const find = async (id: string): Promise<Begun | null> => {
    const operation = await context.reader.load(operationLoader, id)
    return operation && { matched: { count: operation.total, isExact: true }, operation }
  }
  return once(context, request, find, async (id, behind) => {
    const total = Math.min(matched.count, most)
    const createdBy = describeActor(context.actor)
    const [operation] = await context.db.batch(
      insertOperation(
        { id, kind, input, total, most, bound: newId(), createdBy },
        OPERATION_HOLD,
        deedOf(context.actor, PERMISSION[kind], { total }),
      ),
      ...behind,
    )
    const { workspaceId, coordinators, log } = context
    coordinators.ringFeed({ workspaceId, topic: OPERATIONS_TOPIC })
    context.waitUntil(
      carryOut(context, operation, Date.now() + BESIDE_REQUEST).catch((error: unknown) =>
        log.warn('an operation was left to the sweep', { error, operationId: id }),
      ),
    )
    return { matched, operation }
  })
}

function check(limit: number | null | undefined, reason: string | null | undefined): Issue[] {
  const issues = checkJson(reason ?? null, ['reason'])
  if (limit != null && (limit < 1 || limit > MOST_RUNS))
    issues.push({ path: ['limit'], message: `expected 1 to ${MOST_RUNS}, got ${limit}`, expected: `1 to ${MOST_RUNS}` })
  if (reason != null && reason.length > LONGEST_REASON) {
    const expected = `at most ${LONGEST_REASON} characters`
    issues.push({ path: ['reason'], message: `expected ${expected}, got ${reason.length}`, expected })
  }
  return issues
}
