/** Schedules of deployments through the API: what they make, when it goes out, and what becomes of it when it is missed or overlaps. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import worker from '../../../api/index.ts'
import { sqlStatement } from '../../../db/statement.ts'
import { env, eventually, makeWorkspace, query, RunningRun, system, TestWorker } from '../../support/engine-world.ts'
import { askAs } from '../support.ts'

const HOUR = 3_600_000

/** The minute cron, as the platform fires it. */
async function tick(): Promise<void> {
  const execution = createExecutionContext()
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: '* * * * *' }), env, execution)
  await waitOnExecutionContext(execution)
}

interface Occurrence {
  id: string
  occurrence: number
  scheduled: number
  type: string
  name: string
  message: string | null
}

const CREATE = `mutation ($input: CreateScheduleInput!) {
  createSchedule(input: $input) {
    __typename
    ... on CreateScheduleSuccess { schedule { id uuid slug words timezone isPaused catchUp maxLateness overlap parameters nextInstants(first: 3) deployment { fullName } } }
    ... on Error { code message path hint }
  }
}`

/** A workspace with a pool and a deployment, asked as an editor. */
async function makeStage() {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const ask = askAs(world.editorKey.text)
  const { deploymentId } = pool.newRun() as { deploymentId: string }
  const create = async (schedule: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const answer = await ask(CREATE, { input: { deploymentId, schedule, ...more } })
    expect(answer.errors).toBeUndefined()
    return answer.data.createSchedule
  }
  /** Everything that the workspace's schedules, or one of them, have made, in order. */
  const occurrences = async (scheduleId: string | null = null): Promise<Occurrence[]> =>
    (
      await query<{ id: string; occurrence: string; scheduled_time: string; state_type: string; state_name: string; state_message: string | null }>(
        sql`select id, occurrence, scheduled_time, state_type, state_name, state_message from flow_runs
            where workspace_id = ${world.workspaceId} and schedule_id is not null
              and (${scheduleId}::uuid is null or schedule_id = ${scheduleId}::uuid) order by occurrence, id`,
      )
    ).map((row) => ({
      id: row.id,
      occurrence: Date.parse(row.occurrence),
      scheduled: Date.parse(row.scheduled_time),
      type: row.state_type,
      name: row.state_name,
      message: row.state_message,
    }))
  const set = (id: string, action: string) =>
    ask(`mutation ($id: ID!) { ${action}Schedule(input: { id: $id }) { __typename ... on Error { code message } } }`, { id })
  /** As if the clock had been moved ahead: everything of the schedules lies so much earlier. At once, so that no object looks at half of it. */
  const moveClock = async (milliseconds: number) => {
    const by = sql`${milliseconds}::float8 * interval '1 millisecond'`
    // In two steps: an occurrence must not meet its neighbour on the way.
    const far = sql`interval '1000 years'`
    const own = sql`workspace_id = ${world.workspaceId}::uuid and schedule_id is not null`
    const steps = [
      sql`update schedules set filled_until = filled_until - ${by}, fill_at = fill_at - ${by}, created_at = created_at - ${by}
        where workspace_id = ${world.workspaceId}::uuid`,
      sql`update flow_runs set occurrence = occurrence - ${far} where ${own}`,
      sql`update flow_runs set occurrence = occurrence + ${far} - ${by}, scheduled_time = scheduled_time - ${by}, state_timestamp = state_timestamp - ${by},
        state_details = case when state_type = 'SCHEDULED' then jsonb_build_object('scheduledTime', (state_details ->> 'scheduledTime')::float8 - ${milliseconds}::float8) else state_details end
        where ${own}`,
      sql`update workers set last_seen_at = last_seen_at - ${by} where workspace_id = ${world.workspaceId}::uuid`,
    ]
    await system.inWorkspace(world.workspaceId).batch(
      ...steps.map((step) =>
        sqlStatement(
          () => step,
          () => null,
        ),
      ),
    )
  }
  return { world, pool, ask, deploymentId, create, occurrences, set, moveClock }
}

