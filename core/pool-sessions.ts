/**
 * What a WorkPool knows of its workers, one `PoolSession` per socket: room, places that are promised, when it was heard. Plain values, kept in the
 * socket's attachment, so that an evicted object finds them again. Nothing here is a record:
 * 1. A place is reserved before the object asks Postgres, and released when Postgres did not grant it; otherwise two turns give it away twice.
 * 2. What was given stays in flight until the worker acknowledges it, and is sent again until then; `settle` compares it with the record.
 * 3. A worker counts its room itself; between two of its counts, what it acknowledged is taken off the last one.
 */
import type { Instant } from './instant.ts'
import type { RunKey } from './protocol/worker-messages.ts'

/** Places in flight per session; keeps an attachment below its 16 KiB. More follows as soon as some are acknowledged. */
export const MAX_IN_FLIGHT = 100

export interface Flight {
  flowRunId: string
  /** 0 while only reserved: Postgres has not answered. */
  epoch: number
  /** When it was reserved or last sent, by the object's clock. */
  at: Instant
}

export interface PoolSession {
  sessionId: string
  workerId: string
  workerName: string
  /** Key that opened the socket; revoking it closes the socket. */
  apiKeyId: string
  /** Queues it serves; empty = all. */
  queueIds: string[]
  slots: number
  free: number
  draining: boolean
  inFlight: Flight[]
  /** Last message, by the object's clock. */
  heardAt: Instant
  /** Last time that its contact was written to the record. */
  writtenAt: Instant
}

/** Runs that may be given to this session at this moment. */
export const roomOf = (session: PoolSession): number =>
  session.draining ? 0 : Math.max(0, Math.min(session.free - session.inFlight.length, MAX_IN_FLIGHT - session.inFlight.length))

/** Promises places to runs, before anything is asked of Postgres. */
export const reserve = (session: PoolSession, flowRunIds: readonly string[], now: Instant): PoolSession => ({
  ...session,
  inFlight: [...session.inFlight, ...flowRunIds.map((flowRunId) => ({ flowRunId, epoch: 0, at: now }))],
})

/** Postgres did not grant these, or they went elsewhere: their places are free again. */
export const release = (session: PoolSession, flowRunIds: ReadonlySet<string>): PoolSession => ({
  ...session,
  inFlight: session.inFlight.filter((flight) => !flowRunIds.has(flight.flowRunId)),
})

/** Postgres granted these and they are being sent. A run that was not reserved here (re-sent after a hello) is in flight from now on. */
export function sent(session: PoolSession, runs: readonly RunKey[], now: Instant): PoolSession {
  const granted = new Map(runs.map((run) => [run.flowRunId, run.epoch]))
  const rest = session.inFlight.filter((flight) => !granted.has(flight.flowRunId))
  return { ...session, inFlight: [...rest, ...runs.map((run) => ({ flowRunId: run.flowRunId, epoch: run.epoch, at: now }))] }
}

/** The worker has them; each takes one of the places it last counted. An epoch that is not in flight changes nothing. */
export function acknowledge(session: PoolSession, runs: readonly RunKey[]): PoolSession {
  const acknowledged = new Set(runs.map(keyOf))
  const inFlight = session.inFlight.filter((flight) => !acknowledged.has(keyOf(flight)))
  return { ...session, inFlight, free: Math.max(0, session.free - (session.inFlight.length - inFlight.length)) }
}

/** The worker's own count. */
export const countRoom = (session: PoolSession, free: number, draining: boolean): PoolSession => ({
  ...session,
  free: Math.min(free, session.slots),
  draining,
})

/** Runs that were sent or only reserved so long ago that the record must be asked about them. */
export const overdue = (session: PoolSession, now: Instant, resendAfter: number): string[] =>
  session.inFlight.filter((flight) => now - flight.at >= resendAfter).map((flight) => flight.flowRunId)

/** When the earliest of all places in flight becomes overdue; null when none is in flight. */
export function nextOverdue(sessions: Iterable<PoolSession>, resendAfter: number): Instant | null {
  let earliest: Instant | null = null
  for (const session of sessions) {
    for (const flight of session.inFlight) if (earliest === null || flight.at + resendAfter < earliest) earliest = flight.at + resendAfter
  }
  return earliest
}

/** Whether the session's last contact still has to be written. */
export const owesContact = (session: PoolSession): boolean => session.heardAt > session.writtenAt

const keyOf = (run: RunKey): string => `${run.flowRunId}/${run.epoch}`

/**
 * Compares what a worker says it holds with what the record says its session holds.
 * `missing`: given, not final, unknown to the worker and not yet begun: send again. `stray`: held by the worker without right: stop.
 */
export function compareHoldings(
  recorded: readonly (RunKey & { isPending: boolean })[],
  holding: readonly RunKey[],
): { missing: RunKey[]; stray: RunKey[] } {
  const held = new Set(holding.map(keyOf))
  const right = new Set(recorded.map(keyOf))
  return {
    missing: recorded.filter((run) => run.isPending && !held.has(keyOf(run))).map(({ flowRunId, epoch }) => ({ flowRunId, epoch })),
    stray: holding.filter((run) => !right.has(keyOf(run))),
  }
}
