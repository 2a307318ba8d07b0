/**
 * The pure part of a WorkPool: reservations, what to re-send, whom to end, when to wake. Who is connected and has room is in connected-sessions.ts, what
 * waits for room in waiting-runs.ts. Events go in, commands come out (pool-commands.ts); the Durable Object, or the simulator, executes them against sockets
 * and the record and feeds the results back.
 *
 * 1. It owns no number and no order: all it knows may be gone at any moment, and a second copy of it may live elsewhere. What it believes is only ever
 *    a hint for what to ask the record.
 * 2. A worker is given at most the room it spoke of: pushed but unacknowledged runs and reservations are taken off.
 * 3. What the record says a session holds and what the worker says it holds are compared on every hello and renewal; each difference is acted upon.
 */
import { attachmentOf, availableRoom, ConnectedSessions, type Session, type SessionAttachment } from './connected-sessions.ts'
import type { WorkerRoom } from './dispatch.ts'
import type { Instant } from './instant.ts'
import type { Contact, HeldByRecord, HeldLeases, OpenedSession, PoolCommand, StartingRun } from './pool-commands.ts'
import type { Assignment } from './protocol/assignment.ts'
import { CLOSE_CODES } from './protocol/close-codes.ts'
import type { Goodbye, PoolMessage, Welcome } from './protocol/pool-messages.ts'
import type { Directive } from './protocol/reports.ts'
import { negotiateVersion } from './protocol/negotiate-version.ts'
import { PROTOCOL_VERSION } from './protocol/version.ts'
import type { Acknowledge, HandBack, Hello, Renew, Room, RunKey } from './protocol/worker-messages.ts'
import type { Timings } from './timings.ts'
import { type ClaimSight, WaitingRuns } from './waiting-runs.ts'

export class Coordinator {
  #timings: Timings
  readonly #sessions = new ConnectedSessions()
  #opening = new Map<string, Hello>()
  #renewedAt: Instant | null = null
  /** Contacts on their way to the record: kept until it has them, also when the socket closes meanwhile. While there are any, silence proves nothing. */
  readonly #owed = new Map<string, Instant>()
  #judgedAt: Instant | null = null
  /** Leases that the record says are held in this pool; null = not known (just woken). */
  #heldLeases: number | null = null
  /** When the next lease falls silent, should nothing more be heard: the judge looks then, and not only at its next turn. */
  #silentAt: Instant | null = null
  readonly #waiting: WaitingRuns

  constructor(timings: Timings) {
    this.#timings = timings
    this.#waiting = new WaitingRuns(timings)
  }

  /** Takes up a socket that outlived its object (hibernation). Until told otherwise, room it had pushed runs into counts as taken. */
  restore(socket: string, attachment: SessionAttachment): void {
    const { taken, ...known } = attachment
    this.#sessions.add({ ...known, socket, forgotten: taken, heard: false })
  }

  /** What to write into a socket's attachment; null when the socket has not said hello. */
  attachment(socket: string): SessionAttachment | null {
    const session = this.#sessions.onSocket(socket)
    return session ? attachmentOf(session) : null
  }

