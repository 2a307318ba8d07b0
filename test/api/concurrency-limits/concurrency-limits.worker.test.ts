import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { mintRunToken } from '../../../api/auth/mint-run-token.ts'
import { newId } from '../../../core/ids.ts'
import type { ConcurrencyAnswer, ConcurrencyRequest, SlotsAsked } from '../../../core/protocol/concurrency.ts'
import { TIMINGS } from '../../../core/timings.ts'
import { endConcurrencyLeases } from '../../../api/maintenance/end-concurrency-leases.ts'
import type { MaintenanceContext } from '../../../api/maintenance/duty.ts'
import { query } from '../../support/engine-world.ts'
import { startRunner } from '../reporting.ts'
import { subscribe } from '../subscribe.ts'
import { askAs, bindings, makeKey, makeStage, makeWorkspace, send, system } from '../support.ts'

const FIELDS =
  'id uuid name limit isActive slotDecayPerSecond activeSlots holderCount waitingCount holders { leaseId slots holder flowRun { uuid } taskRunId takenAt deadline } waiters { leaseId takenAt }'
const CREATE = `mutation ($input: CreateConcurrencyLimitInput!) { createConcurrencyLimit(input: $input) { __typename
  ... on CreateConcurrencyLimitSuccess { concurrencyLimit { ${FIELDS} } } ... on Error { code path hint } ... on ValidationError { issues { path } } } }`
const UPDATE = `mutation ($input: UpdateConcurrencyLimitInput!) { updateConcurrencyLimit(input: $input) { __typename
  ... on UpdateConcurrencyLimitSuccess { concurrencyLimit { name limit isActive slotDecayPerSecond } } ... on Error { code path } } }`
const RESET = `mutation ($input: ResetConcurrencyLimitInput!) { resetConcurrencyLimit(input: $input) { __typename
  ... on ResetConcurrencyLimitSuccess { releasedLeases concurrencyLimit { activeSlots } } ... on Error { code path } } }`
const DELETE = `mutation ($id: ID!) { deleteConcurrencyLimit(input: { id: $id }) { ... on DeleteConcurrencyLimitSuccess { deletedId } ... on Error { code path } } }`
const READ = `query ($name: String!) { concurrencyLimit(name: $name) { ${FIELDS} } }`

const post = (key: string, body: unknown) =>
  send('/concurrency', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })
const use = async (key: string, asked: Partial<ConcurrencyRequest>): Promise<ConcurrencyAnswer> => {
  const response = await post(key, { release: [], renew: [], acquire: [], ...asked })
  if (response.status !== 200) throw new Error(await response.text())
  return (await response.json()) as ConcurrencyAnswer
}
const wish = (names: string[], init: Partial<SlotsAsked> = {}): SlotsAsked => ({
  id: newId(),
  names,
  slots: 1,
  mode: 'slots',
  flowRunId: null,
  taskRunId: null,
  holder: 'a test',
  ...init,
})

test('a limit is made, found, changed, emptied and deleted; each deed is audited, and who listens hears of it', async () => {
  const { ask, key, workspaceId } = await makeStage()
  const made = (await ask(CREATE, { input: { name: 'db', limit: 2, idempotencyKey: 'k' } })).data.createConcurrencyLimit
  expect(made.concurrencyLimit).toMatchObject({ name: 'db', limit: 2, isActive: true, slotDecayPerSecond: null, activeSlots: 0, holders: [] })
  expect((await ask(CREATE, { input: { name: 'db', limit: 2, idempotencyKey: 'k' } })).data.createConcurrencyLimit).toEqual(made)
  expect((await ask(CREATE, { input: { name: 'db', limit: 2 } })).data.createConcurrencyLimit).toMatchObject({ code: 'CONFLICT', path: ['name'] })
  const { id } = made.concurrencyLimit
  const read = await ask(
    'query ($id: ID!) { a: concurrencyLimit(id: $id) { name } node(id: $id) { ... on ConcurrencyLimit { limit } } concurrencyLimits(filter: { name: { contains: "d" } }) { totalCount nodes { name } } }',
    { id },
  )
  expect(read.data).toEqual({ a: { name: 'db' }, node: { limit: 2 }, concurrencyLimits: { totalCount: 1, nodes: [{ name: 'db' }] } })
  const stream = await subscribe<{ topics: string[] }>(key, 'subscription { changes(topics: [CONCURRENCY_LIMITS]) { topics } }')
  await stream.next()
  const update = async (input: object) => (await ask(UPDATE, { input: { id, ...input } })).data.updateConcurrencyLimit
  expect((await update({ limit: 5, slotDecayPerSecond: 0.5, isActive: false })).concurrencyLimit).toEqual({
    name: 'db',
    limit: 5,
    isActive: false,
    slotDecayPerSecond: 0.5,
  })
  await stream.until(({ topics }) => topics.includes('CONCURRENCY_LIMITS'))
  await stream.close()
  expect((await update({ slotDecayPerSecond: null, name: 'tag:db' })).concurrencyLimit).toMatchObject({
    name: 'tag:db',
    limit: 5,
    slotDecayPerSecond: null,
  })
  for (const [input, place] of [
    [{ name: '' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ limit: -1 }, 'limit'],
    [{ slotDecayPerSecond: 0 }, 'slotDecayPerSecond'],
  ] as const)
    expect((await ask(CREATE, { input: { name: 'ok', limit: 1, ...input } })).data.createConcurrencyLimit.issues[0].path).toEqual([place])
  expect((await ask(RESET, { input: { id, leaseId: newId() } })).data.resetConcurrencyLimit).toMatchObject({ code: 'NOT_FOUND', path: ['leaseId'] })
  expect((await ask(DELETE, { id })).data.deleteConcurrencyLimit).toEqual({ deletedId: id })
  expect((await ask(DELETE, { id })).data.deleteConcurrencyLimit).toMatchObject({ code: 'NOT_FOUND' })
  expect(await update({ limit: 1 })).toMatchObject({ code: 'NOT_FOUND' })
  const audit = await query<{ action: string }>(
    sql`select action from audit_rows where workspace_id = ${workspaceId}::uuid and action like 'concurrency-limits:%' order by id`,
  )
  expect(audit.map(({ action }) => action.split(':')[1])).toEqual(['create', 'update', 'update', 'reset', 'delete'])
})

