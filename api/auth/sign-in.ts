/** GET /sign-in?token=…: a one-time token becomes a session cookie, then the browser goes to the workspace. */
import { isUuid, newId } from '../../core/ids.ts'
import { startSession as recordSession } from '../../db/queries/sessions/start-session.ts'
import { useSignInToken } from '../../db/queries/sign-in-tokens/use-sign-in-token.ts'
import type { Door } from '../door.ts'
import { ROLES, type Role } from './actor.ts'
import { hashSecret } from './hash-secret.ts'
import { SESSION_LIFE, startSession } from './session.ts'
import { signInPage } from './sign-in-page.ts'
import { unsign } from './signature.ts'
import { systemRecordOf } from './system-record.ts'

/** Answers 303 with the cookie, or a page that says why not and what to do. */
export async function signIn({ request, env }: Door): Promise<Response> {
  const url = new URL(request.url)
  const token = url.searchParams.get('token') ?? ''
  const user = await readSignInToken(env.TOKEN_SECRET, token)
  if (!user) return signInPage(400, 'This sign-in link is not valid', 'It may have been cut off when it was copied.')
  if (user.expiresAt <= Date.now()) return signInPage(410, 'This sign-in link has expired', 'A link is good for a short while after it was made.')
  const record = systemRecordOf(env).inWorkspace(user.workspaceId)
  const first = await record.run(useSignInToken({ tokenHash: await hashSecret(token), expiresAt: user.expiresAt }))
  if (!first) return signInPage(410, 'This sign-in link has been used', 'A link works once, so that a copy of it opens nothing.')
  const session = { kind: 'user', ...user, sessionId: newId(), expiresAt: Date.now() + SESSION_LIFE } as const
  await record.run(recordSession({ id: session.sessionId, userId: user.userId, userName: user.name, expiresAt: session.expiresAt }))
  const cookie = await startSession(env.TOKEN_SECRET, session, url.protocol === 'https:')
  return new Response(null, {
    status: 303,
    headers: { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}

async function readSignInToken(tokenSecret: string, token: string) {
  const value = await unsign(tokenSecret, 'sign-in', token)
  if (typeof value !== 'object' || value === null) return null
  const { w, u, n, r, x } = value as Record<string, unknown>
  if (
    typeof w !== 'string' ||
    !isUuid(w) ||
    typeof u !== 'string' ||
    !isUuid(u) ||
    typeof n !== 'string' ||
    typeof x !== 'number' ||
    !ROLES.includes(r as Role)
  )
    return null
  return { workspaceId: w, userId: u, name: n, role: r as Role, expiresAt: x }
}