test('a new schedule makes its runs at once: an hour of them, or three, with parameters, tags and the version of its deployment', async () => {
  const { create, occurrences, ask, deploymentId, world } = await makeStage()
  const minutes = await create({ cron: '* * * * *' }, { parameters: { day: 'today' } })
  expect(minutes).toMatchObject({
    __typename: 'CreateScheduleSuccess',
    schedule: {
      slug: 'cron',
      words: 'every minute, UTC',
      isPaused: false,
      catchUp: 'SKIP',
      maxLateness: 300,
      overlap: 'ALLOW',
      parameters: { day: 'today' },
    },
  })
  const made = await occurrences()
  expect(made.length).toBeGreaterThanOrEqual(60)
  expect(made.length).toBeLessThanOrEqual(62)
  expect(made.every(({ type, scheduled, occurrence }) => type === 'SCHEDULED' && scheduled === occurrence && occurrence % 60_000 === 0)).toBe(true)
  expect(made.at(-1)!.occurrence - Date.now()).toBeGreaterThanOrEqual(HOUR - 10_000)

  const daily = await create({ cron: '0 9 * * *', timezone: 'Europe/Berlin' })
  expect(daily.schedule).toMatchObject({ slug: 'cron-2', timezone: 'Europe/Berlin', words: 'every day at 09:00, Europe/Berlin' })
  const days = (await occurrences(daily.schedule.uuid)).map(({ occurrence }) => occurrence)
  expect(days).toEqual(daily.schedule.nextInstants.map(Date.parse))

  const second = await create({ cron: '* * * * * *' })
  const seconds = await query<{ count: number }>(sql`select count(*)::int as count from flow_runs where schedule_id = ${second.schedule.uuid}`)
  // A hundred ahead, and the seconds that went by between its creation and its filling.
  expect(seconds[0]!.count).toBeGreaterThanOrEqual(100)
  expect(seconds[0]!.count).toBeLessThan(110)
  await create({ cron: '0 0 1 1 *', end: new Date(Date.now() + 1_000).toISOString() })

  const read = await ask(
    `query ($id: ID!) { deployment(id: $id) { schedules { slug } flowRuns(first: 1) { nodes { tags parameters createdBy occurrence schedule { slug } deploymentVersion { number } state { name } } } } }`,
    { id: deploymentId },
  )
  expect(read.data.deployment.schedules.map((schedule: { slug: string }) => schedule.slug)).toEqual(['cron', 'cron-2', 'cron-3', 'cron-4'])
  expect(read.data.deployment.flowRuns.nodes).toEqual([
    {
      tags: ['auto-scheduled'],
      parameters: {},
      createdBy: 'schedule cron-3',
      occurrence: expect.any(String),
      schedule: { slug: 'cron-3' },
      deploymentVersion: { number: 1 },
      state: { name: 'Scheduled' },
    },
  ])
  const [told] = await query<{ count: number }>(
    sql`select count(*)::int as count from changes where workspace_id = ${world.workspaceId} and topic = 'flow-runs'`,
  )
  expect(told!.count).toBe((await occurrences()).length)
})

test('what is due goes to a worker at its second, without a ring and without the sweep', async () => {
  const { world, pool, create } = await makeStage()
  const runner = await TestWorker.start(world, pool.name, { slots: 10 })
  await create({ interval: 1 })
  const [first, second] = await runner.takes(2)
  const rows = await query<{ lag: number }>(
    sql`select extract(epoch from claimed_at - occurrence)::float8 as lag from flow_runs where id in (${first!.flowRunId}, ${second!.flowRunId}) order by occurrence`,
  )
  expect(rows.every(({ lag }) => lag >= 0)).toBe(true)
})

test('filling again makes nothing twice, and goes on where it ended', async () => {
  const { create, occurrences, moveClock } = await makeStage()
  await create({ interval: 60 })
  const before = await occurrences()
  await tick()
  expect(await occurrences()).toEqual(before)
  // Past half of its horizon.
  await moveClock(40 * 60_000)
  await Promise.all([tick(), tick()])
  const after = await occurrences()
  expect(after.length).toBeGreaterThan(before.length + 35)
  const steps = after.slice(1).map(({ occurrence }, index) => occurrence - after[index]!.occurrence)
  expect(new Set(steps)).toEqual(new Set([60_000]))
})

