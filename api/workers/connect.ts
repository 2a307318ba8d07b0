/**
 * /connect?pool=NAME: a worker's line to its WorkPool; GET with an upgrade is a socket, POST a long poll, for networks that let no socket through. The key is
 * looked at here (of a socket once); the object believes what this says.
 */
import { type PollEnvelope, readPollRequest } from '../../core/protocol/read-poll-request.ts'
import { Malformed } from '../../core/protocol/shape.ts'
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

/** Answers 101, or a poll's answer, or a `ProtocolError` with 400 (neither of both, no pool named), 401, 403, 404 (no such pool) or 503 (try again). */
export async function connect(door: Door): Promise<Response> {
  const { request, env } = door
  const name = new URL(request.url).searchParams.get('pool')
  const isPoll = request.method === 'POST'
  if (!isPoll && (request.method !== 'GET' || request.headers.get('upgrade')?.toLowerCase() !== 'websocket')) {
    throw new Invalid(
      [
        {
          path: [],
          message: 'This route takes a WebSocket: expected GET with `Upgrade: websocket`, or a long poll with POST.',
          expected: 'a WebSocket upgrade',
        },
      ],
      {
        hint: 'Start a worker with `weir worker start --pool NAME`. If it is one, something on the way removes the upgrade; it goes on with long polls by itself.',
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
  const poll = isPoll ? readPoll(await request.text()) : null
  const pool = await recordOf(env).inWorkspace(workspaceId, credentialOf(actor)).run(findWorkPoolByName(name)).catch(refuse)
  if (!pool)
    throw new NotFound('work pool', name.replace(/[^\x20-\x7e]/g, '?'), {
      hint: 'Create it with `weir work-pool create NAME`, or start the worker with `--create-pool`.',
    })
  const identity: ConnectionIdentity = { workspaceId, workPoolId: pool.id, workPoolType: pool.type, apiKeyId, expiresAt, requestId: door.requestId }
  const headers = { [IDENTITY_HEADER]: JSON.stringify(identity) }
  const object = workPoolOf(env, workspaceId, pool.id)
  const answer = isPoll
    ? await object.fetch('https://work-pool.invalid/connect', { method: 'POST', headers, body: JSON.stringify(poll) }).catch(replaced)
    : await object.fetch('https://work-pool.invalid/connect', { headers: { ...headers, upgrade: 'websocket' } })
  if (answer.status === 101 || (isPoll && answer.ok)) return answer
  door.log.warn('a work pool did not take a socket', { status: answer.status, workPoolId: pool.id })
  throw new WeirError('NOT_READY', 'The work pool takes no further worker at this moment.', {
    hint: 'Try again in a while; a pool serves up to 2,000 workers.',
  })
}

function readPoll(body: string): PollEnvelope {
  try {
    return readPollRequest(body)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const path = error.path.map(String)
    throw new Invalid([{ path, message: `This poll cannot be read: ${error.message}`, expected: error.expected }], {
      hint: 'docs/protocol.md has its shape.',
    })
  }
}

/** The object ended while the poll waited: a deploy, or it was moved. */
function replaced(): never {
  throw new WeirError('NOT_READY', 'The work pool was moved while the worker waited.', { hint: 'Ask again.' })
}

function refuse(error: unknown): never {
  if (error instanceof CredentialEnded) throw credentialEnded()
  if (error instanceof DatabaseUnavailable)
    throw new WeirError('NOT_READY', 'The control plane cannot reach its database.', { hint: 'Try again in a moment.' })
  throw error
}
