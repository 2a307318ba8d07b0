import { expect, onTestFinished, test } from 'vitest'
import documents from '../../api/persisted-documents.json' with { type: 'json' }
import { mintSignInToken } from '../../api/auth/mint-sign-in-token.ts'
import { newId } from '../../core/ids.ts'
import { type Answer, bindings, makeKey, makeWorkspace, send } from './support.ts'

/** An operation of the workspace's own pages. */
const [VIEWER] = Object.entries(documents).find(([, text]) => text.startsWith('query Viewer ')) as [string, string]

async function post(headers: Record<string, string>, body: unknown): Promise<Answer> {
  const response = await send('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  return { status: response.status, ...((await response.json()) as object) } as Answer
}
const codeOf = ({ status, errors }: Answer) => [status, errors?.[0]?.extensions.code]

test('an operation of the pages is asked by its hash; one that is not known here is told as that', async () => {
  const authorization = `Bearer ${await makeKey(await makeWorkspace())}`
  const known = await post({ authorization }, { documentId: VIEWER, variables: {} })
  expect(known.data.viewer.permissions).toContain('flow-runs:read')
  expect((await post({ authorization }, { documentId: VIEWER.replace('sha256:', '') })).data).toEqual(known.data)
  const unknown = await post({ authorization }, { documentId: `sha256:${'0'.repeat(64)}` })
  expect(codeOf(unknown)).toEqual([400, 'PERSISTED_OPERATION_NOT_FOUND'])
  expect(unknown.errors?.[0]?.extensions).toMatchObject({ hint: expect.stringContaining('loaded anew'), requestId: expect.any(String) })
  for (const documentId of [7, {}, ['x'], '__proto__', 'sha256:constructor', ''])
    expect((await post({ authorization }, { documentId })).status, JSON.stringify(documentId)).toBe(400)
  expect(codeOf(await post({ authorization }, { documentId: VIEWER, query: '{ viewer { actor } }' }))).toEqual([400, 'BAD_USER_INPUT'])
})

test('where sessions are kept to what is known, a browser sends no text, and a key still may', async () => {
  const workspaceId = await makeWorkspace()
  const authorization = `Bearer ${await makeKey(workspaceId)}`
  const token = await mintSignInToken(bindings.TOKEN_SECRET, { workspaceId, userId: newId(), name: 'ann', role: 'ADMIN' }, Date.now() + 60_000)
  const cookie = ((await send(`/sign-in?token=${token}`)).headers.get('set-cookie') as string).split(';')[0] as string
  const session = { cookie, 'x-weir-csrf': '1' }
  const text = { query: '{ viewer { actor } }' }
  expect((await post(session, text)).data.viewer.actor).toBe('user "ann"')
  // The test and the Worker share their isolate, and so the bindings.
  bindings.SESSION_QUERIES = 'persisted'
  onTestFinished(() => {
    delete bindings.SESSION_QUERIES
  })
  expect(codeOf(await post(session, text))).toEqual([403, 'PERSISTED_OPERATION_REQUIRED'])
  expect((await post(session, { documentId: VIEWER })).data.viewer.actor).toBe('user "ann"')
  expect((await post({ authorization }, text)).status).toBe(200)
})
