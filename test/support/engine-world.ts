/**
 * For Worker tests of the engine, inside workerd: workspaces with keys, pools and deployments in the real record, workers on real sockets, runners that
 * report over the real door. Clocks are moved in the record, so that no test waits for one.
 */
import { env as bindings, exports } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { onTestFinished } from 'vitest'
import { workPoolOf } from '../../api/coordinators.ts'
import { hashSecret } from '../../api/auth/hash-secret.ts'
import type { Env } from '../../api/env.ts'
import { formatApiKey } from '../../core/api-key.ts'
import { newId } from '../../core/ids.ts'
import type { NewFlowRun } from '../../core/new-flow-run.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Goodbye, PoolMessage } from '../../core/protocol/pool-messages.ts'
import type { Fact, HolderFact, ReportAnswer, RunAnswer } from '../../core/protocol/reports.ts'
import type { Hello, RunKey, WorkerMessage } from '../../core/protocol/worker-messages.ts'
import { NO_RETRIES } from '../../core/retry-policy.ts'
import { makeState, type State, type StateType } from '../../core/states.ts'
import { saveDeployment } from '../../db/queries/deployments/save-deployment.ts'
import { findWorkPools } from '../../db/queries/work-pools/find-work-pools.ts'
import { createWorkPool } from '../../db/queries/work-pools/create-work-pool.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { insertFlowRun } from '../../db/transitions/insert-flow-run.ts'
import { sqlStatement, systemStatement, type RawRow } from '../../db/statement.ts'
import { connectSystem } from '../../db/system.ts'

export const env = bindings as unknown as Env
const door = (exports as unknown as { default: Fetcher }).default

/** The record across workspaces. */
export const system = connectSystem({
  url: env.SYSTEM_DATABASE_URL,
  fetch: ((input: RequestInfo, init?: RequestInit) => (env.SQL as Fetcher).fetch(input, init)) as typeof fetch,
})

/** Any SQL, as the system role: what a test does to the record behind everybody's back. */
export const query = <Row extends RawRow>(text: ReturnType<typeof sql>): Promise<Row[]> =>
  system.run(
    systemStatement(
      sqlStatement<Row, Row[]>(
        () => text,
        (rows) => rows,
      ),
    ),
  )

export type World = Awaited<ReturnType<typeof makeWorkspace>>

