/** Who is signed in, where, and what they may do. Asked once; every page waits for it. */
import { graphql } from '#lib/graphql/generated/index.ts'
import type { ViewerQuery } from '#lib/graphql/generated/graphql.ts'
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'

const viewerDocument = graphql(`
  query Viewer {
    viewer { actor permissions workspace { id uuid name handle } }
  }
`)

/** Who is signed in, once that is known. Reactive. */
export const session = $state<{
  status: 'loading' | 'signed-in' | 'signed-out' | 'unreachable'
  viewer: ViewerQuery['viewer'] | null
  error: RequestError | null
}>({
  status: 'loading',
  viewer: null,
  error: null,
})

/** Asks who is signed in; never throws, `session.status` tells how it went. */
export async function loadSession(): Promise<void> {
  try {
    session.viewer = (await request(viewerDocument)).viewer
    session.status = 'signed-in'
    session.error = null
  } catch (thrown) {
    const error = asRequestError(thrown)
    session.error = error
    session.status = error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN' ? 'signed-out' : 'unreachable'
  }
}

/** Whether the viewer may do it. The API decides; this only hides what would be refused. */
export const may = (permission: string): boolean => session.viewer?.permissions.includes(permission) ?? false

/** Ends the session of this browser and shows how to sign in. */
export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST', headers: { 'x-weir-csrf': '1' } }).catch(() => null)
  location.assign('/')
}
