/** Making work pools. Workers may do it too, for `weir worker start --create-pool`. */
import { newId } from '../../core/ids.ts'
import { HEEDED, type JobTemplate } from '../../core/job-templates/job-template.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { createWorkPool as createRow } from '../../db/queries/work-pools/create-work-pool.ts'
import type { WorkPoolRow } from '../../db/queries/work-pools/find-work-pools.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkConcurrencyLimit, checkDescription, checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, type Issue } from '../errors.ts'
import { once } from '../once.ts'
import { permit } from '../permissions.ts'
import { checkJobTemplate } from './check-job-template.ts'
import { workPoolLoader } from './types.ts'

const TYPES = Object.keys(HEEDED)

interface WorkPoolInput {
  name: string
  type?: string | null
  description?: string | null
  concurrencyLimit?: number | null
  /** Null or left out = the default of the type. */
  baseJobTemplate?: JsonValue
  ifMissing?: boolean | null
  idempotencyKey?: string | null
}

/** Makes a pool with its queue `default`. Throws Invalid; Conflict when the name is taken, unless `ifMissing` and the type is the same. */
export async function createWorkPool(context: Context, input: WorkPoolInput): Promise<{ workPool: WorkPoolRow; created: boolean }> {
  permit(context.actor, 'work-pools:create')
  const type = input.type ?? 'process'
  const issues = check(input, type)
  if (issues.length > 0) throw new Invalid(issues)
  const { name, description = null, concurrencyLimit = null } = input
  const baseJobTemplate = (input.baseJobTemplate ?? null) as JobTemplate | null
  const { reader } = context
  const find = async (id: string) => {
    const workPool = await reader.load(workPoolLoader, id)
    return workPool && { workPool, created: false }
  }
  const request = {
    key: input.idempotencyKey,
    verb: 'createWorkPool',
    // Left out when there is none, as it was in requests from before there were any.
    input: { name, type, description, concurrencyLimit, ...(baseJobTemplate && { baseJobTemplate }) },
    madeIn: 'work_pools',
  } as const
  return once(context, request, find, async (id, behind) => {
    const [pool] = await context.db.batch(
      createRow(
        { id, defaultQueueId: newId(), name, type, description, concurrencyLimit, jobVariables: {}, baseJobTemplate },
        deedOf(context.actor, 'work-pools:create', { name, type, concurrencyLimit, ...(baseJobTemplate && { baseJobTemplate: 'own' }) }),
      ),
      ...behind,
    )
    if (!pool.created && (!input.ifMissing || pool.type !== type)) {
      throw new Conflict(`There is a work pool "${input.name}" of type ${pool.type} already.`, {
        path: ['name'],
        hint: 'Choose another name, or use the one that is there.',
      })
    }
    if (pool.created) context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: WORK_POOLS_TOPIC })
    return { workPool: (await reader.load(workPoolLoader, pool.id)) as WorkPoolRow, created: pool.created }
  })
}

function check({ name, description, concurrencyLimit, baseJobTemplate }: WorkPoolInput, type: string): Issue[] {
  const issues = [
    ...checkName(name, ['name']),
    ...checkDescription(description, ['description']),
    ...checkConcurrencyLimit(concurrencyLimit, ['concurrencyLimit']),
  ]
  if (!TYPES.includes(type)) {
    issues.push({
      path: ['type'],
      message: `there is no worker of type ${JSON.stringify(type.slice(0, 60))}: expected ${TYPES.join(' or ')}`,
      expected: TYPES.join(' or '),
    })
  } else if (baseJobTemplate != null) issues.push(...checkJobTemplate(type, baseJobTemplate, ['baseJobTemplate']))
  return issues
}
