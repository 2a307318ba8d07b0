/** Row-level security, seen from SQL: role `weir_app` with one workspace set, the rows of another in every table, every verb. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type pg from 'pg'
import { newId } from '../../core/ids.ts'
import { DatabaseError, type Db } from '../../db/client.ts'
import { insertApiKey } from '../../db/queries/api-keys/api-keys.ts'
import { insertAuditRow } from '../../db/queries/audit-rows/insert-audit-row.ts'
import { startSession } from '../../db/queries/sessions/start-session.ts'
import { useSignInToken } from '../../db/queries/sign-in-tokens/use-sign-in-token.ts'
import { sendRunInput } from '../../db/queries/run-inputs/run-inputs.ts'
import { waitForFlowRun } from '../../db/transitions/wait-for-flow-run.ts'
import { rememberIdempotencyKey } from '../../db/queries/idempotency-keys/idempotency-keys.ts'
import { insertOperation } from '../../db/queries/operations/operations.ts'
import { insertServiceAccount } from '../../db/queries/service-accounts/service-accounts.ts'
import { createConcurrencyLimit } from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { useConcurrency } from '../../db/queries/concurrency-limits/use-concurrency.ts'
import { registerBlockType } from '../../db/queries/block-types/block-types.ts'
import { saveBlock } from '../../db/queries/blocks/write-blocks.ts'
import { markListened } from '../../db/queries/changes/listened-topics.ts'
import { setVariable } from '../../db/queries/variables/write-variables.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { claimFlowRuns } from '../../db/transitions/claim-flow-runs.ts'
import { deleteFlowRuns } from '../../db/transitions/delete-flow-runs.ts'
import { tickJudge } from '../../db/transitions/tick-judge.ts'
import { startTestDatabase, type TestDatabase } from '../support/database.ts'
import { insertDueRuns, makeClaimedRun, makeFixture, makeOccurrences, makeSchedule, makeSession, stateOf } from '../support/record-fixture.ts'

let database: TestDatabase
let owner: pg.Client
let app: pg.Client
let mine: Db
let theirs: Db
/** Every table that is not a partition. */
let tables: string[]

