/** A worker's hello, written into the record. */
import type { HeldByRecord, OpenedSession } from '../../core/pool-commands.ts'
import { isLost } from '../../core/report-matrix.ts'
import type { Hello, RunKey } from '../../core/protocol/worker-messages.ts'
import { listRunsToJudge } from '../../db/queries/flow-runs/list-runs-to-judge.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { findWorkPools } from '../../db/queries/work-pools/find-work-pools.ts'
import { findSessionWorker } from '../../db/queries/workers/find-session-worker.ts'
import { openSession } from '../../db/transitions/sessions.ts'
import type { PoolContext } from './pool-context.ts'

/** In place of a queue that nobody knows: no queues at all would mean every queue. */
const NO_QUEUE = '00000000-0000-0000-0000-000000000000'

type OpenOutcome =
  | { outcome: 'opened'; opened: OpenedSession }
  /** The session was ended by a newer life of the worker: it must come with a new one. */
  | { outcome: 'ended' }
  /** The session is the life of another worker, here or in another pool. */
  | { outcome: 'foreign_session' }
  | { outcome: 'pool_deleted' }
  | { outcome: 'pool_type_mismatch'; type: string }

/** Idempotent by session. */
export async function openWorkerSession(context: PoolContext, hello: Hello): Promise<OpenOutcome> {
  const { workPoolId } = context
  const [[pool], owner] = await context.db.batch(findWorkPools([workPoolId]), findSessionWorker(hello.sessionId))
  if (!pool) return { outcome: 'pool_deleted' }
  if (pool.type !== hello.worker.type) return { outcome: 'pool_type_mismatch', type: pool.type }
  if (owner && (owner.workPoolId !== workPoolId || owner.workerName !== hello.worker.name)) return { outcome: 'foreign_session' }
  const { name, type, version, hostname, labels } = hello.worker
  const session = await context.db.run(
    openSession({
      workPoolId,
      sessionId: hello.sessionId,
      newWorkerId: context.newId(),
      worker: { name, type, version, hostname, labels },
      queues: hello.queues,
      slots: hello.slots,
      understands: hello.understands ?? [],
    }),
  )
  if (session.ended) return { outcome: 'ended' }
  const opened: OpenedSession = {
    workerId: session.workerId,
    workPool: { id: pool.id, name: pool.name, type: pool.type, isPaused: pool.isPaused },
    queueIds: hello.queues.map((queue) => pool.queues.find(({ name: known }) => known === queue)?.id ?? NO_QUEUE),
    held: await withReopenable(context, session.holding, hello.holding),
    heldBefore: session.endedSessionIds.length > 0 ? await listHeldBefore(context, session.endedSessionIds) : [],
    draining: session.draining,
    serverTime: session.now,
  }
  return { outcome: 'opened', opened }
}

/** Runs that earlier lives of the worker still hold by the record. */
async function listHeldBefore(context: PoolContext, endedSessionIds: readonly string[]): Promise<OpenedSession['heldBefore']> {
  const { silence, exitWithoutState } = context.timings
  const runs = await context.db.run(listRunsToJudge({ workPoolId: context.workPoolId, silence, exitWithoutState, limit: 1_000 }))
  return endedSessionIds.map((sessionId) => ({
    sessionId,
    runs: runs.flatMap(({ facts: { id, epoch, holder } }) =>
      holder?.kind === 'worker' && holder.sessionId === sessionId ? [{ flowRunId: id, epoch }] : [],
    ),
  }))
}

/**
 * What the record says a session holds, and what of the worker's own list it may go on with although no lease stands behind it: a run CRASHED as lost
 * under its present epoch is re-opened by its next report, and one whose end the record has just taken is about to leave by itself.
 */
export async function withReopenable(context: PoolContext, recorded: readonly HeldByRecord[], holding: readonly RunKey[]): Promise<HeldByRecord[]> {
  const held = recorded.map(({ flowRunId, epoch, stateType }) => ({ flowRunId, epoch, stateType }))
  const known = new Set(held.map(({ flowRunId, epoch }) => `${flowRunId}/${epoch}`))
  const strays = holding.filter(({ flowRunId, epoch }) => !known.has(`${flowRunId}/${epoch}`))
  if (strays.length === 0) return held
  const { runs } = await context.db.run(readFlowRunFacts(strays.map(({ flowRunId }) => flowRunId)))
  for (const { flowRunId, epoch } of strays) {
    const facts = runs.get(flowRunId)?.facts
    if (facts?.epoch !== epoch || facts.holder !== null) continue
    const { type } = facts.state
    if (isLost(facts.state) || type === 'COMPLETED' || type === 'FAILED') held.push({ flowRunId, epoch, stateType: type })
  }
  return held
}
