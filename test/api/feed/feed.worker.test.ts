import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { coordinatorsOf } from '../../../api/context.ts'
import { type FeedMessage, feedOf, listenUrl } from '../../../api/coordinators.ts'
import { mergeMessages, subscribeToFeed } from '../../../api/feed/subscribe.ts'
import { makeLog } from '../../../api/log.ts'
import { newId } from '../../../core/ids.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { FLOW_RUNS_TOPIC, flowRunTopic } from '../../../core/topics.ts'
import { sqlStatement, systemStatement } from '../../../db/statement.ts'
import { env, eventually, makeWorkspace, query, RunningRun, system, TestWorker } from '../../support/engine-world.ts'

/** A listener on a real socket of the Feed. */
class Listener {
  readonly heard: FeedMessage[] = []
  closed = false
  constructor(socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      this.heard.push(JSON.parse(String(data)) as FeedMessage)
    })
    socket.addEventListener('close', () => {
      this.closed = true
    })
    socket.accept()
    onTestFinished(() => socket.close())
  }
  static async open(workspaceId: string, topic = FLOW_RUNS_TOPIC, since: string | null = null): Promise<Listener> {
    const answer = await feedOf(env, workspaceId, topic).fetch(listenUrl({ workspaceId, topic, since }), { headers: { upgrade: 'websocket' } })
    return new Listener(answer.webSocket as WebSocket)
  }
  next = () => eventually(async () => this.heard.shift())
}

const note = (workspaceId: string, ...runs: string[]) => query(sql`select note_state_change(${workspaceId}::uuid, ${`{${runs.join(',')}}`}::uuid[])`)
const ring = (workspaceId: string, topic = FLOW_RUNS_TOPIC) => feedOf(env, workspaceId, topic).ring({ workspaceId, topic })
const runsOf = (message: FeedMessage) => message.changes.map(({ flowRunId }) => flowRunId)

test('a listener first hears where now is, then what changes, in the order of commits', async () => {
  const { workspaceId } = await makeWorkspace()
  await note(workspaceId, newId())
  const listener = await Listener.open(workspaceId)
  expect(await listener.next()).toEqual({ cursor: expect.any(String), reset: false, changes: [] })
  const [a, b] = [newId(), newId()]
  await note(workspaceId, b)
  await note(workspaceId, a)
  await note(workspaceId, b)
  await ring(workspaceId)
  // One message as a rule. The look that follows the mark of a new listener may fall between two of the notes, and then tells the first of them by itself.
  const heard: FeedMessage['changes'] = []
  const ids = () => heard.map(({ flowRunId }) => flowRunId)
  while (!ids().includes(a) || ids().lastIndexOf(b) < ids().indexOf(a)) heard.push(...(await listener.next()).changes)
  expect(heard.slice(-2)).toEqual([
    { topic: FLOW_RUNS_TOPIC, flowRunId: a, changed: ['state'] },
    { topic: FLOW_RUNS_TOPIC, flowRunId: b, changed: ['state'] },
  ])
  expect(heard.length).toBeLessThanOrEqual(3)
})

test('a listener that comes back with its cursor hears what it missed, once', async () => {
  const { workspaceId } = await makeWorkspace()
  const { cursor } = await (await Listener.open(workspaceId)).next()
  const missed = [newId(), newId()]
  for (const run of missed) await note(workspaceId, run)
  const message = await (await Listener.open(workspaceId, FLOW_RUNS_TOPIC, cursor)).next()
  expect(runsOf(message)).toEqual(missed)
  const later = await (await Listener.open(workspaceId, FLOW_RUNS_TOPIC, message.cursor)).next()
  expect(later).toMatchObject({ reset: false, changes: [] })
})

test('more than one page of what was missed comes in order, whole, and once', async () => {
  const { workspaceId } = await makeWorkspace()
  const { cursor } = await (await Listener.open(workspaceId)).next()
  const runs = Array.from({ length: 2_300 }, () => newId())
  await note(workspaceId, ...runs)
  const listener = await Listener.open(workspaceId, FLOW_RUNS_TOPIC, cursor)
  const heard: (string | null)[] = []
  while (heard.length < runs.length) heard.push(...runsOf(await listener.next()))
  expect(heard).toHaveLength(runs.length)
  expect(new Set(heard)).toEqual(new Set(runs))
})