beforeAll(async () => {
  database = await startTestDatabase()
  owner = await database.client()
  app = await database.client('weir_app')
  mine = await database.makeWorkspace()
  theirs = await database.makeWorkspace()
  for (const db of [mine, theirs]) await fill(db)
  const { rows } = await owner.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'migrations' order by 1`,
  )
  tables = rows.map((row) => row.relname)
})
afterAll(() => database?.stop())

/** At least one row in every table. */
async function fill(db: Db): Promise<void> {
  const fixture = await makeFixture(db, { poolLimit: 9 })
  const session = await makeSession(fixture)
  const { flowRunId, stateId } = await makeClaimedRun(fixture, session)
  const at = Date.now() + 10
  const variableId = newId()
  await insertDueRuns(fixture, 1, { tags: ['tag'] })
  const scheduleId = await makeSchedule(fixture)
  const [gone] = await makeOccurrences(fixture, scheduleId, [Date.now() + 3_600_000, Date.now() + 7_200_000])
  // A person's deletion leaves a trace.
  await owner.query('delete from flow_runs where id = $1', [gone])
  await db.run(deleteFlowRuns(await insertDueRuns(fixture, 1), null))
  await db.run(markListened({ topic: 'flow-runs', milliseconds: 1 }))
  await db.run(
    applyChanges([
      {
        change: {
          flowRunId,
          guard: { stateId, epoch: 1 },
          states: [stateOf({ type: 'RUNNING', timestamp: at })],
          history: [],
          lease: 'keep',
          raiseEpoch: false,
        },
        facts: [
          { kind: 'logs', flowRunId, lines: [{ time: at, level: 'info', message: 'secret' }] },
          {
            kind: 'event',
            eventId: newId(),
            flowRunId,
            taskRunId: null,
            name: 'e',
            resource: { id: 'r', labels: {} },
            related: [],
            payload: {},
            follows: null,
            occurred: null,
            time: at,
          },
          { kind: 'artifact', artifactId: newId(), flowRunId, taskRunId: null, key: null, type: 'markdown', description: null, data: '', time: at },
          {
            kind: 'task-run',
            taskRunId: newId(),
            flowRunId,
            name: 't',
            taskKey: 't',
            dynamicKey: '0',
            tags: [],
            runCount: 1,
            states: [stateOf({ type: 'RUNNING' })],
            startTime: at,
            endTime: null,
            runTime: 0,
            upstream: [],
            parentTaskRunId: null,
          },
        ],
      },
    ]),
  )
  await db.batch(
    insertApiKey({ id: newId(), name: 'key', role: 'ADMIN', secretHash: 'a'.repeat(64), createdBy: null, expiresAt: null }),
    insertAuditRow({ id: newId(), actor: 'test', action: 'test', subject: 'test', details: {} }),
    insertServiceAccount(
      { id: newId(), name: 'machine', description: null, role: 'VIEWER', createdBy: null },
      { id: newId(), actor: 'test', action: 'test', details: {} },
    ),
    setVariable(
      { id: variableId, name: 'v', value: 1, tags: [], by: 'test', overwrite: false },
      { id: newId(), actor: 'test', action: 'test', details: {} },
    ),
    createConcurrencyLimit(
      { id: newId(), name: 'db', max: 1, isActive: true, slotDecayPerSecond: null, by: 'test' },
      { id: newId(), actor: 'test', action: 'test', details: {} },
    ),
    useConcurrency({
      runner: null,
      release: [],
      renew: [],
      acquire: [{ id: newId(), names: ['db'], slots: 1, mode: 'slots', flowRunId, epoch: 1, taskRunId: null, holder: 'run' }],
      life: 1_000,
      patience: 1_000,
    }),
    registerBlockType(
      { id: newId(), slug: 'type', name: 'type', description: null, logoUrl: null, schema: { type: 'object' }, by: 'test', max: 9 },
      { id: newId(), actor: 'test', action: 'test', details: {} },
    ),
    saveBlock(
      { id: newId(), typeSlug: 'type', isBuiltIn: false, name: 'block', data: {}, sealed: {}, keyIds: [], by: 'test', revision: null },
      { id: newId(), actor: 'test', action: 'test', details: {} },
    ),
    insertOperation({ id: newId(), kind: 'cancel-flow-runs', input: { filter: {} }, total: 0, most: 1, bound: newId(), createdBy: 'test' }, 0, {
      id: newId(),
      actor: 'test',
      action: 'test',
      details: {},
    }),
    rememberIdempotencyKey({ verb: 'createVariable', key: 'k', requestHash: 'x', subject: variableId, madeIn: 'variables' }),
    tickJudge({ name: 'sweep', away: 1000, grace: 1000 }),
    sendRunInput({ id: newId(), flowRunId, value: 1, sentBy: 'test', fromFlowRunId: null, most: 10 }),
    waitForFlowRun({ flowRunId: newId(), waiterId: flowRunId, until: null }),
  )
  await database.system
    .inWorkspace(db.workspaceId)
    .batch(
      useSignInToken({ tokenHash: 'b'.repeat(64), expiresAt: Date.now() }),
      startSession({ id: newId(), userId: newId(), userName: 'ann', expiresAt: Date.now() + 60_000 }),
    )
}

/** Where a table says whose row it is. (In these tests an account has the id of its only workspace.) */
const keyOf = (table: string): string => (table === 'workspaces' || table === 'accounts' ? 'id' : 'workspace_id')

/** Runs in a transaction of role weir_app that is rolled back; answers the number of rows, or the SQLSTATE that refused it. */
async function asMine(text: string, values: unknown[] = [], workspaceId: string | null = mine.workspaceId): Promise<number | string> {
  await app.query('begin')
  try {
    if (workspaceId !== null) await app.query(`select set_config('app.workspace_id', $1, true)`, [workspaceId])
    return (await app.query(text, values)).rowCount ?? 0
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    await app.query('rollback')
  }
}

/** What each verb does to rows of the other workspace, as weir_app of ours: rows reached, or the SQLSTATE. In the owner's open transaction, undone each time. */
async function probe(table: string): Promise<Record<'select' | 'update' | 'delete' | 'insert', number | string>> {
  const key = keyOf(table)
  const { rows } = await owner.query(`select * from ${table} where ${key} = $1 limit 1`, [theirs.workspaceId])
  const asApp = async (text: string, value: unknown): Promise<number | string> => {
    await owner.query('savepoint probe')
    try {
      await owner.query('set local role weir_app')
      await owner.query(`select set_config('app.workspace_id', $1, true)`, [mine.workspaceId])
      return (await owner.query(text, [value])).rowCount ?? 0
    } catch (error) {
      return (error as { code: string }).code
    } finally {
      await owner.query('rollback to savepoint probe')
    }
  }
  return {
    select: await asApp(`select 1 from ${table} where ${key} = $1`, theirs.workspaceId),
    update: await asApp(`update ${table} set ${key} = ${key} where ${key} = $1`, theirs.workspaceId),
    delete: await asApp(`delete from ${table} where ${key} = $1`, theirs.workspaceId),
    insert: await asApp(`insert into ${table} select * from json_populate_record(null::${table}, $1)`, JSON.stringify(rows[0])),
  }
}

const isSome = (count: unknown): boolean => typeof count === 'number' && count > 0

test('every table has row-level security, forced, and so has every partition; weir_app cannot go around it', async () => {
  const { rows } = await owner.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'migrations'
       and not (relrowsecurity and relforcerowsecurity)`,
  )
  expect(rows).toEqual([])
  const { rows: roles } = await owner.query(
    `select rolname from pg_roles where rolname like 'weir\\_%' and (rolbypassrls or rolsuper or rolcreaterole)`,
  )
  expect(roles).toEqual([])
})

