/** What strangers, and workers gone wrong, may do on /connect. Messages that are malformed as such: workers/connect.worker.test.ts. */
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { mintRunToken } from '../../api/auth/mint-run-token.ts'
import { newId } from '../../core/ids.ts'
import { TIMINGS } from '../../core/timings.ts'
import { connect, env, eventually, makeWorkspace, RunningRun, TestWorker } from '../support/engine-world.ts'
import { fingerprint } from '../support/fingerprint.ts'

test('an upgrade that is not a worker of this workspace is refused with a code, and leaves no trace', async () => {
  const world = await makeWorkspace()
  const other = await makeWorkspace()
  const pool = await world.makePool()
  const key = world.workerKey.text
  const before = await fingerprint(world.workspaceId)
  const token = await mintRunToken(env.TOKEN_SECRET, TIMINGS, { workspaceId: world.workspaceId, flowRunId: newId(), epoch: 1, now: Date.now() })
  const cases: Record<string, [pool: string | null, headers: Record<string, string>, status: number]> = {
    'no credential': [pool.name, {}, 401],
    'a key in the protocol header': [pool.name, { 'sec-websocket-protocol': key }, 401],
    'another scheme': [pool.name, { authorization: `Basic ${btoa(key)}` }, 401],
    'a key that is cut': [pool.name, { authorization: `Bearer ${key.slice(0, -1)}` }, 401],
    'a run token': [pool.name, { authorization: `Bearer ${token}` }, 403],
    'a viewer': [pool.name, { authorization: `Bearer ${world.viewerKey.text}` }, 403],
    'a key of another workspace': [pool.name, { authorization: `Bearer ${other.workerKey.text}` }, 404],
    'an identity of its own': [
      pool.name,
      {
        authorization: `Bearer ${other.workerKey.text}`,
        'x-weir-connection': JSON.stringify({ workspaceId: world.workspaceId, workPoolId: pool.id, workPoolType: 'process', apiKeyId: newId() }),
      },
      404,
    ],
    'a page of another origin': [pool.name, { authorization: `Bearer ${key}`, origin: 'https://evil.example' }, 403],
    'no pool': [null, { authorization: `Bearer ${key}` }, 400],
    'an empty name': ['', { authorization: `Bearer ${key}` }, 400],
    'a name without end': ['p'.repeat(5_000), { authorization: `Bearer ${key}` }, 400],
    'SQL as a name': ["' or 1=1 --", { authorization: `Bearer ${key}` }, 404],
    'a path as a name': ['../../etc/passwd', { authorization: `Bearer ${key}` }, 404],
    'a prototype as a name': ['__proto__', { authorization: `Bearer ${key}` }, 404],
    'NUL in a name': ['a\u0000b', { authorization: `Bearer ${key}` }, 400],
    'the id instead of the name': [pool.id, { authorization: `Bearer ${key}` }, 404],
    'another upgrade': [pool.name, { authorization: `Bearer ${key}`, upgrade: 'h2c' }, 400],
  }
  for (const [what, [name, headers, status]] of Object.entries(cases)) {
    const answer = await connect(name, headers)
    const text = await answer.text()
    expect(answer.status, `${what}: ${text}`).toBe(status)
    expect(JSON.parse(text), what).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) } })
    expect(text, what).not.toMatch(/node_modules|\.ts:\d|\bselect \S+ from\b|pg_|weir_app|constraint|DatabaseError|TypeError/)
  }
  expect(await fingerprint(world.workspaceId)).toEqual(before)
})

/** A pool with two workers, each RUNNING one run. */
async function makeStage() {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const start = async (name: string) => {
    const worker = await TestWorker.start(world, pool.name, { name, slots: 1 })
    await pool.offer()
    const run = new RunningRun((await worker.takes(1))[0]!)
    await worker.reports(run.becomes('RUNNING'))
    return { worker, run }
  }
  return { world, pool, victim: await start('victim'), rogue: await start('rogue') }
}

