/**
 * The simulator's record (test/simulation/record.ts) is only worth as much as it resembles the real one: the same random steps are taken by both, and after
 * each of them answer, rows and slots must be equal. Times are equal because the model's clock is set to what the database's statement says.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Change } from '../../../core/change.ts'
import { cancelFlowRun, forceFlowRun, retryFlowRun } from '../../../core/flow-run-commands.ts'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import { newId } from '../../../core/ids.ts'
import { expireCancelling, foldHolderFact, handBack, type HolderFold, judgeRun, loseLease } from '../../../core/leases.ts'
import type { Fact, HolderFact } from '../../../core/protocol/reports.ts'
import { foldReport } from '../../../core/reports.ts'
import { makeState, STATE_TYPES } from '../../../core/states.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { setLimit } from '../../../db/queries/limits/set-limit.ts'
import { readFlowRunFacts } from '../../../db/queries/flow-runs/read-flow-run-facts.ts'
import type { Db } from '../../../db/client.ts'
import { applyChanges } from '../../../db/transitions/apply-changes.ts'
import { claimFlowRuns } from '../../../db/transitions/claim-flow-runs.ts'
import { insertFlowRun } from '../../../db/transitions/insert-flow-run.ts'
import { offerFlowRun } from '../../../db/transitions/offer-flow-run.ts'
import { endSessions, openSession, renewSessions } from '../../../db/transitions/sessions.ts'
import { tickJudge } from '../../../db/transitions/tick-judge.ts'
import { Record } from '../../simulation/record.ts'
import { SAFEGUARDS } from '../../simulation/safeguards.ts'
import type { Truth } from '../../simulation/truth.ts'
import { World } from '../../simulation/world.ts'
import { startTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Fixture, makeDeployment, makeFixture, newFlowRun } from '../../support/record-fixture.ts'

let database: TestDatabase
let owner: Awaited<ReturnType<TestDatabase['client']>>

beforeAll(async () => {
  database = await startTestDatabase()
  owner = await database.client()
})
afterAll(() => database?.stop())

const SEQUENCES = 100
const YEAR = 365 * 86_400_000

/** One step; its numbers choose among what there is when it is taken. */
const anyStep = fc.record({
  kind: fc.constantFrom('insert', 'offer', 'claim', 'claim', 'apply', 'apply', 'apply', 'apply', 'open', 'renew', 'end', 'judge', 'limit', 'pause'),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
  c: fc.nat(1_000),
  flag: fc.boolean(),
})
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never
const anyWorld = fc.record({
  poolMax: fc.constantFrom(null, 1, 3),
  queueMax: fc.constantFrom(null, 1, 2),
  deploymentMax: fc.constantFrom(null, 1, 2),
})

test(`the simulator's record does what PostgreSQL does, step by step`, { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.array(anyStep, { minLength: 8, maxLength: 24 }), async (limits, steps) => {
      const pair = await Pair.make(limits)
      for (const step of steps) {
        await pair.take(step)
        await pair.compare(step)
      }
    }),
    // What it shrinks to would take minutes: each trial is a workspace of its own.
    { numRuns: SEQUENCES, endOnFailure: true },
  )
})

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length]

/** Postgres keeps microseconds, and so does the comparison. */
const comparable = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) ? value * 1_000 : Math.round(value * 1_000)
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, comparable(entry)]])))
  return value
}

/** A change as somebody decided it, as the database gets it and as the model gets it. */
interface Decided {
  change: Change
  exit?: NonNullable<Extract<HolderFold, { kind: 'write' }>['exit']>
}

/** The real record and the model, side by side. */
class Pair {
  readonly db: Db
  readonly fixtures: Fixture[]
  readonly world = new World(1)
  readonly model: Record
  readonly runs: string[] = []
  readonly sessions: { sessionId: string; workerId: string }[] = []
  facts = new Map<string, FlowRunFacts>()

