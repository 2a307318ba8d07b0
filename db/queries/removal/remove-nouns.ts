/** Verbs that delete a flow, a deployment, a pool, a queue or a worker. The SQL is a function of db/migrations each: it looks first what still needs the thing. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { type NamedNoun, namedDeed } from '../audit-rows/subject-name.ts'

/** `deleted`, `missing`, or what stands in the way; `count`: how many of those, counted to about 10,000. */
export interface Removal<Obstacle extends string> {
  outcome: 'deleted' | 'missing' | Obstacle
  count: number
}

const removal =
  <Obstacle extends string>(verb: string, noun: NamedNoun) =>
  (id: string, deed: Deed): Statement<Removal<Obstacle>> =>
    sqlStatement<{ outcome: Removal<Obstacle>['outcome']; count: number | null }, Removal<Obstacle>>(
      (workspaceId) => sql`select outcome, count from ${sql.raw(verb)}(${workspaceId}::uuid, ${id}::uuid, ${namedDeed(deed, noun, workspaceId, id)})`,
      ([row]) => ({ outcome: row?.outcome ?? 'missing', count: row?.count ?? 0 }),
    )

/** `waiting`: runs that could be cancelled first; `going`: runs that a process may still report on, or that are paused. */
export const deleteDeployment = removal<'waiting' | 'going'>('delete_deployment', 'deployments')
/** `deployments`, `runs`: those that still name it. */
export const deleteFlow = removal<'deployments' | 'runs'>('delete_flow', 'flows')
/** `runs`: those that wait in it or are held by its workers. */
export const deleteWorkPool = removal<'deployments' | 'runs'>('delete_work_pool', 'work-pools')
/** `default`: every pool has that one. */
export const deleteWorkQueue = removal<'deployments' | 'runs' | 'default'>('delete_work_queue', 'work-queues')
/** `runs`: those that it holds. */
export const deleteWorker = removal<'runs'>('delete_worker', 'workers')
