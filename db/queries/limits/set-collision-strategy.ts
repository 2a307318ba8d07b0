/** What becomes of a run that is due while the limit of its deployment is full. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

export type CollisionStrategy = 'ENQUEUE' | 'CANCEL_NEW'

/** `id`: of the deployment. Answers whether that was news; false when there is none. */
export const setCollisionStrategy = ({ id, strategy }: { id: string; strategy: CollisionStrategy }): Statement<boolean> =>
  sqlStatement<{ changed: boolean | null }, boolean>(
    (workspaceId) => sql`select set_collision_strategy(${workspaceId}::uuid, ${id}::uuid, ${strategy}) as changed`,
    ([row]) => row?.changed ?? false,
  )