  private constructor(db: Db, fixtures: Fixture[]) {
    this.db = db
    this.fixtures = fixtures
    // What is true of the simulated world is not asked here.
    const truth = { given() {}, created() {}, claimed() {}, written() {}, stored() {}, lostBySilence() {} } as unknown as Truth
    this.model = new Record(this.world, truth, { ...TIMINGS, judgeGrace: 0 }, SAFEGUARDS)
  }

  static async make(limits: { poolMax: number | null; queueMax: number | null; deploymentMax: number | null }): Promise<Pair> {
    const db = await database.makeWorkspace()
    const first = await makeFixture(db, { poolLimit: limits.poolMax, workPoolName: 'pool', concurrencyLimit: limits.deploymentMax })
    const lowId = newId()
    const workspace = db.workspaceId
    await owner.query(
      `with queue as (insert into work_queues (workspace_id, id, work_pool_id, name, priority, is_paused, created_at) values ($1, $2, $3, 'low', 2, false, now()))
       insert into limits (workspace_id, id, kind, name, max) values ($1, $2, 'queue', 'low', $4)`,
      [workspace, lowId, first.workPoolId, limits.queueMax],
    )
    const low = await makeDeployment(db, {
      flowName: 'low',
      workPoolName: 'pool',
      workQueueName: 'low',
      retryOnCrash: 1,
      onContactLost: 'stop',
      startAgain: true,
    })
    const pair = new Pair(db, [first, { db, workPoolId: first.workPoolId, deployment: low }])
    for (const { deployment } of pair.fixtures) {
      const { id, priority } = deployment.workQueue
      pair.model.queues.push({ id, priority, isPaused: false })
    }
    const maxima = [
      [first.workPoolId, limits.poolMax],
      [lowId, limits.queueMax],
      [first.deployment.id, limits.deploymentMax],
    ] as const
    for (const [id, max] of maxima) if (max !== null) pair.model.limits.set(id, { max, holders: new Set() })
    await pair.open(0, false)
    return pair
  }

  get workPoolId(): string {
    return (this.fixtures[0] as Fixture).workPoolId
  }

