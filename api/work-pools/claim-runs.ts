/** One round of claiming: read what waits, let core choose, ask the record for all of it or nothing. */
import type { ClaimSight } from '../../core/waiting-runs.ts'
import { type ChosenAssignment, chooseAssignments, type WorkerRoom } from '../../core/dispatch.ts'
import { type AssignmentRow, listAssignmentsByState } from '../../db/queries/flow-runs/list-assignments.ts'
import { listWaitingFlowRuns } from '../../db/queries/flow-runs/list-waiting-flow-runs.ts'
import { claimFlowRuns } from '../../db/transitions/claim-flow-runs.ts'
import { meetOccurrences } from '../../db/transitions/meet-occurrences.ts'
import { heldOccurrencesOf, settleOccurrences } from '../schedules/settle-occurrences.ts'
import { cancelCollisions, collidingIn } from './cancel-collisions.ts'
import type { PoolContext } from './pool-context.ts'

/** Runs in one claim: small enough that its locks are short. */
const MAX_CLAIM = 100

/** Turns of settling before a claim; what is left by then is held, and settled by the next one. */
const MAX_SETTLING = 10

interface ClaimRound extends ClaimSight {
  granted: AssignmentRow[]
  /** Sessions that the record knows as ended. */
  endedSessionIds: string[]
  /** Whether another round may find something: runs were left, or the choice was refused. */
  more: boolean
  /** A schedule of what is due needs more occurrences. */
  fill: boolean
}

/** The sockets' side of a claim: places are reserved before the record is asked. */
export interface Places {
  rooms(): WorkerRoom[]
  /** The worker of a session; undefined when it is gone. */
  workerOf(sessionId: string): string | undefined
  reserve(chosen: readonly ChosenAssignment[]): void
}

/** The caller releases what `places` reserved, whatever comes of it. */
export async function claimRuns(context: PoolContext, places: Places): Promise<ClaimRound> {
  const { workPoolId } = context
  const { held, waiting } = await readWaiting(context, places)
  const nothingWaits = waiting.runs.length === 0 && held.schedules.length === 0
  const nothing: ClaimRound = {
    nextDue: waiting.nextDue,
    nothingWaits,
    cameTooLate: false,
    granted: [],
    endedSessionIds: [],
    more: false,
    fill: held.fill,
  }
  if (waiting.isPaused && held.unmet) await context.db.run(meetOccurrences({ workPoolId }))
  if (waiting.isPaused || waiting.runs.length === 0) return nothing
  const rooms = places.rooms()
  const all = chooseAssignments({
    waiting: waiting.runs.map((run) => ({ ...run, epoch: 0 })),
    queues: [...new Map(waiting.runs.map((run) => [run.workQueueId, run.queuePriority]))].map(([id, priority]) => ({
      id,
      priority,
      isPaused: false,
    })),
    limits: waiting.limits,
    workers: rooms,
    now: waiting.now,
  })
  const chosen = all.slice(0, MAX_CLAIM)
  // A worker is here, but not every run can go to it (a place, a limit): that is no reason to count it as missed later.
  if (held.unmet && chosen.length < waiting.runs.length) await context.db.run(meetOccurrences({ workPoolId }))
  const claims = chosen.flatMap(({ flowRunId, sessionId }) => {
    const workerId = places.workerOf(sessionId)
    return workerId === undefined ? [] : [{ flowRunId, sessionId, workerId, stateId: context.newId() }]
  })
  const mayCollide = waiting.limits.some(({ kind }) => kind === 'deployment')
  if (claims.length === 0 && mayCollide) await cancelCollisions(context, await context.db.run(collidingIn(context)))
  if (claims.length === 0) return { ...nothing, cameTooLate: rooms.every(({ free }) => free <= 0) }
  places.reserve(chosen)
  const claim = claimFlowRuns({ workPoolId: context.workPoolId, claims })
  const [result, granted, colliding] = await context.db.batch(claim, listAssignmentsByState(claims), ...(mayCollide ? [collidingIn(context)] : []))
  if (colliding) await cancelCollisions(context, colliding)
  if (result.outcome === 'claimed') return { ...nothing, granted, more: all.length > chosen.length || waiting.runs.length > claims.length }
  context.log.info('a claim was refused', { reason: result.reason, subjects: result.subjectIds.slice(0, 5), runs: claims.length })
  return { ...nothing, endedSessionIds: result.reason === 'session' ? result.subjectIds : [], more: true }
}

/** What waits, after the schedules of what is due have been heard: what they hold back is settled first, and may make room for others. */
async function readWaiting(context: PoolContext, places: Places) {
  const { db, workPoolId } = context
  // One more of each lane than there is room for: whether any is left then is known too.
  const room = places.rooms().reduce((sum, { free }) => sum + free, 0)
  const limit = 1 + Math.min(MAX_CLAIM, room)
  const read = () => db.batch(heldOccurrencesOf(workPoolId), listWaitingFlowRuns({ workPoolId, limit }))
  let [held, waiting] = await read()
  for (let turn = 0; turn < MAX_SETTLING && (await settleOccurrences(context, held)); turn++) [held, waiting] = await read()
  return { held, waiting }
}
