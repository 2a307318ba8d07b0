/** Leaving the workspace in a browser. There is nothing to revoke: a session lives in its cookie alone. */
import type { Door } from '../door.ts'
import { endSession } from './session.ts'

/** POST /sign-out: forgets the browser's session. */
export async function signOut({ request }: Door): Promise<Response> {
  const secure = new URL(request.url).protocol === 'https:'
  return new Response(null, { status: 204, headers: { 'set-cookie': endSession(secure), 'cache-control': 'no-store' } })
}