test('a paused schedule has nothing ahead and makes nothing; resumed it goes on from now', async () => {
  const { create, occurrences, set, ask, moveClock } = await makeStage()
  // Between two instants: one that falls between the saving and the filling would be one more.
  const { schedule } = await create({ interval: 600, anchor: new Date(Date.now() + 300_000).toISOString().slice(0, 19) })
  expect(await occurrences()).toHaveLength(7)
  expect((await set(schedule.id, 'pause')).data.pauseSchedule.__typename).toBe('PauseScheduleSuccess')
  expect(await occurrences()).toEqual([])
  await set(schedule.id, 'pause')
  await moveClock(2 * HOUR)
  await tick()
  expect(await occurrences()).toEqual([])
  await set(schedule.id, 'resume')
  const resumed = await occurrences()
  expect(resumed.length).toBeGreaterThanOrEqual(6)
  expect(resumed.every(({ occurrence }) => occurrence > Date.now() - 5_000)).toBe(true)
  const audited = await ask('{ viewer { permissions } }')
  expect(audited.data.viewer.permissions).toEqual(
    expect.arrayContaining(['schedules:create', 'schedules:delete', 'schedules:pause', 'schedules:read']),
  )
})

test('a deployment that is paused, resumed or changed makes what lies ahead anew; an unchanged one touches nothing', async () => {
  const { create, occurrences, ask, deploymentId } = await makeStage()
  await create({ interval: 1_500, start: new Date(Date.now() + 60_000).toISOString() })
  const before = await occurrences()
  const pause = (verb: string) => ask(`mutation ($id: ID!) { ${verb}Deployment(input: { id: $id }) { __typename } }`, { id: deploymentId })
  await pause('resume')
  expect(await occurrences()).toEqual(before)
  await pause('pause')
  expect(await occurrences()).toEqual([])
  await pause('resume')
  const resumed = await occurrences()
  expect(resumed.map(({ occurrence }) => occurrence)).toEqual(before.map(({ occurrence }) => occurrence))
  expect(resumed[0]!.id).not.toBe(before[0]!.id)
  // Whatever changes a deployment, by whichever statement.
  await query(sql`update deployments set tags = '{nightly}' where id = ${deploymentId}`)
  await tick()
  const [made] = await query<{ tags: string[] }>(
    sql`select tags from flow_runs where schedule_id is not null and deployment_id = ${deploymentId} order by occurrence desc limit 1`,
  )
  expect(made!.tags).toEqual(['nightly', 'auto-scheduled'])
  expect(await occurrences()).toHaveLength(before.length)
})

test('deleting and clearing schedules removes what nobody has begun and leaves what has', async () => {
  const { create, occurrences, set, ask, deploymentId, world, pool } = await makeStage()
  const { schedule } = await create({ interval: 1 })
  const runner = await TestWorker.start(world, pool.name, { slots: 1 })
  const [begun] = await runner.takes(1)
  expect((await set(schedule.id, 'delete')).data.deleteSchedule.__typename).toBe('DeleteScheduleSuccess')
  expect((await occurrences()).map(({ id }) => id)).toEqual([begun!.flowRunId])
  expect((await set(schedule.id, 'delete')).data.deleteSchedule).toMatchObject({ code: 'NOT_FOUND' })
  await create({ interval: 3_600 })
  await create({ cron: '@daily' })
  const clear = await ask(`mutation ($id: ID!) { clearSchedules(input: { deploymentId: $id }) { ... on ClearSchedulesSuccess { count } } }`, {
    id: deploymentId,
  })
  expect(clear.data.clearSchedules).toEqual({ count: 2 })
  expect(await occurrences()).toHaveLength(1)
  const left = await query(sql`select 1 from flow_run_states s where workspace_id = ${world.workspaceId}
    and not exists (select 1 from flow_runs r where r.id = s.flow_run_id)`)
  expect(left).toEqual([])
})

