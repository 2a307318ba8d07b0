/**
 * Lives of worker processes: opened by `hello`, renewed by contact, ended by the next life of the same worker, by a goodbye or by a judge.
 * No run's state changes here; ended sessions' runs are judged (`listOrphanedFlowRuns`).
 */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../core/instant.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import type { StateType } from '../../core/states.ts'
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { instantOf, jsonb, type RawRow, type Statement, sqlStatement, uuids } from '../statement.ts'

interface OpenSession {
  workPoolId: string
  sessionId: string
  /** Id of the worker, should its name be new in the pool. */
  newWorkerId: string
  worker: { name: string; type: string; version: string; hostname: string; labels: Record<string, string> }
  queues: string[]
  slots: number
  /** Messages that it acts upon beyond those that every worker knows. Left out = none. */
  understands?: string[]
}

export interface OpenedSession {
  now: Instant
  workerId: string
  /** This session was known before: a reconnect. */
  resumed: boolean
  /** It had been ended (a judge, or a newer life): its runs are not its own any more, and the worker must come with a new session. */
  ended: boolean
  /** Earlier lives of the same worker, ended by this hello: their deaths are witnessed. */
  endedSessionIds: string[]
  /** It takes nothing new. */
  draining: boolean
  /** What the record says this session holds. */
  holding: HeldRun[]
}

interface HeldRun extends RunKey {
  stateId: string
  stateType: StateType
}

/** Idempotent by session. The SQL is `open_session` of db/migrations. */
export const openSession = (open: OpenSession): Statement<OpenedSession> =>
  sqlStatement<
    RawRow & {
      now: string
      worker_id: string
      resumed: boolean
      ended: boolean
      ended_session_ids: string[]
      draining: boolean
      holding: HeldRunRow[]
    },
    OpenedSession
  >(
    (workspaceId) =>
      sql`select * from open_session(${workspaceId}::uuid, ${jsonb({
        work_pool_id: open.workPoolId,
        session_id: open.sessionId,
        worker_id: open.newWorkerId,
        ...open.worker,
        queues: open.queues,
        slots: open.slots,
        understands: open.understands ?? [],
      })})`,
    ([row]) => {
      if (!row) throw new Error('open_session answered without a row')
      return {
        now: instantOf(row.now),
        workerId: row.worker_id,
        resumed: row.resumed,
        ended: row.ended,
        endedSessionIds: row.ended_session_ids,
        draining: row.draining,
        holding: row.holding.map(heldRunOf),
      }
    },
  )

interface RenewedSessions {
  now: Instant
  /** Sessions that are alive, each with the runs it holds by the record. A session that is missing has ended or never was. */
  sessions: { sessionId: string; holding: HeldRun[] }[]
}

/**
 * Contact: `heard_at` of the sessions, of their workers, and of every run they hold, `silentFor` milliseconds before now; never earlier than it was. The SQL
 * is `renew_sessions` of db/migrations.
 */
export const renewSessions = (renew: {
  workPoolId: string
  heard: readonly { sessionId: string; silentFor: number }[]
}): Statement<RenewedSessions> =>
  sqlStatement<RawRow & { now: string; sessions: { id: string; holding: HeldRunRow[] }[] }, RenewedSessions>(
    (workspaceId) => {
      const silentFor = `{${renew.heard.map((contact) => contact.silentFor).join(',')}}`
      const sessionIds = uuids(renew.heard.map(({ sessionId }) => sessionId))
      return sql`select * from renew_sessions(${workspaceId}::uuid, ${renew.workPoolId}::uuid, ${sessionIds}, ${silentFor}::float8[])`
    },
    ([row]) => {
      if (!row) throw new Error('renew_sessions answered without a row')
      return {
        now: instantOf(row.now),
        sessions: row.sessions.map((session) => ({ sessionId: session.id, holding: session.holding.map(heldRunOf) })),
      }
    },
  )

/** The session takes nothing new, by its own word. Announced to who listens to work pools. */
export const noteDraining = (sessionId: string): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`
      with drains as (
        update worker_sessions set draining_at = now()
        where workspace_id = ${workspaceId}::uuid and id = ${sessionId}::uuid and ended_at is null and draining_at is null returning id
      )
      insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${WORK_POOLS_TOPIC}, '{}' where exists (select from drains)`,
    () => undefined,
  )

/** Ends sessions: nothing is claimed for them any more. Their leases stand until they are judged. Announced to who listens to work pools. */
export const endSessions = (sessionIds: readonly string[]): Statement<{ now: Instant; endedSessionIds: string[] }> =>
  sqlStatement<RawRow & { now: string; ended: string[] }, { now: Instant; endedSessionIds: string[] }>(
    (workspaceId) => sql`
      with ended as (
        update worker_sessions set ended_at = now()
        where workspace_id = ${workspaceId}::uuid and id = any(${uuids(sessionIds)}) and ended_at is null returning id
      ), announced as (
        insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${WORK_POOLS_TOPIC}, '{}' where exists (select from ended)
      )
      select now() as now, coalesce((select array_agg(id) from ended), '{}') as ended`,
    ([row]) => {
      if (!row) throw new Error('a select without a from answered without a row')
      return { now: instantOf(row.now), endedSessionIds: row.ended }
    },
  )

interface HeldRunRow {
  id: string
  epoch: number
  state_id: string
  state_type: StateType
}

const heldRunOf = (row: HeldRunRow): HeldRun => ({ flowRunId: row.id, epoch: row.epoch, stateId: row.state_id, stateType: row.state_type })