test('a runner holds slots as long as its run has its lease; who waits is told when to ask again, and who holds them is seen', async () => {
  const { ask, key, workspaceId } = await makeStage()
  await ask(CREATE, { input: { name: 'db', limit: 1 } })
  const [first, second] = [await startRunner(ask), await startRunner(ask)]
  const tokenOf = (flowRunId: string) => mintRunToken(bindings.TOKEN_SECRET, TIMINGS, { workspaceId, flowRunId, epoch: 1, now: Date.now() })
  const [mine, other] = [await tokenOf(first.uuid), await tokenOf(second.uuid)]
  const taskRunId = newId()
  // What it says of its run is not believed: its token says which.
  const [one, two] = [wish(['db'], { flowRunId: second.uuid, taskRunId, holder: 'load-0' }), wish(['db'])]
  expect((await use(mine, { acquire: [one] })).acquired).toEqual([{ id: one.id, outcome: 'granted', held: true, names: ['db'] }])
  expect((await use(other, { acquire: [two] })).acquired).toEqual([
    { id: two.id, outcome: 'wait', retryAfter: expect.any(Number), message: 'db (1 of 1 taken)' },
  ])
  const { data } = await ask(READ, { name: 'db' })
  expect(data.concurrencyLimit).toMatchObject({
    activeSlots: 1,
    holderCount: 1,
    waitingCount: 1,
    holders: [
      { leaseId: one.id, slots: 1, holder: 'load-0', flowRun: { uuid: first.uuid }, taskRunId: expect.any(String), deadline: expect.any(String) },
    ],
    waiters: [{ leaseId: two.id, takenAt: null }],
  })
  const why = await ask('query ($id: ID!) { flowRun(id: $id) { why { waitingFor { kind message holders { flowRunId name } } } } }', { id: second.id })
  expect(why.data.flowRun.why.waitingFor).toEqual([
    {
      kind: 'LIMIT_FULL',
      message: 'Something of the run waits for a slot of concurrency limit db: 1 of 1 taken',
      holders: [{ flowRunId: first.id, name: 'load-0' }],
    },
  ])
  expect((await use(other, { renew: [one.id, two.id] })).gone).toEqual([one.id, two.id])
  // Other code of the process has it by now; of leases of other runs nobody believes that. And who asks is told how the queue stands.
  const user = (id: string, holder: string) => ({ id, taskRunId: null, holder })
  expect((await use(mine, { acquire: [one], users: [user(one.id, 'load-1'), user(two.id, 'load-2')] })).queues).toEqual([
    { name: 'db', waiting: 1, isOver: false },
  ])
  expect((await ask(READ, { name: 'db' })).data.concurrencyLimit.holders).toMatchObject([{ leaseId: one.id, holder: 'load-1', taskRunId: null }])
  expect(await query(sql`select holder from concurrency_slots where lease_id = ${two.id}::uuid`)).toEqual([{ holder: 'a test' }])
  await first.end('COMPLETED')
  expect((await use(other, { acquire: [two] })).acquired[0]).toMatchObject({ outcome: 'granted' })
  expect((await use(mine, { acquire: [wish(['db'])] })).acquired[0]).toMatchObject({ outcome: 'refused', code: 'RUN_OVER' })
  const { id } = data.concurrencyLimit
  expect((await ask(RESET, { input: { id, leaseId: two.id } })).data.resetConcurrencyLimit).toMatchObject({
    releasedLeases: 1,
    concurrencyLimit: { activeSlots: 0 },
  })
  expect((await use(other, { renew: [two.id] })).gone).toEqual([two.id])
  // A script that is tracked holds with its own run; a program without one has a deadline.
  const [script, free] = [await startRunner(ask), wish(['db'])]
  const ofScript = wish(['db'], { flowRunId: script.uuid })
  expect((await use(key, { acquire: [ofScript] })).acquired[0]).toMatchObject({ outcome: 'granted' })
  await script.end('FAILED')
  expect((await use(key, { acquire: [free] })).acquired[0]).toMatchObject({ outcome: 'granted' })
  const life = Date.parse((await ask(READ, { name: 'db' })).data.concurrencyLimit.holders[0].deadline) - Date.now()
  expect(life).toBeLessThanOrEqual(TIMINGS.concurrencyLease)
  expect((await use(key, { release: [free.id] })).gone).toEqual([])
  expect((await ask(READ, { name: 'db' })).data.concurrencyLimit).toMatchObject({ activeSlots: 0, holderCount: 0, waitingCount: 0 })
})

