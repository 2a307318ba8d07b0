/**
 * A browser's session: a signed cookie that names who, in which workspace, with which role, until when.
 * HttpOnly and SameSite=Strict, so no script reads it and no other site sends it.
 */
import { isUuid } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { type Actor, ROLES, type Role } from './actor.ts'
import { sign, unsign } from './signature.ts'

const SESSION_COOKIE = 'weir_session'
const LIFE = 30 * 86_400_000

type User = Extract<Actor, { kind: 'user' }>

/** The `Set-Cookie` value of a new session. `secure` when the workspace is served over https. */
export async function startSession(tokenSecret: string, user: User, now: Instant, secure: boolean): Promise<string> {
  const value = await sign(tokenSecret, 'session', { w: user.workspaceId, u: user.userId, n: user.name, r: user.role, x: Math.floor(now + LIFE) })
  return cookie(value, LIFE / 1000, secure)
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
  const { w, u, n, r, x } = session as Record<string, unknown>
  if (typeof w !== 'string' || !isUuid(w) || typeof u !== 'string' || typeof n !== 'string' || typeof x !== 'number' || x <= now) return null
  if (!ROLES.includes(r as Role)) return null
  return { kind: 'user', workspaceId: w, userId: u, name: n, role: r as Role }
}

function cookieOf(header: string): string | null {
  for (const part of header.split(';')) {
    const [name, ...value] = part.trim().split('=')
    if (name === SESSION_COOKIE && value.length > 0) return value.join('=')
  }
  return null
}