test('a person who deletes an occurrence ahead does not get it back', async () => {
  const { create, occurrences, set, world } = await makeStage()
  const { schedule } = await create({ interval: 3_600 })
  const [, second, third] = await occurrences()
  await query(sql`delete from flow_runs where workspace_id = ${world.workspaceId} and id = ${second!.id}`)
  await set(schedule.id, 'pause')
  await set(schedule.id, 'resume')
  const times = (await occurrences()).map(({ occurrence }) => occurrence)
  expect(times).toContain(third!.occurrence)
  expect(times).not.toContain(second!.occurrence)
})

test('without a worker in time: skip notes all as missed, latest keeps the newest, all keeps all', async () => {
  const { create, occurrences, moveClock } = await makeStage()
  const made = {
    skip: await create({ interval: 3_600 }),
    latest: await create({ interval: 3_600 }, { catchUp: 'LATEST' }),
    all: await create({ interval: 3_600 }, { catchUp: 'ALL' }),
  }
  // An absence of two days: most of it was not even made.
  await moveClock(48 * HOUR + 400_000)
  await tick()
  const states = async (uuid: string) =>
    query<{ name: string; count: number }>(
      sql`select state_name as name, count(*)::int as count from flow_runs where schedule_id = ${uuid} and occurrence < now() - interval '5 minutes' group by 1 order by 1`,
    )
  expect(await states(made.skip.schedule.uuid)).toEqual([{ name: 'Missed', count: 49 }])
  expect(await states(made.latest.schedule.uuid)).toEqual([
    { name: 'Late', count: 1 },
    { name: 'Missed', count: 48 },
  ])
  expect(await states(made.all.schedule.uuid)).toEqual([{ name: 'Late', count: 49 }])
  const missed = (await occurrences()).filter(({ name }) => name === 'Missed')
  expect(missed[0]).toMatchObject({ type: 'CANCELLED', message: expect.stringMatching(/^No worker was there to take it between 20.*Z and 20.*Z$/) })
  const [newest] = await query<{ newest: boolean }>(sql`select state_name = 'Late' as newest from flow_runs
    where schedule_id = ${made.latest.schedule.uuid} and occurrence <= now() order by occurrence desc limit 1`)
  expect(newest).toEqual({ newest: true })
})

test('a worker that comes too late is given nothing that was missed, and what is kept, before the sweep has looked', async () => {
  const { create, occurrences, moveClock, world, pool } = await makeStage()
  await create({ interval: 3_600 }, { maxLateness: 60 })
  const kept = await create({ interval: 3_600 }, { maxLateness: 60, catchUp: 'ALL' })
  // Over since: its newest is its last.
  const over = await create({ interval: 3_600, end: new Date(Date.now() + HOUR + 60_000).toISOString() }, { maxLateness: 60, catchUp: 'LATEST' })
  await moveClock(HOUR + 120_000)
  const runner = await TestWorker.start(world, pool.name)
  const taken = await runner.takes(3)
  const ids = await query<{ id: string }>(sql`select id from flow_runs where occurrence <= now() and (schedule_id = ${kept.schedule.uuid}
    or schedule_id = ${over.schedule.uuid} and occurrence > now() - interval '1 hour') order by id`)
  expect(taken.map(({ flowRunId }) => flowRunId).sort()).toEqual(ids.map(({ id }) => id))
  expect((await occurrences()).filter(({ name }) => name === 'Missed')).toHaveLength(3)
})

test('what waits for a place of a worker that is online, or for a pause, was not missed', async () => {
  const { create, occurrences, moveClock, world, pool } = await makeStage()
  await create({ interval: 3_600 }, { maxLateness: 600 })
  await query(sql`update work_pools set is_paused = true where id = ${pool.id}`)
  await moveClock(HOUR + 5_000)
  await TestWorker.start(world, pool.name)
  await tick()
  await moveClock(900_000)
  await tick()
  const due = (await occurrences()).filter(({ occurrence }) => occurrence < Date.now())
  // The first one had been too late before its worker came.
  expect(due.map(({ name }) => name)).toEqual(['Missed', 'Late'])
})

