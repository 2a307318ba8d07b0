import { expect, test } from 'vitest'
import { countRequest } from '../../api/rate-limit.ts'
import { newId } from '../../core/ids.ts'
import { askAs, makeKey, makeWorkspace, send } from './support.ts'

const WHO = JSON.stringify({ query: '{ viewer { actor } }' })

test('every answer says how much is left, to each key for itself', async () => {
  const workspaceId = await makeWorkspace()
  const post = (key: string, body = WHO) =>
    send('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, body })
  const [one, two] = [await makeKey(workspaceId), await makeKey(workspaceId)]
  const left = async (key: string, body?: string) => {
    const { headers } = await post(key, body)
    expect(headers.get('ratelimit-limit')).toBe('12000')
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThanOrEqual(1)
    expect(headers.get('retry-after')).toBeNull()
    return Number(headers.get('ratelimit-remaining'))
  }
  expect(await left(one)).toBe(11_999)
  expect(await left(one, '{ "query": "{ nonsense" }')).toBeLessThanOrEqual(11_999)
  expect(await left(two)).toBe(11_999)
  // Who is not known is not counted.
  expect((await post('weir_test_nobody')).headers.get('ratelimit-limit')).toBeNull()
})

test('whoever asks too much is told to wait, in the words of HTTP and of GraphQL, and nothing is done', async () => {
  const key = await makeKey(await makeWorkspace())
  const ask = askAs(key)
  expect((await ask('{ viewer { actor } }')).status).toBe(200)
  const apiKeyId = (await ask('{ apiKeys { uuid } }')).data.apiKeys[0].uuid as string
  // The test and the Worker share their isolate: this key has used up what it may.
  const actor = { kind: 'api-key', apiKeyId } as Parameters<typeof countRequest>[1]
  while (countRequest({ RATE_LIMIT: '12000' }, actor, Date.now() + 3_600_000)?.taken.isAllowed);
  const response = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: 'mutation { setVariable(input: { name: "a", value: 1 }) { __typename } }' }),
  })
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(response.headers.get('ratelimit-remaining')).toBe('0')
  const { errors, data } = (await response.json()) as { errors: { extensions: { code: string; retryAfter: number } }[]; data?: unknown }
  expect(data).toBeUndefined()
  expect(errors[0]?.extensions).toMatchObject({
    code: 'RATE_LIMITED',
    retryAfter: Number(response.headers.get('retry-after')),
    requestId: expect.any(String),
  })
})

test('0 is no limit; what cannot be read is the default', () => {
  const actor = { kind: 'api-key', apiKeyId: newId() } as Parameters<typeof countRequest>[1]
  expect(countRequest({ RATE_LIMIT: '0' }, actor, 0)).toBeNull()
  for (const text of ['-5', 'many', '1.5', '']) expect(countRequest({ RATE_LIMIT: text }, actor, 0)?.headers['ratelimit-limit']).toBe('12000')
})