  take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'insert':
        return this.insert(step)
      case 'offer':
        return this.offer(step)
      case 'claim':
        return this.claim(step)
      case 'open':
        return this.open(step.a, step.flag)
      case 'renew':
        return this.renew(step)
      case 'end':
        return this.end(step)
      case 'judge':
        return this.judge(step)
      case 'limit':
        return this.limit(step)
      case 'pause':
        return this.pause(step)
      default:
        return this.apply(step)
    }
  }

  /** Facts of every run, what stands beside them in the row, and who has which slots. */
  async compare(step: Step): Promise<void> {
    const [{ runs }, { rows }] = await Promise.all([this.db.run(readFlowRunFacts(this.runs)), this.readRows()])
    this.facts = new Map([...runs].map(([id, { facts }]) => [id, facts]))
    const ofFacts = ({ state, epoch, lastN, holder, heardAt, claimedAt, clockShift, runCount }: FlowRunFacts) => {
      return { state, epoch, lastN, holder, heardAt, claimedAt, clockShift, runCount }
    }
    const real = new Map([...this.facts].map(([id, facts]) => [id, comparable(ofFacts(facts))]))
    const modelled = new Map([...this.facts.keys()].map((id) => [id, comparable(ofFacts(this.row(id).facts))]))
    expect(modelled, `after ${JSON.stringify(step)}`).toEqual(real)

    for (const row of rows) {
      const model = this.row(row.id)
      const slots = [...this.model.limits].filter(([, { holders }]) => holders.has(row.id)).map(([id]) => id)
      const [due, exited] = [Math.round(row.due * 1e3), model.exitedAt !== null]
      expect({ due: Math.round(model.scheduledTime ?? 0), exited, exit: model.exit, slots: slots.sort() }, `after ${JSON.stringify(step)}`).toEqual({
        due,
        exited: row.exited,
        exit: row.exit,
        slots: row.slots,
      })
    }
  }

  private readRows() {
    return owner.query<{ id: string; due: number; exited: boolean; exit: unknown; slots: string[] }>(
      `select id, extract(epoch from scheduled_time)::float8 as due, exited_at is not null as exited, exit,
         array(select limit_id::text from slots s where s.workspace_id = r.workspace_id and s.flow_run_id = r.id order by limit_id) as slots
       from flow_runs r where workspace_id = $1`,
      [this.db.workspaceId],
    )
  }

  private row(id: string) {
    const row = this.model.runs.get(id)
    if (!row) throw new Error(`the model has no run ${id}`)
    return row
  }

  private newRun({ a, flag }: Step, isDue: boolean) {
    const fixture = pick(this.fixtures, a) as Fixture
    const scheduledTime = isDue ? Date.now() - 1_000 - (a % 7) : Date.now() + YEAR
    const run = newFlowRun(fixture, { scheduledTime, id: flag && this.runs.length > 0 && a % 5 === 0 ? (pick(this.runs, a) as string) : newId() })
    const { workQueue, id } = fixture.deployment
    const limitIds = [this.workPoolId, workQueue.id, id]
    const modelled = {
      id: run.id,
      workPoolId: this.workPoolId,
      workPoolType: 'process',
      workQueueId: workQueue.id,
      limitIds,
      scheduledTime,
      policy: run.policy,
      state: run.state,
    }
    return { run, modelled }
  }

  private async insert(step: Step): Promise<void> {
    const { run, modelled } = this.newRun(step, step.b % 5 !== 0)
    const inserted = await this.db.run(insertFlowRun(run))
    this.world.now = inserted.now
    expect(this.model.runs.has(run.id)).toBe(inserted.existed)
    this.model.insert(modelled)
    if (!inserted.existed) this.runs.push(run.id)
  }

  private async offer(step: Step): Promise<void> {
    const { run, modelled } = this.newRun(step, true)
    const session = pick(this.sessions, step.b)
    if (!session) return
    const stateId = newId()
    const offered = await this.db.run(offerFlowRun({ flowRun: run, ...session, stateId }))
    if (offered.outcome === 'assigned') this.world.now = offered.claimedAt
    else this.world.now = Date.now()
    expect(this.model.offer(modelled, session.sessionId, stateId)).toBe(offered.outcome === 'declined' ? offered.reason : offered.outcome)
    if (offered.outcome === 'assigned') this.runs.push(run.id)
  }

  private async claim({ a, b, c, flag }: Step): Promise<void> {
    // Mostly what can be claimed; now and then anything.
    const able = this.model.claimable().map(({ facts }) => facts.id)
    const from = flag && able.length > 0 ? able : this.runs
    if (from.length === 0) return
    const ids = new Set(Array.from({ length: 1 + (a % 3) }, (_, index) => pick(from, b + index * 7) as string))
    const claims = [...ids].map((flowRunId, index) => ({
      flowRunId,
      stateId: newId(),
      ...(pick(this.sessions, c + index) as (typeof this.sessions)[number]),
    }))
    const claimed = await this.db.run(claimFlowRuns({ workPoolId: this.workPoolId, claims }))
    this.world.now = claimed.claimedAt
    const { outcome, endedSessionIds } = this.model.claim(claims)
    expect(outcome).toBe(claimed.outcome === 'claimed' ? 'claimed' : claimed.reason)
    if (claimed.outcome === 'refused' && claimed.reason === 'session') expect(endedSessionIds.toSorted()).toEqual(claimed.subjectIds.toSorted())
  }

  private async open(a: number, again: boolean): Promise<void> {
    const sessionId = again && this.sessions.length > 0 ? (pick(this.sessions, a) as { sessionId: string }).sessionId : newId()
    const name = again ? (this.model.sessions.get(sessionId)?.workerName ?? 'one') : a % 2 === 0 ? 'one' : 'two'
    const worker = { name, type: 'process', version: '0', hostname: 'test', labels: {} }
    const opened = await this.db.run(openSession({ workPoolId: this.workPoolId, sessionId, newWorkerId: newId(), worker, queues: [], slots: 3 }))
    this.world.now = opened.now
    const model = this.model.openSession({ sessionId, workPoolId: this.workPoolId, workerName: name })
    expect(model.ended).toBe(opened.ended)
    expect(model.endedSessionIds.toSorted()).toEqual(opened.endedSessionIds.toSorted())
    if (!opened.ended) expect(sorted(model.held)).toEqual(sorted(opened.holding))
    if (!again) this.sessions.push({ sessionId, workerId: opened.workerId })
  }

  private async renew({ a, b }: Step): Promise<void> {
    const sessionIds = this.sessions.filter((_, index) => (a + index * b) % 3 !== 0).map(({ sessionId }) => sessionId)
    const heard = sessionIds.map((sessionId, index) => ({ sessionId, silentFor: index * b * 1_000 }))
    const renewed = await this.db.run(renewSessions({ workPoolId: this.workPoolId, heard }))
    this.world.now = renewed.now
    const model = this.model.renew(heard)
    expect([...model.keys()].toSorted()).toEqual(renewed.sessions.map(({ sessionId }) => sessionId).toSorted())
    for (const { sessionId, holding } of renewed.sessions) expect(sorted(model.get(sessionId) ?? [])).toEqual(sorted(holding))
  }

  private async end({ a, b }: Step): Promise<void> {
    const session = pick(this.sessions, a)
    if (!session || b % 2 === 0) return
    await this.db.run(endSessions([session.sessionId]))
    const model = this.model.sessions.get(session.sessionId)
    if (model) model.ended = true
  }

  private async judge({ flag }: Step): Promise<void> {
    const away = flag ? 0 : YEAR
    const tick = await this.db.run(tickJudge({ name: 'pool', away, grace: 0 }))
    this.world.now = tick.now
    expect(this.model.tickJudge('pool', away)).toBe(tick.mayJudge)
  }

  private async limit({ a, b }: Step): Promise<void> {
    const ids = [this.workPoolId, ...this.fixtures.flatMap(({ deployment }) => [deployment.id, deployment.workQueue.id])]
    const id = pick(ids, a) as string
    const max = pick([null, 0, 1, 2, 3], b) as number | null
    await this.db.run(setLimit({ id, max }))
    const before = this.model.limits.get(id)
    if (max === null) this.model.limits.delete(id)
    else if (before) before.max = max
    else {
      const holders = [...this.model.runs.values()].filter(({ facts, limitIds }) => facts.holder !== null && limitIds.includes(id))
      this.model.limits.set(id, { max, holders: new Set(holders.map(({ facts }) => facts.id)) })
    }
  }

  private async pause({ a, b }: Step): Promise<void> {
    const queue = pick(this.model.queues, a)
    if (!queue) return
    queue.isPaused = b % 3 === 0
    await owner.query('update work_queues set is_paused = $3 where workspace_id = $1 and id = $2', [this.db.workspaceId, queue.id, queue.isPaused])
  }

  /** One statement with the changes of one or two runs; some are decided from what is not true any more. */
  private async apply({ a, b, c, flag }: Step): Promise<void> {
    const ids = [pick(this.runs, a), ...(flag ? [pick(this.runs, a + b)] : [])]
    const writes = ids.flatMap((id, index) => {
      const facts = id === undefined ? undefined : this.facts.get(id)
      const decided = facts && this.decide(facts, b + index, c)
      return decided ? [{ ...decided, change: spoil(decided.change, c) }] : []
    })
    if (writes.length === 0) return
    const applied = await this.db.run(applyChanges(writes))
    this.world.now = applied.now
    const model = this.model.apply(writes, 'report')
    for (const [index, real] of applied.runs.entries()) {
      const modelled = model[index]
      expect(modelled?.written, JSON.stringify(writes)).toBe(real.written)
      expect(modelled?.ring !== null && modelled?.written).toBe(real.ringWorkPool)
      if (real.ringWorkPool) expect(comparable(modelled?.ring?.dueAt)).toEqual(comparable(real.dueAt))
    }
  }

  /** Something that core would really have written. */
  private decide(run: FlowRunFacts, b: number, c: number): Decided | null {
    const now = Date.now()
    const sessionId = pick(this.sessions, c)?.sessionId ?? ''
    const command = { run, by: 'ada', now, newId }
    const ofCommand = (verdict: ReturnType<typeof cancelFlowRun>) => (verdict.kind === 'change' ? { change: verdict.change } : null)
    const ofChange = (change: Change | null) => change && { change }
    switch (b % 12) {
      case 0:
        return ofCommand(cancelFlowRun(command))
      case 1:
        return ofCommand(retryFlowRun(command))
      case 2:
        return ofCommand(forceFlowRun({ ...command, type: pick(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const, c) ?? 'FAILED' }))
      case 3:
        return ofChange(loseLease(run, pick(['witnessed', 'silence', 'not-held'] as const, c) ?? 'witnessed', now, newId, TIMINGS))
      case 4:
        return ofChange(handBack(run, 'full', now, newId))
      case 5:
        return ofChange(judgeRun({ facts: run, isSessionOver: c % 2 === 0, exitedAt: c % 3 === 0 ? 0 : null, exit: null }, true, now, newId, TIMINGS))
      case 6:
        return ofChange(expireCancelling(run, now + YEAR, newId, TIMINGS))
      case 7: {
        const code = pick([0, 1, 75], c) as number
        const fact: HolderFact = { kind: 'exited', flowRunId: run.id, epoch: run.epoch, code, signal: null, stderr: 'last words', reason: null }
        const fold = foldHolderFact({ run, fact, now, newId, timings: TIMINGS })
        return fold.kind === 'write' ? { change: fold.change, ...(fold.exit ? { exit: fold.exit } : {}) } : null
      }
      default: {
        const types = b % 12 === 8 ? [] : [pick(STATE_TYPES, c) ?? 'RUNNING', ...(c % 4 === 0 ? (['RUNNING'] as const) : [])]
        const facts = types.map((type): Fact => {
          const state = makeState({
            id: newId(),
            type,
            timestamp: now - (c % 50),
            details: type === 'SCHEDULED' ? { scheduledTime: c % 2 === 0 ? now - 50 : now + YEAR } : {},
          })
          return { kind: 'flow-run-state', state, runCount: run.runCount + 1, release: c % 3 === 0 }
        })
        const report = { flowRunId: run.id, epoch: run.epoch, n: run.lastN + 1, stateId: run.state.id, runToken: '', facts }
        const from = c % 2 === 0 ? ({ kind: 'worker', sessionId } as const) : ({ kind: 'runner' } as const)
        const fold = foldReport({ run, report, sentAt: now - c, from, now, newId })
        return fold.kind === 'write' ? { change: fold.change } : null
      }
    }
  }
}

/** Now and then somebody else was faster: one part of the guard does not hold. */
function spoil(change: Change, c: number): Change {
  const { guard } = change
  switch (c % 20) {
    case 0:
      return { ...change, guard: { ...guard, stateId: newId() } }
    case 1:
      return { ...change, guard: { ...guard, epoch: guard.epoch + 1 } }
    case 2:
      return { ...change, guard: { ...guard, lastN: (guard.lastN ?? 0) + 1 } }
    case 3:
      return { ...change, guard: { ...guard, heardAt: 1 } }
    default:
      return change
  }
}

const sorted = (held: readonly { flowRunId: string; epoch: number; stateType: string }[]) =>
  held.map(({ flowRunId, epoch, stateType }) => `${flowRunId}/${epoch} ${stateType}`).sort()
