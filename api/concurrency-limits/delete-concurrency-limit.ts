/** Deleting named limits. */
import { CONCURRENCY_LIMITS_TOPIC } from '../../core/topics.ts'
import { deleteConcurrencyLimit as deleteRow } from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'

/** Answers the raw id of what is gone. Who waits for it goes on at its next question. Audited. Throws Invalid, NotFound. */
export async function deleteConcurrencyLimit(context: Context, input: { id: string }): Promise<string> {
  permit(context.actor, 'concurrency-limits:delete')
  const id = decodeId('ConcurrencyLimit', input.id, ['id'])
  if (!(await context.db.run(deleteRow(id, deedOf(context.actor, 'concurrency-limits:delete')))))
    throw new NotFound('concurrency limit', id, { path: ['id'] })
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: CONCURRENCY_LIMITS_TOPIC })
  return id
}