/** A workspace of its own with a worker key, an editor key and a viewer key. */
export async function makeWorkspace() {
  const workspaceId = newId()
  const accountId = newId()
  await query(sql`insert into accounts (id, name, created_at) values (${accountId}, 'test', now())`)
  await query(
    sql`insert into workspaces (id, account_id, name, handle, created_at) values (${workspaceId}, ${accountId}, 'test', ${workspaceId}, now())`,
  )
  const makeKey = async (role: string): Promise<{ id: string; text: string }> => {
    const id = newId()
    const secret = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=/g, '')
    await query(
      sql`insert into api_keys (workspace_id, id, name, role, secret_hash, created_at) values (${workspaceId}, ${id}, ${role}, ${role}, ${await hashSecret(secret)}, now())`,
    )
    return { id, text: formatApiKey({ cell: env.CELL, id, secret }) }
  }
  const [workerKey, editorKey, viewerKey] = (await Promise.all(['WORKER', 'EDITOR', 'VIEWER'].map(makeKey))) as [
    { id: string; text: string },
    { id: string; text: string },
    { id: string; text: string },
  ]
  const db = system.inWorkspace(workspaceId)

  /** A deployment of a flow of its own. */
  const deploy = async (workPoolName: string, concurrencyLimit: number | null, policy: Partial<NewFlowRun['policy']>) => {
    const saved = await db.run(
      saveDeployment({
        newIds: { flow: newId(), deployment: newId(), version: newId() },
        flowName: `flow-${newId()}`,
        name: 'main',
        description: null,
        tags: [],
        entrypoint: 'flow.ts:flow',
        path: '/srv/flows',
        contentHash: null,
        parameters: {},
        parameterSchema: null,
        jobVariables: {},
        workPoolName,
        workQueueName: null,
        concurrencyLimit,
        reuse: false,
        preload: true,
        retries: policy.retries ?? NO_RETRIES,
        retryOnCrash: policy.retryOnCrash ?? 0,
        onContactLost: policy.onContactLost ?? 'continue',
        startAgain: policy.startAgain ?? false,
      }),
    )
    if (saved.outcome !== 'saved') throw new Error(saved.outcome)
    return saved
  }

  /** A pool with one deployment whose runs it takes. */
  const makePool = async ({
    name = `pool-${newId()}`,
    type = 'process',
    limit = null as number | null,
    deploymentLimit = null as number | null,
    policy = {} as Partial<NewFlowRun['policy']>,
  } = {}) => {
    const id = newId()
    await db.run(createWorkPool({ id, defaultQueueId: newId(), name, type, description: null, concurrencyLimit: limit, jobVariables: {} }))
    const saved = await deploy(name, deploymentLimit, policy)
    const [pool] = await db.run(findWorkPools([id]))
    const [deployment] = await query<{ flow_id: string }>(
      sql`select flow_id from deployments where workspace_id = ${workspaceId} and id = ${saved.deploymentId}`,
    )
    const stub = workPoolOf(env, workspaceId, id)
    const newRun = (over: Partial<NewFlowRun> = {}): NewFlowRun => {
      const now = Date.now()
      return {
        id: newId(),
        flowId: deployment?.flow_id as string,
        name: 'brave-otter',
        state: makeState({ id: newId(), type: 'SCHEDULED', timestamp: now, details: { scheduledTime: over.scheduledTime ?? now } }),
        parameters: {},
        tags: [],
        idempotencyKey: null,
        deploymentId: saved.deploymentId,
        deploymentVersionId: saved.versionId,
        workPoolId: id,
        workPoolType: type,
        workQueueId: pool?.queues[0]?.id as string,
        queuePriority: 1,
        jobVariables: {},
        scheduledTime: now,
        createdAt: now,
        createdBy: null,
        parentFlowRunId: null,
        parentTaskRunId: null,
        policy: { retries: NO_RETRIES, retryOnCrash: 0, onContactLost: 'continue', startAgain: false, ...policy },
        ...over,
      }
    }
    return {
      id,
      name,
      stub,
      newRun,
      /** Another deployment in this pool: what its runs have different. */
      another: async (): Promise<Pick<NewFlowRun, 'flowId' | 'deploymentId' | 'deploymentVersionId'>> => {
        const { deploymentId, versionId } = await deploy(name, null, policy)
        const [row] = await query<{ flow_id: string }>(
          sql`select flow_id from deployments where workspace_id = ${workspaceId} and id = ${deploymentId}`,
        )
        return { flowId: row?.flow_id as string, deploymentId, deploymentVersionId: versionId }
      },
      /** Inserts a SCHEDULED run; the pool is not told. */
      insertRun: async (over: Partial<NewFlowRun> = {}) => (await db.run(insertFlowRun(newRun(over)))).flowRunId,
      offer: (over: Partial<NewFlowRun> = {}) => stub.offer({ workspaceId, workPoolId: id, flowRun: newRun(over) }),
      /** The judge of this pool looked so many seconds ago, and had not been away. */
      wasJudged: (secondsAgo: number) =>
        query(
          sql`insert into judges (workspace_id, name, judged_at) values (${workspaceId}, ${`work-pool/${id}`}, now() - ${secondsAgo} * interval '1 second')
              on conflict (workspace_id, name) do update set judged_at = excluded.judged_at, grace_until = null`,
        ),
      ring: (dueAt: number | null = null) => stub.ring({ workspaceId, workPoolId: id, dueAt }),
    }
  }

  const readRun = async (id: string) => {
    const facts = (await db.run(readFlowRunFacts([id]))).runs.get(id)?.facts
    if (!facts) throw new Error(`there is no run ${id}`)
    return facts
  }
  return { workspaceId, workerKey, editorKey, viewerKey, makeKey, db, makePool, readRun }
}

/** GET /connect as a worker would, with whatever is wrong. */
export const connect = (pool: string | null, headers: Record<string, string> = {}): Promise<Response> =>
  door.fetch(`http://127.0.0.1/connect${pool === null ? '' : `?pool=${encodeURIComponent(pool)}`}`, { headers: { upgrade: 'websocket', ...headers } })

