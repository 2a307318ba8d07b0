/** A judge looks: notes when, and learns whether it may judge. One that was away itself gives everybody grace first. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../core/instant.ts'
import { instantOf, instantOrNull, type Statement, sqlStatement } from '../statement.ts'

interface JudgeTick {
  now: Instant
  /** Its last look; null = this is the first. */
  previous: Instant | null
  /** It judges nobody before this. */
  graceUntil: Instant | null
  mayJudge: boolean
}

/** `away` and `grace` in milliseconds (`judgeAwayAlarm` or `judgeAwaySweep`, `judgeGrace`). The first look counts as having been away. */
export const tickJudge = ({ name, away, grace }: { name: string; away: number; grace: number }): Statement<JudgeTick> =>
  sqlStatement<{ now: string; previous: string | null; grace_until: string | null; may_judge: boolean }, JudgeTick>(
    (workspaceId) => sql`
      with before as (select judged_at from judges where workspace_id = ${workspaceId}::uuid and name = ${name})
      insert into judges as judge (workspace_id, name, judged_at, grace_until)
      values (${workspaceId}::uuid, ${name}, now(), now() + ${grace}::float8 * interval '1 millisecond')
      on conflict (workspace_id, name) do update set
        grace_until = case when judge.judged_at < now() - ${away}::float8 * interval '1 millisecond' then excluded.grace_until else judge.grace_until end,
        judged_at = greatest(judge.judged_at, excluded.judged_at)
      returning now() as now, (select judged_at from before) as previous, grace_until, coalesce(grace_until <= now(), true) as may_judge`,
    ([row]) => {
      if (!row) throw new Error('tick_judge answered without a row')
      return { now: instantOf(row.now), previous: instantOrNull(row.previous), graceUntil: instantOrNull(row.grace_until), mayJudge: row.may_judge }
    },
  )
