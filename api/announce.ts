/** After the write: rings whoever waits for what a statement changed. Rings are hints; one that is lost costs time, never a run. */
import type { Instant } from '../core/instant.ts'
import { flowRunTopic } from '../core/topics.ts'
import type { AppliedRun } from '../db/transitions/apply-changes.ts'
import type { Context } from './context.ts'

/** Rings Feeds (a run's own only while somebody looks at it) and the pools in which something became claimable or a slot is free. `now`: the database's clock. */
export function announce(context: Pick<Context, 'workspaceId' | 'coordinators'>, runs: readonly AppliedRun[], now: Instant): void {
  const { workspaceId, coordinators } = context
  const topics = new Set<string>()
  const pools = new Map<string, Instant | null>()
  for (const run of runs) {
    if (!run.written) continue
    const isWatched = run.watchedUntil !== null && run.watchedUntil > now
    for (const topic of run.topics) if (isWatched || topic !== flowRunTopic(run.flowRunId)) topics.add(topic)
    const workPoolId = run.facts?.workPoolId
    if (!run.ringWorkPool || !workPoolId) continue
    const before = pools.get(workPoolId)
    const dueAt = run.dueAt !== null && run.dueAt > now ? run.dueAt : null
    if (before === undefined) pools.set(workPoolId, dueAt)
    else pools.set(workPoolId, before === null || dueAt === null ? null : Math.min(before, dueAt))
  }
  for (const topic of topics) coordinators.ringFeed({ workspaceId, topic })
  for (const [workPoolId, dueAt] of pools) coordinators.ringWorkPool({ workspaceId, workPoolId, dueAt })
}
