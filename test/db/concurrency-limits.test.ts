/**
 * Slots of named limits in the real record: the rules of core/concurrency.ts hold statement by statement, several connections at once never take too many,
 * and whatever becomes of those who hold slots, none is left behind.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeSlots, type LimitFacts, spentAfter } from '../../core/concurrency.ts'
import { newId } from '../../core/ids.ts'
import { judgeRun } from '../../core/leases.ts'
import { TIMINGS } from '../../core/timings.ts'
import type { Db } from '../../db/client.ts'
import { type SlotsOutcome, type UseConcurrency, useConcurrency } from '../../db/queries/concurrency-limits/use-concurrency.ts'
import {
  createConcurrencyLimit,
  deleteConcurrencyLimit,
  resetConcurrencyLimit,
  updateConcurrencyLimit,
} from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { findConcurrencyLimitByName } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { expireConcurrencySlots } from '../../db/queries/maintenance/expire-concurrency-slots.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeClaimedRun, makeFixture, makeSession, stateOf } from '../support/record-fixture.ts'

let database: TestDatabase
let owner: Awaited<ReturnType<TestDatabase['client']>>

beforeAll(async () => {
  database = await startTestDatabase()
  owner = await database.client()
})
afterAll(() => database?.stop())

const deed = () => ({ id: newId(), actor: 'test', action: 'test', details: {} })
const makeLimit = async (db: Db, name: string, max: number, slotDecayPerSecond: number | null = null): Promise<string> => {
  const id = newId()
  expect(await db.run(createConcurrencyLimit({ id, name, max, isActive: true, slotDecayPerSecond, by: 'test' }, deed()))).toBe(true)
  return id
}
type Wanted = UseConcurrency['acquire'][number]
type Asked = Partial<Wanted>
const asked = (init: Partial<UseConcurrency> = {}): UseConcurrency => ({
  runner: null,
  release: [],
  renew: [],
  acquire: [],
  users: [],
  life: 60_000,
  patience: 20_000,
  ...init,
})
const wish = (names: string[], init: Asked = {}): UseConcurrency['acquire'][number] => ({
  id: newId(),
  names,
  slots: 1,
  mode: 'slots',
  flowRunId: null,
  epoch: null,
  taskRunId: null,
  holder: 'test',
  ...init,
})
const ask = async (db: Db, ...acquire: UseConcurrency['acquire']): Promise<SlotsOutcome[]> =>
  (await db.run(useConcurrency(asked({ acquire })))).acquired
const release = (db: Db, ...ids: string[]) => db.run(useConcurrency(asked({ release: ids })))
const heldOf = async (db: Db): Promise<Record<string, number>> => {
  const { rows } = await owner.query(
    `select l.name, coalesce(sum(s.count) filter (where s.taken_at is not null), 0)::int as held from concurrency_limits l
     left join concurrency_slots s on s.workspace_id = l.workspace_id and s.limit_id = l.id where l.workspace_id = $1 group by l.name`,
    [db.workspaceId],
  )
  return Object.fromEntries(rows.map(({ name, held }) => [name, held]))
}

test('slots are given up to the limit, in the order of asking, of all limits or of none; names that there are not hold nobody back', async () => {
  const db = await database.makeWorkspace()
  await makeLimit(db, 'a', 2)
  await makeLimit(db, 'b', 1)
  const [one, two, three] = [wish(['a', 'b', 'none']), wish(['a', 'b']), wish(['a'])]
  expect(await ask(db, one)).toMatchObject([{ outcome: 'granted', held: true }])
  // `two` waits for b and keeps its place in a: three would take the last slot of a before it.
  expect(await ask(db, two, three)).toMatchObject([
    { outcome: 'wait', blocked: [{ name: 'b', used: 1, ahead: 0, max: 1, decay: null }] },
    { outcome: 'wait', blocked: [{ name: 'a', used: 1, ahead: 1 }] },
  ])
  expect(await ask(db, one)).toMatchObject([{ outcome: 'granted', held: true }]) // again: the same lease
  expect(await heldOf(db)).toEqual({ a: 1, b: 1 })
  await release(db, two.id) // gave up
  expect(await ask(db, three)).toMatchObject([{ outcome: 'granted' }])
  expect(await ask(db, wish(['none']))).toMatchObject([{ outcome: 'granted', held: false, names: [] }])
  expect(await ask(db, wish(['a'], { slots: 3 }))).toMatchObject([{ outcome: 'refused', problem: { code: 'too-many', name: 'a', max: 2 } }])
  expect(await ask(db, wish(['a'], { mode: 'rate' }))).toMatchObject([{ outcome: 'refused', problem: { code: 'no-decay', name: 'a' } }])
  const { gone } = await db.run(useConcurrency(asked({ renew: [one.id, two.id] })))
  expect(gone).toEqual([two.id])
  await release(db, one.id, three.id)
  expect(await heldOf(db)).toEqual({ a: 0, b: 0 })
})

test('every verdict is the one of core, over random limits, wishes, releases and changes', async () => {
  const db = await database.makeWorkspace()
  const random = seeded(7)
  const limits = new Map<string, { id: string; max: number; decay: number | null; spent: number; at: number }>()
  for (const [name, max, decay] of [
    ['x', 3, null],
    ['y', 1, null],
    ['z', 5, 2],
  ] as const)
    limits.set(name, { id: await makeLimit(db, name, max, decay), max, decay, spent: 0, at: 0 })
  interface Known {
    wish: UseConcurrency['acquire'][number]
    order: number
    isHeld: boolean
  }
  const known: Known[] = []
  let order = 0
  for (let step = 0; step < 150; step++) {
    const pick = random()
    if (pick < 0.1) {
      const [name, limit] = [...limits][Math.floor(random() * 2)] as [string, { id: string; max: number }]
      limit.max = Math.floor(random() * 4)
      await db.run(updateConcurrencyLimit(limit.id, { max: limit.max, by: name }, deed()))
    } else if (pick < 0.4 && known.length > 0) {
      const [gone] = known.splice(Math.floor(random() * known.length), 1)
      await release(db, (gone as Known).wish.id)
    } else {
      const again = random() < 0.5 ? known.filter(({ isHeld }) => !isHeld)[Math.floor(random() * 3)] : undefined
      const names = ['x', 'y', 'z', 'unknown'].filter(() => random() < 0.5)
      const entry: Known = again ?? { wish: wish(names, { slots: 1 + Math.floor(random() * 2) }), order: order++, isHeld: false }
      const { now, acquired } = await db.run(useConcurrency(asked({ acquire: [entry.wish] })))
      const facts = entry.wish.names.flatMap((name): LimitFacts[] => {
        const limit = limits.get(name)
        if (!limit) return []
        const count = (where: (one: Known) => boolean) =>
          known.filter((one) => one.wish.names.includes(name) && where(one)).reduce((sum, one) => sum + one.wish.slots, 0)
        const used = limit.decay === null ? count((one) => one.isHeld) : spentAfter(limit.spent, limit.decay, now - limit.at)
        return [
          {
            name,
            max: limit.max,
            used,
            decay: limit.decay,
            ahead: count((one) => !one.isHeld && one.order < entry.order && one !== entry),
            holdMs: 0,
          },
        ]
      })
      const verdict = judgeSlots(facts, entry.wish.slots, 'slots')
      expect({ step, outcome: acquired[0]?.outcome }, JSON.stringify(facts)).toEqual({
        step,
        outcome: { grant: 'granted', wait: 'wait', refuse: 'refused' }[verdict.kind],
      })
      if (verdict.kind === 'grant') {
        for (const { name, used } of facts)
          Object.assign(limits.get(name) as object, limits.get(name)?.decay ? { spent: used + entry.wish.slots, at: now } : {})
        entry.isHeld = facts.some(({ decay }) => decay === null)
      }
      const at = known.indexOf(entry)
      if (verdict.kind === 'refuse' || (verdict.kind === 'grant' && !entry.isHeld)) at >= 0 && known.splice(at, 1)
      else if (at < 0) known.push(entry)
    }
  }
  expect(order).toBeGreaterThan(20)
})

test('eight processes that ask at once never take more than there is, and leave nothing', async () => {
  const db = await database.makeWorkspace()
  await makeLimit(db, 'a', 3)
  await makeLimit(db, 'b', 2)
  let most = 0
  let taken = 0
  const inside: Record<string, number> = { a: 0, b: 0 }
  const work = async (seed: number) => {
    const random = seeded(seed)
    for (let turn = 0; turn < 12; turn++) {
      const one = wish(random() < 0.4 ? ['b', 'a'] : random() < 0.5 ? ['a'] : ['b'])
      while ((await ask(db, one))[0]?.outcome !== 'granted') await new Promise((resolve) => setTimeout(resolve, 2 + random() * 5))
      taken++
      for (const name of one.names) most = Math.max(most, (inside[name] = (inside[name] ?? 0) + 1) - (name === 'a' ? 3 : 2))
      await new Promise((resolve) => setTimeout(resolve, random() * 3))
      for (const name of one.names) inside[name] = (inside[name] ?? 0) - 1
      await release(db, one.id)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, seed) => work(seed + 1)))
  expect(taken).toBe(96)
  expect(most).toBe(0) // full at times, never above
  expect(await heldOf(db)).toEqual({ a: 0, b: 0 })
})

test('200 holders that die in every way: never too many slots, and none is left', { timeout: 60_000 }, async () => {
  const db = await database.makeWorkspace()
  await makeLimit(db, 'a', 5)
  await makeLimit(db, 'b', 3)
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const random = seeded(42)
  const holding: { leaseId: string; kill(): Promise<void> }[] = []
  let killed = 0
  const expectNever = async () => {
    const { a: ofA = 0, b: ofB = 0 } = await heldOf(db)
    expect([ofA <= 5, ofB <= 3], `${ofA} of 5, ${ofB} of 3`).toEqual([true, true])
  }
  while (killed < 200) {
    const names = random() < 0.5 ? ['a'] : random() < 0.5 ? ['b'] : ['a', 'b']
    if (random() < 0.7) {
      const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
      const one = wish(names, { flowRunId, epoch: 1 })
      await db.run(useConcurrency(asked({ runner: { flowRunId, epoch: 1 }, acquire: [one] })))
      // Judged lost after silence, ended by a report, sent back under a new epoch, or deleted: whatever it was doing, also while it waits.
      const change = { flowRunId, guard: { stateId, epoch: 1 }, history: [], lease: 'end' as const }
      const ways = [
        async () => {
          const facts = (await db.run(readFlowRunFacts([flowRunId]))).runs.get(flowRunId)?.facts
          const judged =
            facts && judgeRun({ facts, isSessionOver: false, exitedAt: null, exit: null }, true, Date.now() + TIMINGS.silence * 2, newId, TIMINGS)
          if (judged) await db.run(applyChanges([{ change: judged }]))
        },
        () => db.run(applyChanges([{ change: { ...change, states: [stateOf({ type: 'COMPLETED' })], raiseEpoch: false } }])),
        () => db.run(applyChanges([{ change: { ...change, states: [stateOf({ type: 'SCHEDULED' })], raiseEpoch: true } }])),
        () => owner.query('delete from flow_runs where id = $1', [flowRunId]),
      ]
      holding.push({ leaseId: one.id, kill: async () => void (await (ways[Math.floor(random() * ways.length)] as () => Promise<unknown>)()) })
    } else {
      // A program without a run: it stops renewing.
      const one = wish(names)
      await ask(db, one)
      holding.push({
        leaseId: one.id,
        async kill() {
          await owner.query('update concurrency_slots set deadline = now() - interval $$1 second$$ where lease_id = $1', [one.id])
          if (random() < 0.3) await database.system.run(expireConcurrencySlots({ mayJudge: true }))
        },
      })
    }
    await expectNever()
    while (holding.length > 0 && random() < 0.5) {
      const [gone] = holding.splice(Math.floor(random() * holding.length), 1)
      await gone?.kill()
      killed++
    }
  }
  for (const one of holding) await one.kill()
  await database.system.run(expireConcurrencySlots({ mayJudge: true }))
  const { rows } = await owner.query('select * from concurrency_slots where workspace_id = $1', [db.workspaceId])
  expect(rows).toEqual([])
  expect(await ask(db, wish(['a', 'b'], { slots: 3 }))).toMatchObject([{ outcome: 'granted' }])
})

test('a lease that passed its deadline is ended by the judge alone, and only when it was there all the time', async () => {
  const db = await database.makeWorkspace()
  await makeLimit(db, 'a', 1)
  const [one, two] = [wish(['a']), wish(['a'])]
  await ask(db, one)
  await ask(db, two)
  await owner.query('update concurrency_slots set deadline = now() - interval $$1 second$$ where workspace_id = $1', [db.workspaceId])
  // The place of who stopped asking is lost, the lease is not: we may have been away ourselves.
  expect(await ask(db, wish(['a']))).toMatchObject([{ outcome: 'wait', blocked: [{ used: 1, ahead: 0 }] }])
  await database.system.run(expireConcurrencySlots({ mayJudge: false }))
  expect(await heldOf(db)).toEqual({ a: 1 })
  expect((await db.run(useConcurrency(asked({ renew: [one.id] })))).gone).toEqual([])
  await database.system.run(expireConcurrencySlots({ mayJudge: true }))
  expect(await heldOf(db)).toEqual({ a: 1 }) // it was renewed in time
})

test('a runner speaks for its own run alone, and not after its lease has ended', async () => {
  const db = await database.makeWorkspace()
  await makeLimit(db, 'a', 2)
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const [mine, other] = [await makeClaimedRun(fixture, session), await makeClaimedRun(fixture, session)]
  const as = (flowRunId: string, init: Partial<UseConcurrency>) => db.run(useConcurrency(asked({ runner: { flowRunId, epoch: 1 }, ...init })))
  const [ofMine, ofOther] = [wish(['a'], { flowRunId: mine.flowRunId, epoch: 1 }), wish(['a'], { flowRunId: other.flowRunId, epoch: 1 })]
  await as(mine.flowRunId, { acquire: [ofMine] })
  await as(other.flowRunId, { acquire: [ofOther] })
  await as(mine.flowRunId, { release: [ofOther.id] })
  expect(await heldOf(db)).toEqual({ a: 2 })
  expect((await as(mine.flowRunId, { renew: [ofOther.id, ofMine.id] })).gone).toEqual([ofOther.id])
  const change = { flowRunId: mine.flowRunId, guard: { stateId: mine.stateId, epoch: 1 }, states: [stateOf({ type: 'CRASHED' })], history: [] }
  await db.run(applyChanges([{ change: { ...change, lease: 'end', raiseEpoch: false } }]))
  expect(await heldOf(db)).toEqual({ a: 1 })
  expect((await as(mine.flowRunId, { acquire: [wish(['a'], { flowRunId: mine.flowRunId, epoch: 1 })] })).acquired).toMatchObject([
    { outcome: 'over' },
  ])
})

test('a process is told how the queues of its limits stand, and tells who has its slots by now; of another run it tells nothing', async () => {
  const db = await database.makeWorkspace()
  const limit = await makeLimit(db, 'a', 2)
  await makeLimit(db, 'b', 5)
  await makeLimit(db, 'rate', 1, 1)
  const fixture = await makeFixture(db)
  const session = await makeSession(fixture)
  const [mine, other] = [await makeClaimedRun(fixture, session), await makeClaimedRun(fixture, session)]
  const as = ({ flowRunId }: { flowRunId: string }, init: Partial<UseConcurrency>) =>
    db.run(useConcurrency(asked({ runner: { flowRunId, epoch: 1 }, ...init })))
  const of = ({ flowRunId }: { flowRunId: string }) => Array.from({ length: 2 }, () => wish(['a'], { flowRunId, epoch: 1 }))
  const [[one, two], [three, four]] = [of(mine), of(other)] as [[Wanted, Wanted], [Wanted, Wanted]]
  expect((await as(mine, { acquire: [one, two, wish(['b', 'rate', 'none'], { flowRunId: mine.flowRunId, epoch: 1 })] })).queues).toEqual([
    { name: 'a', waiting: 0, isOver: false },
    { name: 'b', waiting: 0, isOver: false },
  ])
  expect((await as(other, { acquire: [three, four] })).queues).toEqual([{ name: 'a', waiting: 2, isOver: false }])
  await db.run(updateConcurrencyLimit(limit, { max: 1, by: 'test' }, deed()))
  const taskRunId = newId()
  const told = (id: string) => ({ id, taskRunId, holder: 'somebody else' })
  expect((await as(other, { acquire: [three], users: [told(one.id), told(four.id)] })).queues).toEqual([{ name: 'a', waiting: 2, isOver: true }])
  const { rows } = await owner.query('select lease_id, holder, task_run_id from concurrency_slots where workspace_id = $1 and limit_id = $2', [
    db.workspaceId,
    limit,
  ])
  expect(rows.filter(({ holder }) => holder === 'somebody else')).toEqual([{ lease_id: four.id, holder: 'somebody else', task_run_id: taskRunId }])
  await as(mine, { release: [one.id] })
  expect((await as(other, { release: [four.id], acquire: [three] })).queues).toEqual([{ name: 'a', waiting: 1, isOver: false }])
})

test('a rate comes back with time alone, across changes of the limit; emptying and deleting free everything', async () => {
  const db = await database.makeWorkspace()
  const rate = await makeLimit(db, 'rate', 3, 0.001)
  const spend = (slots: number) => ask(db, wish(['rate'], { slots, mode: 'rate' }))
  expect(await spend(2)).toMatchObject([{ outcome: 'granted', held: false, names: ['rate'] }])
  expect(await spend(2)).toMatchObject([{ outcome: 'wait', blocked: [{ decay: 0.001, max: 3 }] }])
  await db.run(updateConcurrencyLimit(rate, { max: 5, by: 'test' }, deed()))
  expect((await db.run(findConcurrencyLimitByName('rate')))?.used).toBeCloseTo(2, 1)
  expect(await db.run(resetConcurrencyLimit(rate, null, deed()))).toBe(0)
  expect((await db.run(findConcurrencyLimitByName('rate')))?.used).toBe(0)
  const slots = await makeLimit(db, 'slots', 2)
  const [one, two] = [wish(['slots']), wish(['slots'])]
  await ask(db, one, two)
  expect(await db.run(resetConcurrencyLimit(slots, one.id, deed()))).toBe(1)
  expect(await heldOf(db)).toMatchObject({ slots: 1 })
  expect(await db.run(deleteConcurrencyLimit(slots, deed()))).toBe(true)
  expect((await db.run(useConcurrency(asked({ renew: [two.id] })))).gone).toEqual([two.id])
  expect(await db.run(resetConcurrencyLimit(slots, null, deed()))).toBe(null)
})

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