test("a worker that speaks of another worker's runs moves none of them", async () => {
  const { world, pool, victim, rogue } = await makeStage()
  const key = { flowRunId: victim.run.flowRunId, epoch: 1 }
  const own = { flowRunId: rogue.run.flowRunId, epoch: 1 }
  const messages: Record<string, object> = {
    'hands it back': { type: 'hand-back', runs: [{ ...key, reason: 'not mine' }] },
    'hands it back under an epoch of the future': { type: 'hand-back', runs: [{ ...key, epoch: 9, reason: 'not mine' }] },
    'hands back its own, which has begun': { type: 'hand-back', runs: [{ ...own, reason: 'changed my mind' }] },
    'hands back what nobody knows': { type: 'hand-back', runs: [{ flowRunId: newId(), epoch: 1, reason: 'x' }] },
    'hands back one a hundred times': { type: 'hand-back', runs: Array.from({ length: 100 }, () => ({ ...key, reason: 'x' })) },
    'acknowledges it': { type: 'acknowledge', runs: [key] },
    'acknowledges what nobody knows': { type: 'acknowledge', runs: [{ flowRunId: newId(), epoch: 1 }] },
    'has room beyond its slots': { type: 'room', free: 10_000, draining: false },
    'speaks a word of tomorrow': { type: 'tomorrow', anything: true },
    'has a prototype': { type: 'room', free: 0, draining: false, constructor: { prototype: { polluted: true } } },
  }
  // Renewals are answered together, every five seconds; a pool that has just woken answers at once.
  const renews = async (...holding: (typeof own)[]) => {
    await evictDurableObject(pool.stub as never)
    return await rogue.worker.renews(holding)
  }
  for (const [what, message] of Object.entries(messages)) {
    rogue.worker.say(JSON.stringify(message))
    expect((await renews(own)).lost, what).toEqual([])
    for (const { run, worker } of [victim, rogue]) {
      expect(await world.readRun(run.flowRunId), what).toMatchObject({
        state: { type: 'RUNNING' },
        epoch: 1,
        holder: { sessionId: worker.sessionId },
      })
    }
  }
  // It is told that what it does not hold is lost to it, and that is all.
  expect((await renews(own, key)).lost).toEqual([key])
  expect(await world.readRun(victim.run.flowRunId)).toMatchObject({ state: { type: 'RUNNING' }, holder: { sessionId: victim.worker.sessionId } })
  // Room beyond its slots is cut to them.
  rogue.worker.say({ type: 'room', free: 10_000, draining: false })
  await renews(own)
  expect((await pool.offer()).outcome).toBe('assigned')
  expect((await pool.offer()).outcome).toBe('declined')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test("a worker cannot take over another's session by naming it, here, in another pool or in another workspace", async () => {
  const { world, pool, victim } = await makeStage()
  const elsewhere = await makeStage()
  const second = await world.makePool()
  const steal = async (there: typeof world, name: string) => {
    const thief = await TestWorker.open(there, name, victim.worker.sessionId)
    thief.hello({ name: 'thief', holding: [victim.run] })
    await eventually(async () => thief.closed ?? thief.heard.length > 0)
    return thief
  }
  for (const name of [pool.name, second.name]) {
    expect(await (await steal(world, name)).isDismissed(), name).toMatchObject({ code: 'superseded', retry: false })
  }
  // In another workspace it is no session at all: a new one, which holds nothing.
  const stranger = await steal(elsewhere.world, elsewhere.pool.name)
  expect(stranger.heard).toMatchObject([{ type: 'welcome' }, { type: 'renewed', lost: [{ flowRunId: victim.run.flowRunId, epoch: 1 }] }])
  stranger.leave(1000)
  await eventually(async () => stranger.closed)
  expect(await world.readRun(victim.run.flowRunId)).toMatchObject({
    state: { type: 'RUNNING' },
    holder: { sessionId: victim.worker.sessionId },
    epoch: 1,
  })
  expect(victim.worker.closed).toBeNull()
  await evictDurableObject(pool.stub as never)
  expect((await victim.worker.renews([victim.run])).lost).toEqual([])
})

test('hello again is fine for the same session; as another one it closes the socket, and leaves nothing that takes runs', async () => {
  const { world, pool, victim, rogue } = await makeStage()
  victim.worker.hello({ name: 'victim', slots: 1, holding: [victim.run] })
  await victim.worker.hears('welcome')
  rogue.worker.hello({ name: 'someone else', sessionId: newId(), slots: 1_000 })
  expect(await rogue.worker.isDismissed()).toMatchObject({ code: 'bad_message', retry: false })
  expect((await pool.offer()).outcome).toBe('declined')
  const fresh = await TestWorker.start(world, pool.name, { name: 'fresh', slots: 1 })
  expect(await pool.offer()).toMatchObject({ outcome: 'assigned', sessionId: fresh.sessionId })
  for (const { run } of [victim, rogue]) expect(await world.readRun(run.flowRunId)).toMatchObject({ state: { type: 'RUNNING' }, epoch: 1 })
})

test('floods of messages, of sockets and of greetings end, and the pool serves on', async () => {
  const { world, pool, victim } = await makeStage()
  for (let n = 0; n < 500; n++) victim.worker.say({ type: 'renew', sentAt: n, holding: [] })
  for (let n = 0; n < 200; n++) victim.worker.say({ type: 'room', free: 0, draining: false })
  const mute = await Promise.all(Array.from({ length: 8 }, () => TestWorker.open(world, pool.name)))
  for (const socket of mute) for (let n = 0; n < 5; n++) socket.hello({ name: 'many' })
  expect((await victim.worker.renews([victim.run])).lost).toEqual([])
  await Promise.all(mute.map((socket) => eventually(async () => socket.closed ?? socket.heard.some(({ type }) => type === 'welcome'))))
  for (const socket of mute) socket.leave()
  const fresh = await TestWorker.start(world, pool.name, { name: 'fresh' })
  expect((await pool.offer()).outcome).toBe('assigned')
  await fresh.takes(1)
  expect(await world.readRun(victim.run.flowRunId)).toMatchObject({ state: { type: 'RUNNING' }, epoch: 1 })
})