test('a lease without a run that nobody renews is ended by the sweep', async () => {
  const { ask, key, workspaceId } = await makeStage()
  await ask(CREATE, { input: { name: 'db', limit: 1 } })
  const one = wish(['db'])
  await use(key, { acquire: [one] })
  await query(sql`update concurrency_slots set deadline = now() - interval '1 second' where workspace_id = ${workspaceId}::uuid`)
  await query(sql`insert into judges (workspace_id, name, judged_at) values ('00000000-0000-0000-0000-000000000000', 'sweep', now())
    on conflict (workspace_id, name) do update set judged_at = now(), grace_until = null`)
  await endConcurrencyLeases.runOnce({ db: system, timings: TIMINGS } as MaintenanceContext)
  expect((await ask(READ, { name: 'db' })).data.concurrencyLimit).toMatchObject({ activeSlots: 0 })
})

test('a rate limit says when to ask again; what cannot be given is refused with the reason', async () => {
  const { ask, key } = await makeStage()
  await ask(CREATE, { input: { name: 'api', limit: 2, slotDecayPerSecond: 0.1 } })
  await ask(CREATE, { input: { name: 'db', limit: 1 } })
  const spend = async (init: Partial<SlotsAsked> = {}) => (await use(key, { acquire: [wish(['api'], { mode: 'rate', ...init })] })).acquired[0]
  expect(await spend({ slots: 2 })).toMatchObject({ outcome: 'granted', held: false })
  const wait = await spend()
  expect(wait).toMatchObject({ outcome: 'wait', message: 'api (2 of 2 used, 1 comes back every 10 s)' })
  expect((wait as { retryAfter: number }).retryAfter).toBeGreaterThan(5_000)
  expect((wait as { retryAfter: number }).retryAfter).toBeLessThanOrEqual(10_000)
  expect(await spend({ slots: 3 })).toMatchObject({ outcome: 'refused', code: 'SLOTS_ABOVE_LIMIT' })
  expect(await spend({ names: ['db'] })).toMatchObject({ outcome: 'refused', code: 'NO_DECAY' })
  expect(await spend({ names: ['no such limit'] })).toMatchObject({ outcome: 'granted', held: false, names: [] })
  for (const role of ['VIEWER', 'WORKER'] as const) {
    const { workspaceId } = await makeStage()
    expect((await post(await makeKey(workspaceId, role), { release: [], renew: [], acquire: [] })).status, role).toBe(403)
  }
})

test('strangers, other workspaces and bodies of another shape get nothing', async () => {
  const { ask, key } = await makeStage()
  await ask(CREATE, { input: { name: 'db', limit: 1 } })
  const one = wish(['db'])
  await use(key, { acquire: [one] })
  const foreign = await makeKey(await makeWorkspace())
  expect((await use(foreign, { renew: [one.id], release: [one.id], acquire: [wish(['db'])] })).acquired[0]).toMatchObject({ names: [] })
  expect((await ask(READ, { name: 'db' })).data.concurrencyLimit.activeSlots).toBe(1)
  expect((await askAs(foreign)(READ, { name: 'db' })).data.concurrencyLimit).toBe(null)
  expect((await send('/concurrency', { method: 'POST', body: '{}' })).status).toBe(401)
  expect((await send('/concurrency', { headers: { authorization: `Bearer ${key}` } })).status).toBe(404)
  for (const body of [
    null,
    {},
    { release: ['x'], renew: [], acquire: [] },
    { release: [], renew: [], acquire: [{ ...one, slots: 0 }] },
    { release: [], renew: [], acquire: [{ ...one, names: [''] }] },
    { release: [], renew: [], acquire: [{ ...one, mode: 'other' }] },
    { release: [], renew: Array.from({ length: 201 }, newId), acquire: [] },
  ])
    expect((await post(key, body)).status, JSON.stringify(body)?.slice(0, 80)).toBe(400)
})
