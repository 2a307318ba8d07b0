/** Whether requests can be served, asked by load balancers and by the local server's start. Needs no credential and tells nothing. */
import { findWorkspace } from '../db/queries/workspaces/find-workspace.ts'
import type { Door } from './door.ts'
import { WeirError } from './errors.ts'
import { recordOf } from './record.ts'

/** Belongs to nobody: the question is only whether the record answers. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** GET /readyz: 200 when the record answers, 503 when not. */
export async function readiness({ env, log }: Door): Promise<Response> {
  try {
    await recordOf(env).inWorkspace(NOBODY).run(findWorkspace())
    return Response.json({ status: 'ready' })
  } catch (error) {
    log.error('not ready: the database does not answer', { error })
    throw new WeirError('NOT_READY', 'The database does not answer.', { hint: 'Look at its log and at DATABASE_URL.' })
  }
}