test('what becomes due while every place is taken is noted as met at its instant, without the sweep', async () => {
  const { create, world, pool } = await makeStage()
  const { schedule } = await create({ interval: 2 }, { maxLateness: 1 })
  const runner = await TestWorker.start(world, pool.name, { slots: 1 })
  await runner.takes(1)
  await eventually(
    async () =>
      (await query(sql`select 1 from flow_runs where schedule_id = ${schedule.uuid} and is_met and state_type = 'SCHEDULED' limit 1`)).length > 0,
  )
})

const RUNNING_FOR: [string, string[]][] = [
  ['ALLOW', ['RUNNING', 'PENDING', 'PENDING']],
  ['SKIP', ['RUNNING', 'Skipped', 'Skipped']],
  ['QUEUE_ONE', ['RUNNING', 'SCHEDULED', 'Skipped']],
  ['QUEUE_ALL', ['RUNNING', 'SCHEDULED', 'SCHEDULED']],
  ['CANCEL_RUNNING', ['CANCELLING', 'Cancelled', 'SCHEDULED']],
  ['TERMINATE_RUNNING', ['Cancelled', 'Cancelled', 'PENDING']],
]

test.for(RUNNING_FOR)('overlap %s: three come while the first has not ended', async ([overlap, expected]) => {
  const { create, moveClock, world, pool, ask } = await makeStage()
  const { schedule } = await create({ interval: 600 }, { overlap, maxLateness: 86_400 })
  const runner = await TestWorker.start(world, pool.name, { slots: 10 })
  // The first is the one of now: created on the second, it may be a moment ahead.
  await moveClock(2_000)
  await pool.ring()
  const [assignment] = await runner.takes(1)
  const first = new RunningRun(assignment!)
  await runner.reports(first.becomes('RUNNING'))
  await moveClock(1_200_000)
  await pool.ring()
  const shown = async () =>
    (
      await query<{ state: string }>(sql`select case when state_type = 'CANCELLED' then state_name else state_type end as state from flow_runs
        where schedule_id = ${schedule.uuid} and occurrence <= now() order by occurrence`)
    ).map(({ state }) => state)
  await eventually(async () => (await shown()).join() === expected.join())
  // Told over the socket at once, and, should that be lost, with the answer to its next report.
  const directives = async () => (await runner.reports(first)).flatMap((answer) => answer.directives.map(({ kind }) => kind))
  if (overlap === 'TERMINATE_RUNNING') {
    expect(await directives()).toContain('stop')
    return
  }
  if (overlap === 'CANCEL_RUNNING') expect(await directives()).toContain('cancel')
  if (overlap === 'QUEUE_ALL') {
    const [waiting] = await query<{ id: string }>(
      sql`select id from flow_runs where schedule_id = ${schedule.uuid} and occurrence <= now() and state_type = 'SCHEDULED' order by occurrence limit 1`,
    )
    const why = await ask('query ($id: ID!) { flowRun(id: $id) { why { waitingFor { kind holders { flowRunId } } } } }', { id: waiting!.id })
    expect(why.data.flowRun.why.waitingFor.map(({ kind }: { kind: string }) => kind)).toContain('EARLIER_RUN')
  }
  // It ends, and what waited for it goes.
  await runner.reports(first.becomes(overlap === 'CANCEL_RUNNING' ? 'CANCELLED' : 'COMPLETED'))
  const waited = expected.indexOf('SCHEDULED')
  if (waited > 0) await eventually(async () => (await shown())[waited] === 'PENDING')
  if (overlap === 'QUEUE_ALL') expect((await shown())[2]).toBe('SCHEDULED')
  if (overlap === 'SKIP' || overlap === 'QUEUE_ONE') expect((await shown())[2]).toBe('Skipped')
})

