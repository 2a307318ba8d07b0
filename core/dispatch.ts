/**
 * Which waiting run goes to which worker. It chooses from the counts last read; the database verifies them under locks and grants all or nothing.
 *
 * 1. Strict: queue priority first (1 before 2), then due time, then id.
 * 2. A run blocked by a limit, or served by no worker with room, never blocks those behind it.
 * 3. Several limits are taken together or not at all, and no limit is passed.
 */
import type { Instant } from './instant.ts'

/** A claimable run: SCHEDULED, no holder, nothing of it paused. */
export interface WaitingRun {
  flowRunId: string
  epoch: number
  workQueueId: string
  scheduledTime: Instant
  /** Limits that it takes one slot of: queue, pool, deployment, named. Those without a maximum are left out. */
  limitIds: string[]
}

export interface QueueFacts {
  id: string
  /** 1 is first. */
  priority: number
  isPaused: boolean
}

export interface LimitFacts {
  id: string
  max: number
  /** Slots taken now. May stand above max (contact regained, limit lowered). */
  used: number
}

/** A worker session that takes runs. */
export interface WorkerRoom {
  sessionId: string
  free: number
  /** Queues it serves; empty = all. */
  queueIds: string[]
}

export interface ChosenAssignment {
  flowRunId: string
  epoch: number
  sessionId: string
  limitIds: string[]
}

export interface Choice {
  waiting: readonly WaitingRun[]
  queues: readonly QueueFacts[]
  limits: readonly LimitFacts[]
  workers: readonly WorkerRoom[]
  now: Instant
}

/** The assignments to ask the database for, in order. Each goes to the worker with the most room; an unknown limit counts as full. */
export function chooseAssignments({ waiting, queues, limits, workers, now }: Choice): ChosenAssignment[] {
  const priorities = new Map(queues.filter((queue) => !queue.isPaused).map((queue) => [queue.id, queue.priority]))
  const room = new Map(limits.map((limit) => [limit.id, limit.max - limit.used]))
  const free = workers.map((worker) => ({ ...worker })).filter((worker) => worker.free > 0)
  const due = waiting.filter((run) => run.scheduledTime <= now && priorities.has(run.workQueueId)).sort((a, b) => byTurn(a, b, priorities))

  const chosen: ChosenAssignment[] = []
  for (const run of due) {
    if (free.length === 0) break
    if (run.limitIds.some((id) => (room.get(id) ?? 0) < 1)) continue
    const worker = roomiest(free, run.workQueueId)
    if (!worker) continue
    for (const id of run.limitIds) room.set(id, (room.get(id) ?? 0) - 1)
    worker.free -= 1
    if (worker.free === 0) free.splice(free.indexOf(worker), 1)
    chosen.push({ flowRunId: run.flowRunId, epoch: run.epoch, sessionId: worker.sessionId, limitIds: run.limitIds })
  }
  return chosen
}

function byTurn(a: WaitingRun, b: WaitingRun, priorities: ReadonlyMap<string, number>): number {
  const byPriority = (priorities.get(a.workQueueId) ?? 0) - (priorities.get(b.workQueueId) ?? 0)
  return byPriority || a.scheduledTime - b.scheduledTime || (a.flowRunId < b.flowRunId ? -1 : a.flowRunId > b.flowRunId ? 1 : 0)
}

const serves = (worker: WorkerRoom, queueId: string): boolean => worker.queueIds.length === 0 || worker.queueIds.includes(queueId)

/** The worker with the most room that serves the queue; undefined when none does. */
export function roomiest<W extends WorkerRoom>(workers: readonly W[], queueId: string): W | undefined {
  let best: W | undefined
  for (const worker of workers) {
    if (worker.free < 1 || !serves(worker, queueId)) continue
    if (!best || worker.free > best.free || (worker.free === best.free && worker.sessionId < best.sessionId)) best = worker
  }
  return best
}
