/** What ties the verbs of one WorkPool object together; requests have `Context` instead. */
import type { Context } from '../context.ts'

/** What the verbs of a WorkPool get: the record of its workspace, and which pool it is. */
export interface PoolContext extends Pick<Context, 'workspaceId' | 'db' | 'coordinators' | 'timings' | 'log' | 'publicUrl'> {
  workPoolId: string
  tokenSecret: string
  newId: () => string
}
