/**
 * Who a request comes from: `Authorization: Bearer` with an API key or a run token, or a browser's session cookie. A bearer, when there is one, decides.
 */
import type { Door } from '../door.ts'
import { Forbidden, Unauthenticated, WeirError } from '../errors.ts'
import type { Actor } from './actor.ts'
import { noteUse } from './note-use.ts'
import { RUN_TOKEN_PREFIX } from './run-token.ts'
import { readSession } from './session.ts'
import { systemRecordOf } from './system-record.ts'
import { verifyApiKey } from './verify-api-key.ts'
import { verifyRunToken } from './verify-run-token.ts'

const MAX_BEARER = 1_024

/** Throws UNAUTHENTICATED, or CSRF when a cookie comes without proof that our own page sent it. */
export async function authenticate(door: Door): Promise<Actor> {
  const actor = await findActor(door)
  door.note({
    workspaceId: actor.workspaceId,
    ...(actor.kind === 'api-key' ? { apiKeyId: actor.apiKeyId } : actor.kind === 'runner' ? { flowRunId: actor.flowRunId } : {}),
  })
  return actor
}

async function findActor(door: Door): Promise<Actor> {
  const { request, env } = door
  const header = request.headers.get('authorization')
  if (header !== null) return authenticateBearer(header, door)
  const user = await readSession(env.TOKEN_SECRET, request, Date.now())
  if (!user) {
    throw new Unauthenticated('This needs an API key (`Authorization: Bearer weir_…`) or a signed-in browser.', {
      hint: 'A local control plane prints a sign-in link at its start; `weir server status` prints a new one.',
    })
  }
  refuseForgery(request)
  const asked = request.headers.get('x-weir-workspace')
  if (asked !== null && asked !== user.workspaceId)
    throw new Forbidden('Your session is for another workspace.', { hint: 'Sign in to that workspace first.' })
  return user
}

/** The actor of an `Authorization` header; throws UNAUTHENTICATED. */
async function authenticateBearer(header: string, door: Door): Promise<Actor> {
  const { env } = door
  const match = header.length <= MAX_BEARER ? /^bearer +(\S+)$/i.exec(header.trim()) : null
  const credential = match?.[1]
  if (!credential) throw new Unauthenticated('The Authorization header is not understood: expected `Bearer` and one API key or run token.')
  const now = Date.now()
  if (credential.startsWith(RUN_TOKEN_PREFIX)) {
    const token = await verifyRunToken(env.TOKEN_SECRET, credential)
    if (token && token.expiresAt > now) return { kind: 'runner', workspaceId: token.workspaceId, flowRunId: token.flowRunId, epoch: token.epoch }
    throw new Unauthenticated('The run token is not valid, or not any more.', {
      hint: 'A run token is good for one run under one epoch; its runner gets a new one with every acknowledged report.',
    })
  }
  const actor = await verifyApiKey(systemRecordOf(env), env.CELL, credential, now)
  if (!actor) {
    throw new Unauthenticated('The API key is not known here, or is expired or revoked.', {
      hint: 'Look at the profile in use (`weir config view`), or have an administrator make a new key.',
    })
  }
  noteUse(door, actor, now)
  return actor
}

const SIMPLE_CONTENT = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i

/** What another site's page can make a browser send by itself: a form, an image, a link. None can set a header or a JSON content type without asking first. */
function refuseForgery(request: Request): void {
  const site = request.headers.get('sec-fetch-site')
  if (request.headers.get('upgrade') === null && (site === 'same-origin' || site === 'none')) return
  if (request.headers.has('x-weir-workspace') || request.headers.has('x-weir-request')) return
  const content = request.headers.get('content-type')
  if (site === null && content !== null && !SIMPLE_CONTENT.test(content)) return
  throw new WeirError('CSRF', 'A session cookie alone is not enough: the request does not show that it comes from the workspace itself.', {
    hint: 'Send `content-type: application/json`, or any `x-weir-request` header.',
  })
}
