/** GET /connect?pool=NAME with an upgrade: a worker's socket to its WorkPool. The key is looked at once, here; the object believes what this says. */
import { findWorkPoolByName } from '../../db/queries/work-pools/find-work-pools.ts'
import { CredentialEnded, DatabaseUnavailable } from '../../db/client.ts'
import { credentialOf } from '../auth/actor.ts'
import { authenticate } from '../auth/authenticate.ts'
import { checkJson } from '../check-input.ts'
import { workPoolOf } from '../coordinators.ts'
import type { Door } from '../door.ts'
import { credentialEnded, Forbidden, Invalid, NotFound, WeirError } from '../errors.ts'
import { permit } from '../permissions.ts'
import { recordOf } from '../record.ts'
import { type ConnectionIdentity, IDENTITY_HEADER } from '../work-pools/coordinator.ts'

/** Answers 101, or a `ProtocolError` with 400 (no upgrade, no pool named), 401, 403, 404 (no such pool) or 503 (try again). */
export async function connect(door: Door): Promise<Response> {
  const { request, env } = door
  const name = new URL(request.url).searchParams.get('pool')
  if (request.method !== 'GET' || request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    throw new Invalid(
      [{ path: [], message: 'This route takes a WebSocket: expected GET with `Upgrade: websocket`.', expected: 'a WebSocket upgrade' }],
      {
        hint: 'Start a worker with `weir worker start --pool NAME`.',
      },
    )
  }
  const actor = await authenticate(door)
  permit(actor, 'workers:connect')
  // A key opens it, so that revoking the key can close it.
  if (actor.kind !== 'api-key') throw new Forbidden('A worker connects with an API key.', { hint: 'Make a key with the role WORKER.' })
  if (name === null || name === '' || name.length > 255 || checkJson(name, ['pool']).length > 0) {
    throw new Invalid([
      { path: ['pool'], message: 'Which work pool? Expected ?pool=NAME with 1 to 255 characters.', expected: 'the name of a work pool' },
    ])
  }
  const { workspaceId, apiKeyId, expiresAt } = actor
  const pool = await recordOf(env).inWorkspace(workspaceId, credentialOf(actor)).run(findWorkPoolByName(name)).catch(refuse)
  if (!pool)
    throw new NotFound('work pool', name.replace(/[^\x20-\x7e]/g, '?'), {
      hint: 'Create it with `weir work-pool create NAME`, or start the worker with `--create-pool`.',
    })
  const identity: ConnectionIdentity = { workspaceId, workPoolId: pool.id, workPoolType: pool.type, apiKeyId, expiresAt }
  const answer = await workPoolOf(env, workspaceId, pool.id).fetch('https://work-pool.invalid/connect', {
    headers: { upgrade: 'websocket', [IDENTITY_HEADER]: JSON.stringify(identity) },
  })
  if (answer.status === 101) return answer
  door.log.warn('a work pool did not take a socket', { status: answer.status, workPoolId: pool.id })
  throw new WeirError('NOT_READY', 'The work pool takes no further worker at this moment.', {
    hint: 'Try again in a while; a pool serves up to 2,000 workers.',
  })
}

function refuse(error: unknown): never {
  if (error instanceof CredentialEnded) throw credentialEnded()
  if (error instanceof DatabaseUnavailable)
    throw new WeirError('NOT_READY', 'The control plane cannot reach its database.', { hint: 'Try again in a moment.' })
  throw error
}
