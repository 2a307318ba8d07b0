/**
 * A browser's session: a signed cookie that names who, in which workspace, with which role, until when, and the row that says whether it still holds.
 * HttpOnly and SameSite=Strict, so no script reads it and no other site sends it. The row is looked at by every batch of the session (`enter_workspace`),
 * so a cookie that somebody has copied is worth nothing once its owner has signed out.
 */
import { isUuid } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { type Actor, ROLES, type Role } from './actor.ts'
import { sign, unsign } from './signature.ts'

const SESSION_COOKIE = 'weir_session'
/** How long a browser stays signed in. */
export const SESSION_LIFE = 30 * 86_400_000

type User = Extract<Actor, { kind: 'user' }>

/** The `Set-Cookie` value of a new session. `secure` when the workspace is served over https. */
export async function startSession(tokenSecret: string, user: User, secure: boolean): Promise<string> {
  const { workspaceId: w, userId: u, name: n, role: r, sessionId: s, expiresAt: x } = user
  return cookie(await sign(tokenSecret, 'session', { w, u, n, r, s, x }), SESSION_LIFE / 1000, secure)
}

/** The `Set-Cookie` value that ends a session. */
export const endSession = (secure: boolean): string => cookie('', 0, secure)

const cookie = (value: string, maxAge: number, secure: boolean): string =>
  `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`

/** Who the request's cookie says it is; null without a cookie, with a foreign one or an expired one. */
export async function readSession(tokenSecret: string, request: Request, now: Instant): Promise<User | null> {
  const value = cookieOf(request.headers.get('cookie') ?? '')
  if (value === null) return null
  const session = await unsign(tokenSecret, 'session', value)
  if (typeof session !== 'object' || session === null) return null
  const { w, u, n, r, s, x } = session as Record<string, unknown>
  if (typeof w !== 'string' || !isUuid(w) || typeof u !== 'string' || typeof n !== 'string' || typeof s !== 'string' || !isUuid(s)) return null
  if (!ROLES.includes(r as Role) || typeof x !== 'number' || x <= now) return null
  return { kind: 'user', workspaceId: w, userId: u, name: n, role: r as Role, sessionId: s, expiresAt: x }
}

function cookieOf(header: string): string | null {
  for (const part of header.split(';')) {
    const [name, ...value] = part.trim().split('=')
    if (name === SESSION_COOKIE && value.length > 0) return value.join('=')
  }
  return null
}