test.each([
  ['unreadable', 'yesterday'],
  ['older than what is kept', `1-1-${Math.floor(Date.now() / 1_000) - 3 * 86_400}`],
  ['of another database', `18446744073709551615-1-${Math.floor(Date.now() / 1_000)}`],
  ['beyond all numbers', `99999999999999999999-1-${Math.floor(Date.now() / 1_000)}`],
])('a cursor that is %s is answered with reset and the present place', async (_, since) => {
  const { workspaceId } = await makeWorkspace()
  const listener = await Listener.open(workspaceId, FLOW_RUNS_TOPIC, since)
  const message = await listener.next()
  expect(message).toEqual({ cursor: expect.stringMatching(/^\d+-\d+-\d+$/), reset: true, changes: [] })
  const run = newId()
  await note(workspaceId, run)
  await ring(workspaceId)
  expect(runsOf(await listener.next())).toEqual([run])
})

test('what commits late is not skipped: a change behind an open transaction waits for it, and needs no second ring', async () => {
  const { workspaceId } = await makeWorkspace()
  const listener = await Listener.open(workspaceId)
  await listener.next()
  const [slow, quick] = [newId(), newId()]
  const plain = (text: ReturnType<typeof sql>) =>
    systemStatement(
      sqlStatement(
        () => text,
        (rows) => rows,
      ),
    )
  const open = system.batch(plain(sql`select note_state_change(${workspaceId}::uuid, array[${slow}]::uuid[])`), plain(sql`select pg_sleep(0.4)`))
  await eventually(
    async () =>
      (await query(sql`select 1 from pg_stat_activity where query like '%pg_sleep(0.4)%' and state = 'active' and pid <> pg_backend_pid()`)).length >
      0,
  )
  await note(workspaceId, quick)
  await ring(workspaceId)
  const heard: (string | null)[] = []
  while (heard.length < 2) heard.push(...runsOf(await listener.next()))
  await open
  expect(heard).toEqual([slow, quick])
})

test('an evicted feed goes on where its listeners are', async () => {
  const { workspaceId } = await makeWorkspace()
  const listener = await Listener.open(workspaceId)
  await listener.next()
  await evictDurableObject(feedOf(env, workspaceId, FLOW_RUNS_TOPIC) as never)
  const run = newId()
  await note(workspaceId, run)
  await ring(workspaceId)
  expect(runsOf(await listener.next())).toEqual([run])
})

test('listeners in different places each hear their own part', async () => {
  const { workspaceId } = await makeWorkspace()
  const { cursor } = await (await Listener.open(workspaceId)).next()
  const [before, after] = [newId(), newId()]
  await note(workspaceId, before)
  const present = await Listener.open(workspaceId)
  await present.next()
  const behind = await Listener.open(workspaceId, FLOW_RUNS_TOPIC, cursor)
  expect(runsOf(await behind.next())).toEqual([before])
  await note(workspaceId, after)
  await ring(workspaceId)
  expect([runsOf(await present.next()), runsOf(await behind.next())]).toEqual([[after], [after]])
})

test('a feed refuses whoever names another workspace or topic', async () => {
  const { workspaceId } = await makeWorkspace()
  const other = newId()
  const stub = feedOf(env, workspaceId, FLOW_RUNS_TOPIC)
  for (const names of [
    { workspaceId: other, topic: FLOW_RUNS_TOPIC },
    { workspaceId, topic: 'deployments' },
    { workspaceId, topic: 'everything' },
  ]) {
    const answer = await stub.fetch(listenUrl({ ...names, since: null }), { headers: { upgrade: 'websocket' } })
    expect(answer.status).toBe(403)
    await runInDurableObject(stub as never, async (instance) => {
      await expect((instance as unknown as { ring(names: object): Promise<void> }).ring(names)).rejects.toThrow(/another workspace/)
    })
  }
})

test('a change of another workspace is not heard', async () => {
  const [{ workspaceId }, other] = await Promise.all([makeWorkspace(), makeWorkspace()])
  const listener = await Listener.open(workspaceId)
  await listener.next()
  await note(other.workspaceId, newId())
  const own = newId()
  await note(workspaceId, own)
  await ring(workspaceId)
  expect(runsOf(await listener.next())).toEqual([own])
})

