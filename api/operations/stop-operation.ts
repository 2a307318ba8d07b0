/** Stopping operations: what was done stays done. */
import { OPERATIONS_TOPIC } from '../../core/topics.ts'
import { type OperationRow, stopOperation as stopRow } from '../../db/queries/operations/operations.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { operationLoader } from './types.ts'

/** No further run is touched. Stopping again, or what is over, changes nothing. Audited. Throws NotFound. */
export async function stopOperation(context: Context, id: string): Promise<OperationRow> {
  permit(context.actor, 'operations:stop')
  if (!(await context.db.run(stopRow(id, deedOf(context.actor, 'operations:stop'))))) throw new NotFound('operation', id, { path: ['id'] })
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: OPERATIONS_TOPIC })
  context.reader.forget()
  return (await context.reader.load(operationLoader, id)) as OperationRow
}