  /** First message of a socket; once more only for the same session. */
  hello(socket: string, hello: Hello, now: Instant): PoolCommand[] {
    // It waits for its answer: asking again costs the record the same once more.
    if (this.#opening.has(socket)) return []
    const said = this.#sessions.onSocket(socket)?.sessionId
    // Two sessions on one socket would leave one of them behind when it closes, with room that nobody serves.
    if (said !== undefined && said !== hello.sessionId) {
      return this.goodbye(socket, 'bad_message', 'This socket has said hello as another session; open another socket', false)
    }
    const version = negotiateVersion(hello)
    if (typeof version !== 'number') return this.goodbye(socket, 'unsupported_protocol', version.refusal, false)
    for (const other of this.#sessions) {
      const lives = other.sessionId !== hello.sessionId && other.workerName === hello.worker.name && now - other.heardAt < this.#timings.workerOnline
      if (!lives) continue
      return this.goodbye(socket, 'name_taken', `A worker named ${hello.worker.name} is online in this pool; give this one another name`, true)
    }
    this.#opening.set(socket, hello)
    return [{ do: 'open-session', socket, hello }]
  }

  /** Whether the socket has said hello and waits for its answer. */
  isOpening(socket: string): boolean {
    return this.#opening.has(socket)
  }

  /** The record knows the session now. */
  opened(socket: string, opened: OpenedSession, now: Instant): PoolCommand[] {
    const hello = this.#opening.get(socket)
    this.#opening.delete(socket)
    if (!hello) return []
    const commands: PoolCommand[] = []
    const before = this.#sessions.get(hello.sessionId)
    // Which of the two is the worker's latest only the worker knows: a hello that the network has held back may come after a newer one. Whoever was wrongly
    // sent away comes again.
    if (before && before.socket !== socket)
      commands.push(...this.goodbye(before.socket, 'superseded', 'Another connection of this worker has taken its place', true))
    const version = negotiateVersion(hello)
    const protocol = typeof version === 'number' ? version : PROTOCOL_VERSION
    this.#sessions.add({
      socket,
      sessionId: hello.sessionId,
      workerId: opened.workerId,
      workerName: hello.worker.name,
      queueIds: opened.queueIds,
      slots: hello.slots,
      free: Math.max(0, hello.slots - hello.holding.length),
      draining: opened.draining === true,
      protocol,
      heardAt: now,
      reserved: before?.reserved ?? 0,
      heard: true,
    })
    const { workerId, workPool, serverTime } = opened
    const welcome: Welcome = { type: 'welcome', protocol, workerId, workPool, serverTime, answers: hello.sentAt, fence: this.#timings.fence }
    commands.push({ do: 'send', socket, message: welcome })
    if (opened.draining && hello.understands?.includes('drain')) commands.push({ do: 'send', socket, message: { type: 'drain' } })
    for (const { sessionId, runs } of opened.heldBefore) if (runs.length > 0) commands.push({ do: 'lose', sessionId, runs, loss: 'witnessed' })
    commands.push(...this.#compare(hello.sessionId, hello.holding, opened.held, hello.sentAt, now))
    // Not known stays not known: others may hold leases, and a claim that was not answered may have given some out.
    if (this.#heldLeases !== null) this.#heldLeases = Math.max(this.#heldLeases, opened.held.length)
    return [...commands, { do: 'claim' }]
  }

  /** The record refused the session (pool deleted, wrong type …). */
  refused(socket: string, code: Goodbye['code'], message: string): PoolCommand[] {
    this.#opening.delete(socket)
    return this.goodbye(socket, code, message, code === 'internal')
  }

  room(socket: string, room: Room, now: Instant): PoolCommand[] {
    const session = this.#sessions.hear(socket, now)
    if (!session) return []
    session.free = Math.min(room.free, session.slots)
    session.forgotten = 0
    // A life that drains takes nothing any more, whatever it said on its way.
    if (room.draining && !session.draining) {
      session.draining = true
      return [{ do: 'note-draining', sessionId: session.sessionId }]
    }
    return availableRoom(session) > 0 && !this.#waiting.isNothing(now) ? [{ do: 'claim' }] : []
  }

  acknowledge(socket: string, message: Acknowledge, now: Instant): PoolCommand[] {
    const session = this.#sessions.hear(socket, now)
    if (!session) return []
    for (const run of message.runs) {
      session.acknowledged.set(keyOf(run), now)
      // The run is in one of its slots now; the worker's next word about its room is counted with it.
      if (session.pushed.delete(keyOf(run))) session.free = Math.max(0, session.free - 1)
    }
    return []
  }

  handBack(socket: string, message: HandBack, now: Instant): PoolCommand[] {
    const session = this.#sessions.hear(socket, now)
    if (!session || message.runs.length === 0) return []
    this.#waiting.mayHaveCome()
    for (const run of message.runs) {
      session.pushed.delete(keyOf(run))
      session.acknowledged.delete(keyOf(run))
    }
    return [{ do: 'hand-back', sessionId: session.sessionId, runs: message.runs }]
  }

  /** Renewals are written for all sessions together: at once when the last write is long enough ago, else with the next one. */
  renew(socket: string, message: Renew, now: Instant): PoolCommand[] {
    const session = this.#sessions.hear(socket, now)
    if (!session) return []
    session.renewal = message
    return this.#renewals(now, this.#timings.renewalWrite / 2)
  }

  #renewals(now: Instant, every: number): PoolCommand[] {
    if (this.#renewedAt !== null && now - this.#renewedAt < every) return []
    for (const session of this.#sessions) if (session.heard || session.renewal) this.#owe(session)
    if (this.#owed.size === 0) return []
    this.#renewedAt = now
    return [{ do: 'renew', contacts: Array.from(this.#owed, ([sessionId, heardAt]) => ({ sessionId, heardAt })) }]
  }

  #owe(session: Session): void {
    session.heard = false
    this.#owed.set(session.sessionId, Math.max(session.heardAt, this.#owed.get(session.sessionId) ?? session.heardAt))
  }

  /** What the session says that it holds, in the renewal that waits for its answer. */
  holding(sessionId: string): readonly RunKey[] {
    return this.#sessions.get(sessionId)?.renewal?.holding ?? []
  }

  /**
   * The statement has renewed; per session that is alive, what the record says it holds. Answers every renewal that had come in before the statement was
   * sent.
   */
  renewed(contacts: readonly Contact[], sentAt: Instant, held: ReadonlyMap<string, readonly HeldByRecord[]>, now: Instant): PoolCommand[] {
    for (const { sessionId, heardAt } of contacts) if ((this.#owed.get(sessionId) ?? heardAt) <= heardAt) this.#owed.delete(sessionId)
    const commands: PoolCommand[] = []
    for (const [sessionId, runs] of held) {
      const session = this.#sessions.get(sessionId)
      const renewal = session?.renewal
      if (!session || !renewal) continue
      session.renewal = null
      commands.push(...this.#compare(sessionId, renewal.holding, runs, renewal.sentAt, now))
    }
    this.#renewedAt = Math.max(this.#renewedAt ?? sentAt, sentAt)
    return commands
  }

  /** The record did not take the contacts: soon again. */
  renewalFailed(now: Instant): void {
    this.#renewedAt = now + this.#timings.renewalAgain - this.#timings.renewalWrite
  }

  /** Whether silence may be judged: the record knows of every contact that is known here. */
  get knowsSilence(): boolean {
    return this.#owed.size === 0
  }

  /** Who holds what, by both books. Answers with `renewed`, re-sends what has not arrived, ends what the worker does not know. */
  #compare(sessionId: string, holding: readonly RunKey[], held: readonly HeldByRecord[], answers: Instant, now: Instant): PoolCommand[] {
    const session = this.#sessions.get(sessionId)
    if (!session) return []
    const said = new Set(holding.map(keyOf))
    const recorded = new Set(held.map(keyOf))
    const lost = holding.filter((run) => !recorded.has(keyOf(run))).map(({ flowRunId, epoch }) => ({ flowRunId, epoch }))
    // Lost by the record, and wanted back: a report of its epoch re-opens it, and a run that is waiting for something has none to send.
    const speak = held.filter((run) => run.stateType === 'CRASHED' && said.has(keyOf(run))).map(bare)
    const message: PoolMessage = { type: 'renewed', answers, fence: this.#timings.fence, lost, ...(speak.length > 0 ? { speak } : {}) }
    const commands: PoolCommand[] = [{ do: 'send', socket: session.socket, message }]
    // Told when it was cancelled; where that was lost, a run that waits for something would not ask.
    for (const run of held.filter(({ stateType }) => stateType === 'CANCELLING').map(bare))
      if (said.has(keyOf(run))) commands.push(...this.direct(sessionId, run, { kind: 'cancel' }))
    // Pushed just now: it may still be on its way.
    const unknown = held.filter((run) => !said.has(keyOf(run)) && !this.#justPushed(session, run, now))
    const again = unknown.filter((run) => run.stateType === 'PENDING')
    // A run past PENDING that the worker does not name: its end is under way, or lies in a spool; for a while. A cancelled one has nothing left to say.
    session.unnamed = new Map(unknown.map((run) => [keyOf(run), session.unnamed.get(keyOf(run)) ?? now]))
    const isOver = (run: RunKey) => now - (session.unnamed.get(keyOf(run)) ?? now) >= this.#timings.exitWithoutState
    const gone = unknown.filter((run) => run.stateType === 'CANCELLING' || (run.stateType !== 'PENDING' && isOver(run)))
    if (again.length > 0) commands.push({ do: 'assign-again', sessionId, runs: again.map(bare) })
    if (gone.length > 0) commands.push({ do: 'lose', sessionId, runs: gone.map(bare), loss: 'not-held' })
    return commands
  }

  #justPushed(session: Session, run: RunKey, now: Instant): boolean {
    const pushedAt = session.pushed.get(keyOf(run))
    return pushedAt !== undefined && now - pushedAt < this.#timings.httpRenewalAfter
  }

  /** The socket is closed. That alone loses nothing. */
  closed(socket: string): void {
    this.#opening.delete(socket)
    const session = this.#sessions.remove(socket)
    if (session?.heard) this.#owe(session)
  }

  /** A text ping was answered by the runtime at that time: the socket lived. */
  pinged(socket: string, at: Instant): void {
    const session = this.#sessions.onSocket(socket)
    if (session && at > session.heardAt) session.heardAt = at
  }

  /** Something may be claimable now, or will be at `due`. */
  rung(due: Instant | null, now: Instant): PoolCommand[] {
    if (!this.#waiting.rung(due, now)) return []
    if (this.hasRoom) return [{ do: 'claim' }]
    // Perhaps every place is only reserved, for an insert that will not happen: whoever rang does not ring again.
    this.#waiting.oweClaim()
    return []
  }

  /** Places became free, of sessions or of limits, and no run waits that did not before. */
  freed(now: Instant): PoolCommand[] {
    return this.#waiting.isNothing(now) ? [] : this.rung(null, now)
  }

  /** What was due has met the workers that are here; when a schedule makes the next run due. */
  met(nextDue: Instant | null): void {
    this.#waiting.nextIs(nextDue)
  }

  /** A claim begins, and sees whatever was rung before. False: nobody has room; as soon as somebody has, a claim is due. */
  beginClaim(): boolean {
    const { hasRoom } = this
    this.#waiting.beginClaim(hasRoom)
    return hasRoom
  }

  /** A claim has ended. Returns when the next run is due, with what was rung meanwhile. */
  claimed(sight: ClaimSight, now: Instant): Instant | null {
    return this.#waiting.claimed(sight, now)
  }

  /** Reserves a place for a run that is about to be inserted; before any await. Undefined when nobody has room. */
  reserve(queueId: string): { sessionId: string; socket: string } | undefined {
    const session = this.#sessions.roomiest(queueId)
    if (!session) return undefined
    session.reserved += 1
    return { sessionId: session.sessionId, socket: session.socket }
  }

  /** Reserves a place with the session that `chooseAssignments` has named; before any await. */
  reserveIn(sessionId: string): void {
    const session = this.#sessions.get(sessionId)
    if (session) session.reserved += 1
  }

  /** The socket on which the session can be told something; undefined while it has none here. */
  socketOf(sessionId: string): string | undefined {
    return this.#sessions.get(sessionId)?.socket
  }

  /** The reserved place is not needed (the insert did not happen) or has become an assignment. */
  release(sessionId: string): void {
    const session = this.#sessions.get(sessionId)
    if (session) session.reserved = Math.max(0, session.reserved - 1)
  }

  /** Pushes what the record has granted. Without a socket it waits for the next hello. */
  assign(sessionId: string, assignments: Assignment[], now: Instant): PoolCommand[] {
    const session = this.#sessions.get(sessionId)
    if (assignments.length > 0) this.#heldLeases = Math.max(1, this.#heldLeases ?? 1)
    if (!session || assignments.length === 0) return []
    for (const assignment of assignments) session.pushed.set(keyOf(assignment), now)
    return [{ do: 'send', socket: session.socket, message: { type: 'assign', assignments } }]
  }

  /** Tells a run's worker something, if it is connected here. */
  direct(sessionId: string, run: RunKey, directive: Directive): PoolCommand[] {
    const session = this.#sessions.get(sessionId)
    return session ? [{ do: 'send', socket: session.socket, message: { type: 'direct', ...bare(run), directive } }] : []
  }

  /** Somebody wants the worker to leave: nothing more is given to it, and it is told if it is connected here. */
  drain(sessionId: string): PoolCommand[] {
    const session = this.#sessions.get(sessionId)
    if (!session) return []
    session.draining = true
    return [{ do: 'send', socket: session.socket, message: { type: 'drain' } }]
  }

  /**
   * A judge has been: which leases the pool still holds, and which PENDING runs their sessions have had for a while. Those that nobody has acknowledged
   * here are sent again: the push may have been lost, or never happened because the claim's answer did not come.
   */
  judged({ count, silentIn }: HeldLeases, starting: readonly StartingRun[], now: Instant): PoolCommand[] {
    this.#heldLeases = count
    this.#silentAt = silentIn === null ? null : now + Math.max(silentIn, this.#timings.judgeAgain)
    this.#waiting.mayHaveCome()
    const commands: PoolCommand[] = []
    for (const session of this.#sessions) {
      const own = starting.filter((run) => run.sessionId === session.sessionId)
      const keys = new Set(own.map(keyOf))
      // A judge does not name what was given out a moment ago.
      for (const [key, at] of session.acknowledged) if (!keys.has(key) && now - at >= this.#timings.httpRenewalAfter) session.acknowledged.delete(key)
      const runs = own.filter((run) => !session.acknowledged.has(keyOf(run)) && !this.#justPushed(session, run, now)).map(bare)
      if (runs.length > 0) commands.push({ do: 'assign-again', sessionId: session.sessionId, runs })
    }
    return commands
  }

  /** The record was asked to give runs out and did not answer: it may have done so. The judge looks soon, and what was given is sent again. */
  unsure(now: Instant): void {
    this.#heldLeases = null
    this.#judgedAt = Math.min(this.#judgedAt ?? now, now + this.#timings.httpRenewalAfter - this.#timings.judgeAlarm)
  }

  /** What is due at this moment; the alarm calls it. */
  tick(now: Instant): PoolCommand[] {
    const commands = this.#renewals(now, this.#timings.renewalWrite)
    if (this.#judgeDue(now) <= now) {
      this.#judgedAt = now
      this.#silentAt = null
      commands.push({ do: 'judge' })
    }
    if (this.#waiting.takeDue(now) && !this.hasRoom && this.#sessions.isAttended(this.#timings.workerOnline, now)) commands.push({ do: 'meet' })
    if (this.hasRoom && this.#waiting.takeOwedClaim()) commands.push({ do: 'claim' })
    return commands
  }

  /** When to wake; null = an idle pool needs no alarm. */
  nextAlarm(now: Instant): Instant | null {
    const due = [this.#judgeDue(now)]
    const { nextDue, owesClaim } = this.#waiting
    if (nextDue !== null && this.#sessions.size > 0) due.push(nextDue)
    if (owesClaim && this.hasRoom) due.push(now)
    const isHeard = [...this.#sessions].some((session) => session.renewal !== null || (session.heard && this.#heldLeases !== 0))
    const renewing = isHeard || (this.#owed.size > 0 && this.#heldLeases !== 0)
    if (renewing) due.push((this.#renewedAt ?? now - this.#timings.renewalWrite) + this.#timings.renewalWrite)
    const next = Math.min(...due)
    return Number.isFinite(next) ? Math.max(next, now) : null
  }

  #judgeDue(now: Instant): Instant {
    if (this.#heldLeases === 0) return Number.POSITIVE_INFINITY
    if (this.#judgedAt === null) return now
    return Math.min(this.#judgedAt + this.#timings.judgeAlarm, this.#silentAt ?? Number.POSITIVE_INFINITY)
  }

  /** Who has room, for `chooseAssignments`. */
  rooms(): WorkerRoom[] {
    return this.#sessions.rooms()
  }

  get hasRoom(): boolean {
    return this.#sessions.hasRoom
  }

  /** Says why, and closes. */
  goodbye(socket: string, code: Goodbye['code'], message: string, retry: boolean): PoolCommand[] {
    this.closed(socket)
    return [
      { do: 'send', socket, message: { type: 'goodbye', code, message, retry } },
      { do: 'close', socket, code: CLOSE_CODES[code], reason: code },
    ]
  }
}

const keyOf = ({ flowRunId, epoch }: RunKey): string => `${flowRunId}/${epoch}`

const bare = ({ flowRunId, epoch }: RunKey): RunKey => ({ flowRunId, epoch })