test('whoever looks at a run marks it as watched, and its worker is told at once; nobody looks at a run that is over', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const run = new RunningRun((await worker.takes(1))[0]!)
  const topic = flowRunTopic(run.flowRunId)
  const listener = await Listener.open(world.workspaceId, topic)
  await listener.next()
  expect(await worker.hears('direct')).toMatchObject({ flowRunId: run.flowRunId, epoch: 1, directive: { kind: 'watch', until: expect.any(Number) } })
  await worker.reports(run.becomes('RUNNING').logs('seen'))
  expect((await listener.next()).changes).toEqual([{ topic, flowRunId: run.flowRunId, changed: expect.arrayContaining(['state', 'logs']) }])
  await worker.reports(run.becomes('COMPLETED'))
  await listener.next()
  const stub = feedOf(env, world.workspaceId, topic)
  await runInDurableObject(stub as never, async (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm())
  await runInDurableObject(stub as never, (_, state) => state.storage.deleteAlarm())
  await runInDurableObject(stub as never, async (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm())
  expect(await runInDurableObject(stub as never, (_, state) => state.storage.getAlarm())).toBeNull()
})

test('the list of runs is marked as listened to for as long as somebody listens, and changes ring its feed then', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  await pool.offer()
  const run = new RunningRun((await worker.takes(1))[0]!)
  const stub = feedOf(env, world.workspaceId, FLOW_RUNS_TOPIC)
  const alarm = () => runInDurableObject(stub as never, async (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm())
  const isMarked = async () =>
    (await query(sql`select 1 from listened_topics where workspace_id = ${world.workspaceId} and listened_until > now()`)).length > 0
  expect(await isMarked()).toBe(false)
  const listener = await Listener.open(world.workspaceId)
  await listener.next()
  await eventually(async () => (await isMarked()) || undefined)
  await worker.reports(run.becomes('RUNNING'))
  expect(runsOf(await listener.next())).toEqual([run.flowRunId])
  await query(sql`update listened_topics set listened_until = now() where workspace_id = ${world.workspaceId}`)
  await alarm()
  expect(await isMarked()).toBe(true)
})

test('what is written while a listener is being marked reaches it without a ring', async () => {
  const { workspaceId } = await makeWorkspace()
  const isHeard = async () => {
    const listener = await Listener.open(workspaceId)
    await listener.next()
    await note(workspaceId, newId())
    for (let looks = 0; looks < 20 && listener.heard.length === 0; looks += 1) await new Promise((resolve) => setTimeout(resolve, 50))
    return listener.heard.length > 0
  }
  // On a busy machine the mark may have been quicker than the note; the next listener shows it then.
  expect((await isHeard()) || (await isHeard()) || (await isHeard())).toBe(true)
})

/** A runner's token is no credential that could end before its stream does. */
const asRunner = <Rest extends { workspaceId: string }>(rest: Rest) => ({
  ...rest,
  actor: { kind: 'runner', workspaceId: rest.workspaceId, flowRunId: newId(), epoch: 1 } as const,
  db: system.inWorkspace(rest.workspaceId),
  log: makeLog({}, () => {}),
})

test('a subscription hears, ends its socket when its reader goes, and leaves the feed without listeners', async () => {
  const { workspaceId } = await makeWorkspace()
  const coordinators = coordinatorsOf(
    env,
    TIMINGS,
    makeLog({}, () => {}),
    () => {},
  )
  const messages = subscribeToFeed(asRunner({ coordinators, workspaceId, timings: TIMINGS }), FLOW_RUNS_TOPIC, null)
  expect((await messages.next()).value).toMatchObject({ changes: [] })
  const run = newId()
  await note(workspaceId, run)
  await ring(workspaceId)
  expect(runsOf((await messages.next()).value as FeedMessage)).toEqual([run])
  await messages.return?.()
  const stub = feedOf(env, workspaceId, FLOW_RUNS_TOPIC)
  await eventually(() =>
    runInDurableObject(stub as never, (_, state) => state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN).length === 0),
  )
})

test('a subscription ends by itself after the life of a stream, so that its permission is checked again', async () => {
  const { workspaceId } = await makeWorkspace()
  const coordinators = coordinatorsOf(
    env,
    TIMINGS,
    makeLog({}, () => {}),
    () => {},
  )
  const messages = subscribeToFeed(
    asRunner({ coordinators, workspaceId, timings: { ...TIMINGS, streamLife: 150 } as unknown as typeof TIMINGS }),
    FLOW_RUNS_TOPIC,
    null,
  )
  await messages.next()
  expect(await messages.next()).toEqual({ value: undefined, done: true })
})

test('what a slow reader missed is one message: the last cursor, each run once; too much of it is a reset', () => {
  const message = (cursor: string, ...runs: string[]): FeedMessage => ({
    cursor,
    reset: false,
    changes: runs.map((flowRunId) => ({ topic: 't', flowRunId, changed: ['state'] })),
  })
  expect(mergeMessages(message('1', 'a', 'b'), message('2', 'c', 'a'))).toEqual(message('2', 'b', 'c', 'a'))
  const flood = message('3', ...Array.from({ length: 10_001 }, (_, n) => `r${n}`))
  expect(mergeMessages(message('1', 'a'), flood)).toEqual({ cursor: '3', reset: true, changes: [] })
})