/** POST /reports with any body. */
export const postReports = (key: string | null, body: string | object): Promise<Response> =>
  door.fetch('http://127.0.0.1/reports', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A worker on a real socket: says what it is told to, keeps what it hears. */
export class TestWorker {
  readonly sessionId: string
  readonly heard: PoolMessage[] = []
  closed: { code: number; reason: string } | null = null
  readonly #socket: WebSocket
  readonly #world: World
  readonly #waiting: (() => void)[] = []

  private constructor(world: World, socket: WebSocket, sessionId: string) {
    this.#world = world
    this.#socket = socket
    this.sessionId = sessionId
    socket.addEventListener('message', ({ data }) => {
      if (data !== 'pong') this.heard.push(JSON.parse(String(data)) as PoolMessage)
      this.#wake()
    })
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason }
      this.#wake()
    })
    socket.accept()
    onTestFinished(() => this.leave())
  }

  /** Connects, and says nothing yet. */
  static async open(world: World, pool: string, sessionId = newId()): Promise<TestWorker> {
    const answer = await connect(pool, { authorization: `Bearer ${world.workerKey.text}` })
    if (!answer.webSocket) throw new Error(`no socket: ${answer.status} ${await answer.text()}`)
    return new TestWorker(world, answer.webSocket, sessionId)
  }

  /** Connects, says hello and waits for the welcome. */
  static async start(world: World, pool: string, hello: Partial<Hello> & { name?: string } = {}): Promise<TestWorker> {
    const worker = await TestWorker.open(world, pool, hello.sessionId)
    worker.hello(hello)
    await worker.hears('welcome')
    return worker
  }

  hello({ name = `worker-${this.sessionId}`, ...over }: Partial<Hello> & { name?: string } = {}): void {
    this.say({
      type: 'hello',
      protocol: { newest: 1, oldest: 1 },
      sessionId: this.sessionId,
      worker: { name, version: '0.1.0', type: 'process', labels: {}, hostname: 'test', pid: 1 },
      queues: [],
      slots: 4,
      holding: [],
      sentAt: Date.now(),
      ...over,
    })
  }

  say(message: WorkerMessage | string | ArrayBuffer): void {
    this.#socket.send(typeof message === 'string' || message instanceof ArrayBuffer ? message : JSON.stringify(message))
  }

  /** The next message of this type that was not taken yet. */
  async hears<Type extends PoolMessage['type']>(type: Type): Promise<Extract<PoolMessage, { type: Type }>> {
    for (;;) {
      const index = this.heard.findIndex((message) => message.type === type)
      if (index >= 0) return this.heard.splice(index, 1)[0] as Extract<PoolMessage, { type: Type }>
      if (this.closed) throw new Error(`closed (${this.closed.code} ${this.closed.reason}) before it heard ${type}`)
      await this.#event()
    }
  }

  /** The next assignments, one message after the other, until there are so many. */
  async takes(count: number): Promise<Assignment[]> {
    const taken: Assignment[] = []
    while (taken.length < count) taken.push(...(await this.hears('assign')).assignments)
    this.acknowledge(taken)
    return taken
  }

  acknowledge(runs: readonly RunKey[]): void {
    this.say({ type: 'acknowledge', runs: runs.map(({ flowRunId, epoch }) => ({ flowRunId, epoch })) })
  }

  async renews(holding: readonly RunKey[]): Promise<Extract<PoolMessage, { type: 'renewed' }>> {
    const sentAt = Date.now() + Math.random()
    this.say({ type: 'renew', sentAt, holding: holding.map(({ flowRunId, epoch }) => ({ flowRunId, epoch })) })
    for (;;) {
      const renewed = await this.hears('renewed')
      if (renewed.answers === sentAt) return renewed
    }
  }

  async isDismissed(): Promise<Goodbye & { closeCode: number }> {
    const goodbye = await this.hears('goodbye')
    while (!this.closed) await this.#event()
    return { ...goodbye, closeCode: (this.closed as { code: number }).code }
  }

  /** Reports with the worker's key, for its session. */
  async reports(...runs: RunningRun[]): Promise<RunAnswer[]> {
    const answer = await postReports(this.#world.workerKey.text, {
      protocol: 1,
      sentAt: Date.now(),
      sessionId: this.sessionId,
      reports: runs.map((run) => run.next()),
      holderFacts: [],
    })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    const { runs: answers } = (await answer.json()) as ReportAnswer
    for (const run of runs) run.hear(answers.find(({ flowRunId }) => flowRunId === run.flowRunId))
    return answers
  }

  async says(...holderFacts: HolderFact[]): Promise<RunAnswer[]> {
    const answer = await postReports(this.#world.workerKey.text, {
      protocol: 1,
      sentAt: Date.now(),
      sessionId: this.sessionId,
      reports: [],
      holderFacts,
    })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as ReportAnswer).runs
  }

  /** Closes its socket with this code (1006-like cuts: 4000). */
  leave(code = 4000): void {
    try {
      this.#socket.close(code)
    } catch {
      // Closed already.
    }
  }

  /** Something happened, or some milliseconds passed: in the test runner alarms of objects fire only while the test itself has a timer. */
  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      setTimeout(resolve, 20)
    })
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** One run as its runner reports it: numbers, state last seen, token. */
export class RunningRun {
  readonly flowRunId: string
  readonly epoch: number
  n = 0
  stateId: string
  runToken: string
  facts: Fact[] = []

  constructor({ flowRunId, epoch, stateId, runToken }: Pick<Assignment, 'flowRunId' | 'epoch' | 'stateId' | 'runToken'>) {
    Object.assign(this, { flowRunId, epoch })
    this.flowRunId = flowRunId
    this.epoch = epoch
    this.stateId = stateId
    this.runToken = runToken
  }

  /** A state to report next. */
  becomes(type: StateType, over: Partial<State> = {}, runCount = 1): this {
    this.facts.push({ kind: 'flow-run-state', runCount, state: { ...makeState({ id: newId(), type, timestamp: Date.now() }), ...over } })
    return this
  }

  logs(...messages: string[]): this {
    this.facts.push({ kind: 'logs', flowRunId: this.flowRunId, lines: messages.map((message) => ({ time: Date.now(), level: 'info', message })) })
    return this
  }

  next() {
    return { flowRunId: this.flowRunId, epoch: this.epoch, n: this.n + 1, stateId: this.stateId, runToken: this.runToken, facts: this.facts }
  }

  hear(answer: RunAnswer | undefined): void {
    if (!answer) throw new Error('a report was not answered')
    if (answer.acknowledged > this.n) this.facts = []
    this.n = Math.max(this.n, answer.acknowledged)
    if (answer.stateId) this.stateId = answer.stateId
    if (answer.runToken) this.runToken = answer.runToken
  }
}

/** Waits on a condition in the record: looks again every few milliseconds. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