test('what was skipped or missed and is retried by a person runs', async () => {
  const { create, moveClock, world, pool, ask } = await makeStage()
  const { schedule } = await create({ interval: 3_600 }, { overlap: 'SKIP', maxLateness: 60 })
  await moveClock(HOUR / 2)
  await tick()
  const [missed] = await query<{ id: string; state_name: string }>(
    sql`select id, state_name from flow_runs where schedule_id = ${schedule.uuid} and occurrence <= now()`,
  )
  expect(missed!.state_name).toBe('Missed')
  const answer = await ask('mutation ($id: ID!) { retryFlowRun(input: { id: $id }) { __typename } }', { id: missed!.id })
  expect(answer.data.retryFlowRun.__typename).toBe('RetryFlowRunSuccess')
  const runner = await TestWorker.start(world, pool.name)
  expect((await runner.takes(1))[0]!.flowRunId).toBe(missed!.id)
})

test('what is wrong with a schedule is told with its place, and nothing is made', async () => {
  const { create, deploymentId, occurrences, ask, world } = await makeStage()
  await query(
    sql`update deployments set parameter_schema = '{"type":"object","properties":{"day":{"type":"string"}},"required":["day"]}' where id = ${deploymentId}`,
  )
  expect(await create({ cron: '61 * * * *' }, { parameters: { day: 'x' } })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['schedule', 'cron'] })
  expect(await create({ cron: '@daily', interval: 3 }, { parameters: { day: 'x' } })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['schedule'] })
  expect(await create({ cron: '@daily' })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['parameters', 'day'] })
  expect(await create({ cron: '@daily' }, { parameters: { day: 3 } })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['parameters', 'day'] })
  expect(await create({ cron: '@daily' }, { parameters: [1] })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['parameters'] })
  expect(await create({ cron: '@daily' }, { parameters: { day: 'x' }, slug: 'No Slug' })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['slug'] })
  expect(await create({ cron: '@daily' }, { parameters: { day: 'x' }, maxLateness: 1e9 })).toMatchObject({
    code: 'BAD_USER_INPUT',
    path: ['maxLateness'],
  })
  expect(await create({ cron: '@daily', timezone: 'Mars/Olympus' }, { parameters: { day: 'x' } })).toMatchObject({ path: ['schedule', 'timezone'] })
  const made = await create({ cron: '@daily' }, { parameters: { day: 'x' }, slug: 'daily' })
  expect(await create({ cron: '@daily' }, { parameters: { day: 'x' }, slug: 'daily' })).toMatchObject({ code: 'CONFLICT', path: ['slug'] })
  expect(await occurrences()).toHaveLength(3)
  const update = (input: Record<string, unknown>) =>
    ask(
      `mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { ... on UpdateScheduleSuccess { schedule { words slug catchUp overlap } } ... on Error { code path } } }`,
      {
        input: { id: made.schedule.id, ...input },
      },
    ).then(({ data }) => data.updateSchedule)
  expect(await update({ schedule: { interval: 0 } })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['schedule', 'interval'] })
  expect(await update({ parameters: {} })).toMatchObject({ code: 'BAD_USER_INPUT', path: ['parameters', 'day'] })
  const before = await occurrences()
  expect(await update({ slug: 'daily', catchUp: 'SKIP' })).toMatchObject({ schedule: { slug: 'daily' } })
  expect(await occurrences()).toEqual(before)
  expect(await update({ schedule: { interval: 7_200 }, overlap: 'QUEUE_ONE' })).toEqual({
    schedule: { words: 'every 2 hours, UTC', slug: 'daily', catchUp: 'SKIP', overlap: 'QUEUE_ONE' },
  })
  expect((await occurrences())[1]!.occurrence - (await occurrences())[0]!.occurrence).toBe(7_200_000)

  const viewer = askAs(world.viewerKey.text)
  const refused = await viewer(CREATE, { input: { deploymentId, schedule: { cron: '@daily' } } })
  expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  const other = await makeStage()
  expect((await other.set(made.schedule.id, 'pause')).data.pauseSchedule).toMatchObject({ code: 'NOT_FOUND' })
  expect((await other.ask('query ($id: ID!) { node(id: $id) { id } }', { id: made.schedule.id })).data.node).toBeNull()
  expect((await ask('query ($id: ID!) { node(id: $id) { ... on Schedule { slug } } }', { id: made.schedule.id })).data.node).toEqual({
    slug: 'daily',
  })
})
