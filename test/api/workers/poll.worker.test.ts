import { exports } from 'cloudflare:workers'
import { expect, onTestFinished, test } from 'vitest'
import { newId } from '../../../core/ids.ts'
import type { PoolMessage } from '../../../core/protocol/pool-messages.ts'
import type { PollAnswer, PollRequest } from '../../../core/protocol/poll.ts'
import type { WorkerMessage } from '../../../core/protocol/worker-messages.ts'
import { makeWorkspace, TestWorker, type World } from '../../support/engine-world.ts'

const post = (pool: string, key: string, body: unknown): Promise<Response> =>
  (exports as unknown as { default: Fetcher }).default.fetch(`http://127.0.0.1/connect?pool=${pool}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A worker whose network lets no socket through. It asks only when told to. */
class PollingWorker {
  readonly line = newId()
  readonly sessionId = newId()
  readonly name = `worker-${this.sessionId}`
  first = 1
  heard = 0
  unheard: WorkerMessage[] = []
  readonly #world: World
  readonly #pool: string

  constructor(world: World, pool: string) {
    this.#world = world
    this.#pool = pool
    onTestFinished(async () => void (await this.ask({ leaving: true, wait: 0 }).catch(() => {})))
  }

  /** One request; answers what is new. */
  async ask(over: Partial<PollRequest> = {}, ...say: WorkerMessage[]): Promise<PoolMessage[]> {
    this.unheard.push(...say)
    const { heard, messages, first, closed } = await this.askRaw(over)
    this.unheard.splice(0, Math.max(0, heard + 1 - this.first))
    this.first = Math.max(this.first, heard + 1)
    const fresh = messages.slice(this.heard + 1 - first)
    this.heard += fresh.length
    if (closed && fresh.length === 0) throw new Error(`closed ${closed.code} ${closed.reason}`)
    return fresh
  }

  async askRaw(over: Partial<PollRequest> = {}): Promise<PollAnswer> {
    const { line, first, heard } = this
    const request: PollRequest = { line, first, messages: this.unheard, heard, wait: 60_000, leaving: false, ...over }
    const answer = await post(this.#pool, this.#world.workerKey.text, request)
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as PollAnswer
  }

  hello(): WorkerMessage {
    return {
      type: 'hello',
      protocol: { newest: 1, oldest: 1 },
      sessionId: this.sessionId,
      worker: { name: this.name, version: '0.1.0', type: 'process', labels: {}, hostname: 'test', pid: 1 },
      queues: [],
      slots: 4,
      holding: [],
      sentAt: Date.now(),
    }
  }

  /** Asks until a message of this type has come. */
  async hears<Type extends PoolMessage['type']>(type: Type): Promise<Extract<PoolMessage, { type: Type }>> {
    for (;;) {
      const found = (await this.ask()).find((message) => message.type === type)
      if (found) return found as Extract<PoolMessage, { type: Type }>
    }
  }

  async start(): Promise<this> {
    this.unheard.push(this.hello())
    await this.hears('welcome')
    return this
  }
}

test('a worker that only asks is welcomed, given runs and told directives; what is answered into the void comes again', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await new PollingWorker(world, pool.name).start()
  const waiting = worker.hears('assign')
  const run = pool.newRun()
  expect(await pool.offer(run)).toMatchObject({ outcome: 'assigned', sessionId: worker.sessionId })
  const { assignments } = await waiting
  expect(assignments).toMatchObject([{ flowRunId: run.id, epoch: 1 }])
  expect(await worker.ask({ wait: 0 }, { type: 'acknowledge', runs: [{ flowRunId: run.id, epoch: 1 }] })).toEqual([])
  const directive = { kind: 'cancel' } as const
  const to = { workspaceId: world.workspaceId, workPoolId: pool.id, sessionId: worker.sessionId, flowRunId: run.id, epoch: 1, directive }
  expect(await pool.stub.direct(to)).toBe(true)
  const lost = await worker.askRaw()
  const again = await worker.ask()
  expect(again).toMatchObject([{ type: 'direct', flowRunId: run.id, directive }])
  expect(again).toEqual(lost.messages)
  const [present] = await pool.stub.presence({ workspaceId: world.workspaceId, workPoolId: pool.id })
  expect(present).toMatchObject({ sessionId: worker.sessionId })
})

test('a newer request ends the wait of an older one, and what both say counts once', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await new PollingWorker(world, pool.name).start()
  await worker.ask({ wait: 0 })
  let answered: PollAnswer | null = null
  void worker.askRaw().then((answer) => (answered = answer))
  while (!answered) expect(await worker.ask({ wait: 0 })).toEqual([])
  expect(answered).toMatchObject({ messages: [] })
  const hello = { ...worker.hello(), sentAt: 4_711 }
  worker.unheard.push(hello)
  expect(await worker.hears('welcome')).toMatchObject({ answers: 4_711 })
  // The same once more, as after a broken connection: heard already, so nothing answers it.
  expect((await worker.askRaw({ first: 2, messages: [hello], heard: worker.heard, wait: 0 })).messages).toEqual([])
})

test('a session goes from polls to a socket and back; what it held before is closed and nothing else changes', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const polling = await new PollingWorker(world, pool.name).start()
  const { sessionId, name } = polling
  const socket = await TestWorker.start(world, pool.name, { sessionId, name })
  expect(await polling.ask()).toMatchObject([{ type: 'goodbye', code: 'superseded', retry: true }])
  await expect(polling.ask()).rejects.toThrow('closed 4409')
  await pool.offer()
  const [run] = await socket.takes(1)
  const back = new PollingWorker(world, pool.name)
  const holding = [{ flowRunId: run!.flowRunId, epoch: 1 }]
  const messages = await back.ask({}, {
    ...back.hello(),
    sessionId,
    holding,
    worker: { ...(back.hello() as { worker: object }).worker, name },
  } as WorkerMessage)
  expect(messages).toMatchObject([{ type: 'welcome' }, { type: 'renewed', lost: [] }])
  expect(await socket.isDismissed()).toMatchObject({ code: 'superseded', retry: true })
})

test('a line that the object does not know is closed at once, and a line belongs to the key that opened it', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await new PollingWorker(world, pool.name).start()
  expect(await worker.askRaw({ line: newId() })).toMatchObject({ messages: [], closed: { code: 4404 } })
  const other = await makeWorkspace()
  const guessed: PollRequest = { line: worker.line, first: 2, messages: [], heard: 0, wait: 0, leaving: false }
  expect((await post(pool.name, other.workerKey.text, guessed)).status).toBe(404)
  const admin = await post(pool.name, world.editorKey.text, guessed)
  expect([200, 403]).toContain(admin.status)
  if (admin.status === 200) expect(await admin.json()).toMatchObject({ closed: { code: 4404 } })
  expect((await post(pool.name, 'weir_test_wrong', guessed)).status).toBe(401)
})

test.each([
  ['no JSON', 'not json', 'expected JSON text'],
  ['no line', {}, 'line: expected a lower-case UUID'],
  ['no list of messages', { line: newId(), first: 1, heard: 0, wait: 0, messages: 'x' }, 'messages: expected a list'],
  ['a wait beyond measure', { line: newId(), first: 1, heard: 0, wait: 1e12, messages: [] }, 'wait: expected a whole number'],
])('a poll with %s is refused with the place', async (_, body, message) => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const answer = await post(pool.name, world.workerKey.text, body)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { code: 'BAD_USER_INPUT', message: expect.stringContaining(message) } })
})

test('what a polling worker says is judged as on a socket: unreadable, too large, before hello', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const says = async (...messages: unknown[]) => {
    const worker = new PollingWorker(world, pool.name)
    const answer = await worker.askRaw({ messages: messages as WorkerMessage[] })
    worker.heard = answer.messages.length
    const { closed } = answer.closed ? answer : await worker.askRaw({ first: 2, messages: [] })
    return { ...answer, closed }
  }
  expect(await says({ type: 'hello' })).toMatchObject({ messages: [{ type: 'goodbye', code: 'bad_message' }], closed: { code: 4400 } })
  expect(await says({ type: 'room', free: 1, draining: false })).toMatchObject({ messages: [{ code: 'bad_message', message: 'Say hello first' }] })
  expect(await says({ type: 'x'.repeat(1024 * 1024) })).toMatchObject({
    messages: [{ type: 'goodbye', code: 'message_too_large', retry: true }],
    closed: { code: 1009 },
  })
})

test('a worker that says more than a pool can hear is told so and sent away; the others, and what it says with its next line, are heard', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const other = await new PollingWorker(world, pool.name).start()
  const worker = await new PollingWorker(world, pool.name).start()
  const much = Array.from({ length: 1_000 }, () => ({ type: 'room', free: 0, draining: false }) as const)
  const said: PoolMessage[] = []
  for (let poll = 0; poll < 10 && said.length === 0; poll++) said.push(...(await worker.ask({ wait: 0 }, ...much)))
  expect(said).toMatchObject([{ type: 'goodbye', code: 'too_many_messages', retry: true }])
  expect((await worker.askRaw({ messages: [], wait: 0 })).closed).toMatchObject({ code: 4429 })
  expect(await other.ask({ wait: 0 }, { type: 'room', free: 1, draining: false })).toEqual([])
  const again = new PollingWorker(world, pool.name)
  expect((await again.ask({}, worker.hello()))[0]).toMatchObject({ type: 'welcome' })
})

test('a worker that says that it leaves is not online any more', async () => {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await new PollingWorker(world, pool.name).start()
  await worker.askRaw({ leaving: true })
  expect(await pool.stub.presence({ workspaceId: world.workspaceId, workPoolId: pool.id })).toEqual([])
  // Its name is free at once.
  await TestWorker.start(world, pool.name, { name: worker.name })
})