test('weir_app has no rights on any partition, so none can be read beside its parent', async () => {
  const { rows } = await owner.query(
    `select relname from pg_class where relispartition and relkind = 'r'
       and (has_table_privilege('weir_app', oid, 'select') or has_table_privilege('weir_app', oid, 'insert') or has_table_privilege('weir_app', oid, 'update'))`,
  )
  expect(rows).toEqual([])
})

describe('rows of another workspace', () => {
  test('stand in every table (or this test proves nothing)', async () => {
    for (const table of tables.filter((name) => name !== 'accounts')) {
      const { rows } = await owner.query(`select count(*)::int as rows from ${table} where ${keyOf(table)} = $1`, [theirs.workspaceId])
      expect(rows[0].rows, table).toBeGreaterThan(0)
    }
  })

  test('cannot be read, changed or removed, in any table', async () => {
    for (const table of tables.filter((name) => name !== 'accounts')) {
      const key = keyOf(table)
      const values = [theirs.workspaceId]
      const nothing = expect.toBeOneOf([0, '42501'])
      expect(await asMine(`select 1 from ${table} where ${key} = $1`, values), `select ${table}`).toEqual(nothing)
      expect(await asMine(`update ${table} set ${key} = ${key} where ${key} = $1`, values), `update ${table}`).toEqual(nothing)
      expect(await asMine(`delete from ${table} where ${key} = $1`, values), `delete ${table}`).toEqual(nothing)
      expect(await asMine(`select 1 from ${table} where ${key} = $1 for update`, values), `lock ${table}`).toEqual(nothing)
    }
  })

  test('cannot be inserted, nor can a row of ours be moved there, in any table', async () => {
    for (const table of tables.filter((name) => name !== 'accounts')) {
      const { rows } = await owner.query(
        `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> $2`,
        [table, keyOf(table)],
      )
      const columns = rows[0].columns as string
      const source = await owner.query(`select * from ${table} where ${keyOf(table)} = $1 limit 1`, [mine.workspaceId])
      const row = { ...source.rows[0], [keyOf(table)]: theirs.workspaceId }
      const copied = `insert into ${table} (${keyOf(table)}, ${columns}) select ${keyOf(table)}, ${columns} from json_populate_record(null::${table}, $1)`
      expect(await asMine(copied, [JSON.stringify(row)]), `insert ${table}`).toBe('42501')
      expect(await asMine(`update ${table} set ${keyOf(table)} = $1`, [theirs.workspaceId]), `move ${table}`).toBe('42501')
    }
  })

  test('are kept apart by the policies alone: with every right on every table, no verb reaches them', async () => {
    for (const table of tables) {
      await owner.query('begin')
      await owner.query(`grant select, insert, update, delete on ${table} to weir_app`)
      try {
        expect(await probe(table), table).toEqual({ select: 0, update: 0, delete: 0, insert: '42501' })
      } finally {
        await owner.query('rollback')
      }
    }
  })

  test('would be reached by every verb if the policy of their table let them through (so these tests notice)', async () => {
    for (const table of tables) {
      await owner.query('begin')
      await owner.query(`grant select, insert, update, delete on ${table} to weir_app`)
      await owner.query(`create policy leak on ${table} for all to weir_app using (true) with check (true)`)
      try {
        const { select, update, insert } = await probe(table)
        expect({ select: select as number, update: update as number }, table).toEqual({
          select: expect.toSatisfy(isSome),
          update: expect.toSatisfy(isSome),
        })
        // A copy of a row has the key of its original: it passes the policy and fails on that, or is stored where it belongs.
        expect(insert, table).not.toBe('42501')
      } finally {
        await owner.query('rollback')
      }
    }
  })

  test('are not there at all before a workspace has been named', async () => {
    for (const table of tables) expect(await asMine(`select 1 from ${table}`, [], null), table).toEqual(expect.toBeOneOf([0, '42501']))
  })

  test('are safe from the transitions: a claim, a change and an insert that name them find nothing', async () => {
    const foreign = await makeFixture(theirs)
    const session = await makeSession(foreign)
    const [waiting] = (await insertDueRuns(foreign, 1)) as [string]
    const held = await makeClaimedRun(foreign, session)
    expect(
      await mine.run(claimFlowRuns({ workPoolId: foreign.workPoolId, claims: [{ flowRunId: waiting, stateId: newId(), ...session }] })),
    ).toMatchObject({
      outcome: 'refused',
      reason: 'run',
    })
    const change = {
      flowRunId: held.flowRunId,
      guard: { stateId: held.stateId, epoch: 1 },
      states: [stateOf({ type: 'CRASHED' })],
      history: [],
      lease: 'end',
      raiseEpoch: true,
    } as const
    const { runs } = await mine.run(applyChanges([{ change: { ...change, states: [...change.states], history: [] } }]))
    expect(runs[0]).toMatchObject({ written: false, facts: null })
    expect(await asMine('select * from apply_changes($1, $2)', [theirs.workspaceId, JSON.stringify({ runs: [] })])).toBe(0)
    // A function that is told another workspace than the batch has named writes nothing either.
    expect(await asMine('select renew_sessions($1, $2, $3)', [theirs.workspaceId, foreign.workPoolId, [session.sessionId]])).toBe(1)
    const { rows } = await owner.query('select heard_at = started_at as untouched from worker_sessions where id = $1', [session.sessionId])
    expect(rows[0].untouched).toBe(true)
  })
})

test('a workspace that is no uuid is an error, and the setting does not outlive its batch', async () => {
  await expect(database.connection.inWorkspace("' or true --").run(tickJudge({ name: 'x', away: 1, grace: 1 }))).rejects.toBeInstanceOf(DatabaseError)
  await app.query('begin')
  await app.query(`select set_config('app.workspace_id', $1, true)`, [mine.workspaceId])
  await app.query('commit')
  expect((await app.query('select 1 from flow_runs')).rowCount).toBe(0)
})
