/** examples/integrator: every recipe, on the real Worker. */
import { expect, test } from 'vitest'
import { ApiError, Client } from '../../examples/integrator/client.ts'
import * as recipes from '../../examples/integrator/recipes.ts'
import { eventually } from '../support/engine-world.ts'
import { logsFact, startRunner } from './reporting.ts'
import { makeKey, makeStage, makeWorkspace, send } from './support.ts'

const clientOf = (key: string) => new Client({ url: '', key, fetch: ((url: string, init?: RequestInit) => send(url, init)) as typeof fetch })

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

test('a program finds out who it is, what can be run, and runs it once', async () => {
  const { key, workspaceId } = await makeStage({ type: 'object', properties: { city: { type: 'string' } } })
  const client = clientOf(key)
  expect(await recipes.whoAmI(client)).toMatchObject({ actor: 'key "admin"', workspace: { handle: `w-${workspaceId}` } })
  expect((await listOf(recipes.deployments(client))).map(({ fullName }) => fullName)).toEqual(['etl/nightly'])
  const first = await recipes.runOnce(client, 'etl/nightly', { city: 'Bern' }, 'order-1')
  const again = await recipes.runOnce(client, 'etl/nightly', { city: 'Bern' }, 'order-1')
  expect([first.existed, again.existed, again.flowRun.id]).toEqual([false, true, first.flowRun.id])
  await expect(recipes.runOnce(client, 'etl/nightly', { city: 4 }, 'order-2')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  await expect(recipes.runOnce(client, 'etl/none', {}, 'order-3')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await recipes.whyWaiting(client, first.flowRun.id))?.map(({ kind }) => kind).length).toBeGreaterThan(0)
  expect((await recipes.cancel(client, first.flowRun.id, 'test')).flowRun.state.type).toBe('CANCELLED')
  expect((await recipes.retry(client, first.flowRun.id)).flowRun.state.type).toBe('SCHEDULED')
})

test('it follows a run to its end and reads every line of it', async () => {
  const { key, ask } = await makeStage()
  const client = clientOf(key)
  const runner = await startRunner(ask)
  await runner.report(logsFact(runner.uuid, 'one'))
  const names: string[] = []
  const end = recipes.waitForEnd(client, runner.id, (name) => names.push(name))
  const lines = listOf(recipes.logLines(client, runner.id))
  await runner.report(logsFact(runner.uuid, 'two'))
  await runner.end('FAILED', 'no luck')
  expect(await end).toMatchObject({ type: 'FAILED', message: 'no luck' })
  expect((await lines).map(({ message }) => message)).toEqual(['one', 'two'])
  expect(names.at(-1)).toBe('Failed')
  expect(await recipes.failedSince(client, '2020-01-01T00:00:00Z')).toMatchObject({ totalCount: 1, nodes: [{ id: runner.id }] })
})

test('what it follows goes on where it was when a stream is cut and nobody answers for a while', async () => {
  const { key, ask } = await makeStage()
  const runner = await startRunner(ask)
  await runner.report(logsFact(runner.uuid, 'one'))
  let streams = 0
  /** The first stream is cut after its first message; the second time nobody is there; the third time a proxy answers. */
  const unreliable = (async (url: string, init?: RequestInit) => {
    streams += 1
    if (streams === 2) throw new TypeError('fetch failed')
    if (streams === 3) return new Response('<h1>502 Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })
    const response = await send(url, init)
    if (streams > 1) return response
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk)
        if (new TextDecoder().decode(chunk).includes('data:')) setTimeout(() => controller.error(new TypeError('terminated')), 0)
      },
    })
    return new Response(response.body?.pipeThrough(cut), response)
  }) as typeof fetch
  const lines = listOf(recipes.logLines(new Client({ url: '', key, fetch: unreliable }), runner.id))
  await eventually(() => Promise.resolve(streams > 1))
  await runner.report(logsFact(runner.uuid, 'two'))
  await runner.end('COMPLETED', 'done')
  expect((await lines).map(({ message }) => message)).toEqual(['one', 'two'])
  expect(streams).toBeGreaterThan(3)
})

test('it cancels by filter, keeps a value, and makes a key that may only look', async () => {
  const { key } = await makeStage()
  const client = clientOf(key)
  for (const order of ['a', 'b', 'c']) await recipes.runOnce(client, 'etl/nightly', {}, order)
  const seen: number[] = []
  const operation = await recipes.cancelAll(client, { deployment: { name: ['etl/nightly'] } }, (_, of) => seen.push(of))
  expect(operation).toMatchObject({ state: 'COMPLETED', changedCount: 3, refusals: [] })
  expect(seen[0]).toBe(3)
  expect(await recipes.setVariable(client, 'region', ['eu'])).toMatchObject({ created: true, variable: { value: ['eu'] } })
  const looking = clientOf((await recipes.statusPageKey(client, '2099-01-01T00:00:00Z')).key)
  expect((await recipes.failedSince(looking, '2020-01-01T00:00:00Z')).totalCount).toBe(0)
  await expect(recipes.setVariable(looking, 'region', 1)).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('what is refused as a whole is an ApiError with its code, a subscription too', async () => {
  const client = clientOf(`${await makeKey(await makeWorkspace())}x`)
  await expect(recipes.whoAmI(client)).rejects.toBeInstanceOf(ApiError)
  await expect(recipes.whoAmI(client)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  const known = clientOf(await makeKey(await makeWorkspace()))
  await expect(recipes.waitForEnd(known, '00000000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
