/** Changing work pools. What is left out stays as it is; what already runs goes on. */
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import type { JobTemplate } from '../../core/job-templates/job-template.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { WorkPoolRow } from '../../db/queries/work-pools/find-work-pools.ts'
import { updateWorkPool as updateRow, type WorkPoolChange } from '../../db/queries/work-pools/update-work-pool.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkConcurrencyLimit, checkDescription } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { checkJobTemplate } from './check-job-template.ts'
import { workPoolLoader } from './types.ts'

interface WorkPoolUpdate {
  id: string
  description?: string | null
  concurrencyLimit?: number | null
  isPaused?: boolean | null
  /** Null = the default of its type. */
  baseJobTemplate?: JsonValue | undefined
}

/** Changes description, limit, pause or base job template of a pool; what waited and may run now is given out. Audited. Throws Invalid, NotFound. */
export async function updateWorkPool(
  context: Context,
  { description, concurrencyLimit, isPaused, baseJobTemplate, ...input }: WorkPoolUpdate,
): Promise<WorkPoolRow> {
  permit(context.actor, 'work-pools:update')
  const id = decodeId('WorkPool', input.id, ['id'])
  const issues = [...checkDescription(description, ['description']), ...checkConcurrencyLimit(concurrencyLimit, ['concurrencyLimit'])]
  if (baseJobTemplate != null) {
    const present = await context.reader.load(workPoolLoader, id)
    if (!present) throw new NotFound('work pool', id, { path: ['id'] })
    issues.push(...checkJobTemplate(present.type, baseJobTemplate, ['baseJobTemplate']))
  }
  if (issues.length > 0) throw new Invalid(issues)
  const change: Omit<WorkPoolChange, 'baseJobTemplate'> = {
    ...(isPaused == null ? {} : { isPaused }),
    ...(description === undefined ? {} : { description }),
    ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
  }
  const template = baseJobTemplate === undefined ? {} : { baseJobTemplate: baseJobTemplate as JobTemplate | null }
  const told = baseJobTemplate === undefined ? {} : { baseJobTemplate: baseJobTemplate === null ? 'default' : 'own' }
  const deed = deedOf(context.actor, 'work-pools:update', { ...change, ...told } as JsonObject)
  const changed = await context.db.run(updateRow(id, { ...change, ...template }, deed))
  if (changed === null) throw new NotFound('work pool', id, { path: ['id'] })
  const { workspaceId, coordinators, reader } = context
  if (changed) {
    coordinators.ringFeed({ workspaceId, topic: WORK_POOLS_TOPIC })
    coordinators.ringWorkPool({ workspaceId, workPoolId: id })
  }
  reader.forget()
  return (await reader.load(workPoolLoader, id)) as WorkPoolRow
}
