/** Making work queues beside `default`. */
import { shellWord } from '../../core/shell-word.ts'
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { createWorkQueue as createRow } from '../../db/queries/work-pools/create-work-queue.ts'
import type { WorkQueueRow } from '../../db/queries/work-pools/find-work-pools.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkConcurrencyLimit, checkJson, checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { once } from '../once.ts'
import { permit } from '../permissions.ts'
import { checkPriority } from './check-priority.ts'
import { workQueueLoader } from './types.ts'

interface WorkQueueInput {
  workPoolName: string
  name: string
  priority?: number | null
  concurrencyLimit?: number | null
  idempotencyKey?: string | null
}

/** Makes a queue of a pool. Audited. Throws Invalid, NotFound (pool), Conflict when the pool has one of this name. */
export async function createWorkQueue(context: Context, input: WorkQueueInput): Promise<WorkQueueRow> {
  permit(context.actor, 'work-queues:create')
  const { workPoolName, name, concurrencyLimit = null } = input
  const priority = input.priority ?? 1
  const issues = [
    ...checkJson(workPoolName, ['workPoolName']),
    ...checkName(name, ['name']),
    ...checkPriority(priority, ['priority']),
    ...checkConcurrencyLimit(concurrencyLimit, ['concurrencyLimit']),
  ]
  if (issues.length > 0) throw new Invalid(issues)
  const queue = { workPoolName, name, priority, concurrencyLimit }
  const { reader } = context
  const request = { key: input.idempotencyKey, verb: 'createWorkQueue', input: queue, madeIn: 'work_queues' } as const
  return once(
    context,
    request,
    (id) => reader.load(workQueueLoader, id),
    async (id, behind) => {
      const [outcome] = await context.db.batch(createRow({ id, ...queue }, deedOf(context.actor, 'work-queues:create', queue)), ...behind)
      if (outcome === 'no-work-pool')
        throw new NotFound('work pool', workPoolName, { path: ['workPoolName'], hint: `weir work-pool create ${shellWord(workPoolName)}` })
      if (outcome === 'taken')
        throw new Conflict(`The work pool "${workPoolName}" has a queue "${name}" already.`, {
          path: ['name'],
          hint: 'Choose another name, or change it.',
        })
      context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: WORK_POOLS_TOPIC })
      reader.forget()
      return (await reader.load(workQueueLoader, id)) as WorkQueueRow
    },
  )
}
