import { NO_WORKSPACE } from '../db/system.ts'
import { ping } from '../db/queries/ping.ts'
import type { Door } from './door.ts'
import { WeirError } from './errors.ts'
import { recordOf } from './record.ts'

/** GET /readyz: whether the record answers. */
export async function readiness({ env, log }: Door): Promise<Response> {
  try {
    await recordOf(env).inWorkspace(NO_WORKSPACE).run(ping)
    return Response.json({ status: 'ready' })
  } catch (error) {
    log.error('not ready: the database does not answer', { error })
    throw new WeirError('NOT_READY', 'The database does not answer.', { hint: 'Look at its log and at DATABASE_URL.' })
  }
}
