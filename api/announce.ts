/** After the write: rings whoever waits for what a statement changed. Rings are hints; one that is lost costs time, never a run. */
import type { Instant } from '../core/instant.ts'
import { isFinal } from '../core/states.ts'
import { FLOW_RUNS_TOPIC, flowRunTopic } from '../core/topics.ts'
import type { Applied, AppliedRun } from '../db/transitions/apply-changes.ts'
import type { Context } from './context.ts'

/** Rings feeds, as far as somebody listens to them, and the pools in which something became claimable or a slot is free. */
export function announce(
  { workspaceId, coordinators }: Pick<Context, 'workspaceId' | 'coordinators'>,
  { runs, now, isListListenedTo }: Applied,
): void {
  const written = runs.filter((run) => run.written)
  const topics = new Set(written.flatMap((run) => run.topics.filter((topic) => isHeard(topic, run))))
  for (const topic of topics) coordinators.ringFeed({ workspaceId, topic })
  for (const [workPoolId, ring] of ringsOf(written, now)) coordinators.ringWorkPool({ workspaceId, workPoolId, ...ring })

  function isHeard(topic: string, { flowRunId, watchedUntil }: AppliedRun): boolean {
    if (topic === FLOW_RUNS_TOPIC) return isListListenedTo
    return topic !== flowRunTopic(flowRunId) || (watchedUntil !== null && watchedUntil > now)
  }
}

/** One ring a pool: `dueAt` of the run that is due first, null = at once; `isFreed` when no run waits that did not before, and places became free. */
function ringsOf(runs: readonly AppliedRun[], now: Instant): Map<string, { dueAt: Instant | null; isFreed: boolean }> {
  const rings = new Map<string, { dueAt: Instant | null; isFreed: boolean }>()
  for (const { ringWorkPool, facts, dueAt } of runs) {
    if (!ringWorkPool || !facts?.workPoolId) continue
    const ring = { dueAt: dueAt !== null && dueAt > now ? dueAt : null, isFreed: isFinal(facts.state.type) }
    const before = rings.get(facts.workPoolId) ?? ring
    rings.set(facts.workPoolId, {
      dueAt: before.dueAt === null || ring.dueAt === null ? null : Math.min(before.dueAt, ring.dueAt),
      isFreed: before.isFreed && ring.isFreed,
    })
  }
  return rings
}
