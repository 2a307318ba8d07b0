/** POST /concurrency: the door of code that asks for slots. Translates; `useSlots` does the work. */
import type { ConcurrencyAnswer, ConcurrencyRequest } from '../../core/protocol/concurrency.ts'
import { readConcurrencyRequest } from '../../core/protocol/read-concurrency-request.ts'
import { Malformed } from '../../core/protocol/shape.ts'
import { CredentialEnded, DatabaseUnavailable } from '../../db/client.ts'
import { credentialOf } from '../auth/actor.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { Door } from '../door.ts'
import { credentialEnded, errorBody, Invalid, WeirError } from '../errors.ts'
import { recordOf } from '../record.ts'
import { useSlots } from './use-slots.ts'

/** Answers a `ConcurrencyAnswer`, or a `ProtocolError` with 400, 401, 403, or 503 (try again). */
export async function receiveConcurrencyRequest(door: Door): Promise<Response> {
  const { request, env, timings, log, requestId } = door
  if (request.method !== 'POST')
    throw new WeirError('NOT_FOUND', `There is nothing at ${request.method} /concurrency.`, { hint: 'Slots are asked for with POST.' })
  const actor = await authenticate(door)
  const asked = await readBody(request)
  const headers = { 'x-request-id': requestId, 'cache-control': 'no-store' }
  try {
    const answer = await useSlots({ actor, db: recordOf(env).inWorkspace(actor.workspaceId, credentialOf(actor)), timings }, asked)
    return Response.json(answer satisfies ConcurrencyAnswer, { headers })
  } catch (error) {
    if (error instanceof CredentialEnded) throw credentialEnded()
    if (!(error instanceof DatabaseUnavailable)) throw error
    log.warn('slots could not be asked for: the database cannot be reached', { error })
    const away = new WeirError('NOT_READY', 'The control plane cannot reach its database.', { hint: 'Ask again.' })
    return Response.json(errorBody(away, requestId), { status: 503, headers: { ...headers, 'retry-after': '1' } })
  }
}

async function readBody(request: Request): Promise<ConcurrencyRequest> {
  try {
    return readConcurrencyRequest(await request.json())
  } catch (error) {
    const { path, expected } = error instanceof Malformed ? error : { path: [], expected: 'a ConcurrencyRequest as JSON text' }
    throw new Invalid([{ path: path.map(String), message: `expected ${expected}`, expected }], { hint: 'docs/protocol.md has its shape.' })
  }
}
