/**
 * The record, in memory: the same statements as db/transitions with the same guards, each atomic. Whoever asks it waits for its answer like for a database:
 * it may refuse, and it may have written although the answer never came (`Database`).
 */
import type { Change } from '../../core/change.ts'
import type { HeldByRecord } from '../../core/pool-commands.ts'
import type { LimitFacts, QueueFacts, WaitingRun } from '../../core/dispatch.ts'
import type { FlowRunFacts, FlowRunPolicyFacts, Holder } from '../../core/flow-run.ts'
import type { Instant } from '../../core/instant.ts'
import type { RunToJudge } from '../../core/leases.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { timeAfter } from '../../core/state-clock.ts'
import { isFinal, makeState, type State, type StateDetails } from '../../core/states.ts'
import type { Timings } from '../../core/timings.ts'
import type { Safeguards } from './safeguards.ts'
import { Schedules } from './schedules.ts'
import type { Truth, Writer } from './truth.ts'
import type { World } from './world.ts'

export interface Row {
  facts: FlowRunFacts
  workQueueId: string | null
  limitIds: string[]
  scheduledTime: number | null
  /** The session that this epoch was given to. */
  givenTo: string | null
  exitedAt: number | null
  exit: NonNullable<StateDetails['exit']> | null
  /** Of a run that a schedule has made. */
  occurrence: { scheduleId: string; at: number; isMet: boolean } | null
  startedAt: number | null
  endedAt: number | null
  /** The run that has started it. */
  parentId: string | null
}

interface SessionRow {
  sessionId: string
  workPoolId: string
  workerName: string
  heardAt: number
  ended: boolean
}

interface JudgeRow {
  judgedAt: number
  graceUntil: number
}

export interface NewRun {
  id: string
  workPoolId: string
  workQueueId: string
  limitIds: string[]
  scheduledTime: number
  workPoolType: string
  policy: FlowRunPolicyFacts
  /** Its first state, when that is given. */
  state?: State
  /** The run that starts it. */
  parentId?: string
}

export interface Claim {
  flowRunId: string
  sessionId: string
  stateId?: string
}

interface ClaimOutcome {
  outcome: 'claimed' | 'limit' | 'run' | 'paused' | 'session'
  endedSessionIds: string[]
}

export interface Write {
  change: Change
  exit?: NonNullable<StateDetails['exit']>
  /** What a report stores, as text: checked when it is acknowledged. */
  stored?: { n: number; content: string }
}

export interface Applied {
  written: boolean
  facts: FlowRunFacts | null
  /** The pool to ring because a lease ended or the run is claimable; `isFreed`: only the former. */
  ring: { workPoolId: string; dueAt: number | null; isFreed: boolean } | null
}

export class Record {
  readonly runs = new Map<string, Row>()
  readonly sessions = new Map<string, SessionRow>()
  readonly limits = new Map<string, { max: number; holders: Set<string> }>()
  readonly queues: QueueFacts[] = []
  readonly schedules: Schedules
  #judges = new Map<string, JudgeRow>()
  #world: World
  #truth: Truth
  #recountsLimits: boolean
  #timings: Timings
  /** How long the holder of a run has been well, by the truth. */
  holderWasWellFor: (run: FlowRunFacts) => number = () => 0

  constructor(world: World, truth: Truth, timings: Timings, safeguards: Safeguards) {
    this.#world = world
    this.#truth = truth
    this.#timings = timings
    this.#recountsLimits = safeguards.recountsLimits
    this.schedules = new Schedules(world, this, safeguards)
  }

  get now(): number {
    return this.#world.now
  }

  // ---- transitions ----

  apply(writes: readonly Write[], writer: Writer): Applied[] {
    // Two writes for one run: only the first is written.
    const named = new Set<string>()
    return writes.map((write) => {
      const { flowRunId } = write.change
      if (named.has(flowRunId)) return { written: false, facts: this.runs.get(flowRunId)?.facts ?? null, ring: null }
      named.add(flowRunId)
      return this.#applyOne(write, writer)
    })
  }

  #applyOne({ change, exit, stored }: Write, writer: Writer): Applied {
    const row = this.runs.get(change.flowRunId)
    if (!row) return { written: false, facts: null, ring: null }
    const before = row.facts
    const { guard } = change
    const holds =
      guard.stateId === before.state.id &&
      guard.epoch === before.epoch &&
      (guard.lastN === undefined || guard.lastN === before.lastN) &&
      (guard.heardAt === undefined || guard.heardAt === before.heardAt)
    if (!holds) return { written: false, facts: before, ring: null }
    const silent = writer === 'judge' && guard.heardAt !== undefined && isFinal(change.states.at(-1)?.type ?? before.state.type)
    if (silent && before.holder?.kind === 'worker') this.#truth.lostBySilence(before, this.holderWasWellFor(before), this.#timings.silence)

    const holder: Holder | null = change.lease === 'end' ? null : change.lease === 'regain' ? (change.holder ?? null) : before.holder
    const state = change.states.at(-1) ?? before.state
    const isHeard = change.lease === 'regain' || (change.heard === true && change.lease === 'keep' && before.holder !== null)
    const isGivenUp = change.raiseEpoch && change.lease === 'end'
    const after: FlowRunFacts = {
      ...before,
      state,
      holder,
      epoch: change.raiseEpoch ? before.epoch + 1 : before.epoch,
      lastN: change.raiseEpoch ? 0 : (change.lastN ?? before.lastN),
      clockShift: change.raiseEpoch ? null : (change.clockShift ?? before.clockShift),
      heardAt: isHeard ? this.now : isGivenUp ? null : before.heardAt,
      claimedAt: change.lease === 'regain' ? (before.claimedAt ?? this.now) : isGivenUp ? null : before.claimedAt,
      runCount: change.runCount ?? before.runCount,
    }
    row.facts = after
    row.startedAt ??= change.states.find(({ type }) => type === 'RUNNING')?.timestamp ?? null
    if (change.states.length > 0) row.endedAt = isFinal(state.type) ? state.timestamp : null
    this.#world.tell(
      () =>
        `${before.id}/${before.epoch} ${writer}: ${before.state.name} -> ${change.states.map((one) => `${one.name} (${one.message})`).join(' -> ') || '='} lease ${change.lease} n ${after.lastN} epoch ${after.epoch}`,
    )
    row.scheduledTime = change.scheduledTime ?? row.scheduledTime
    if (change.lease !== 'keep' || before.holder === null) Object.assign(row, { exit: null, exitedAt: null })
    else if (exit && row.exitedAt === null) Object.assign(row, { exit, exitedAt: this.now })
    if (change.raiseEpoch) row.givenTo = null
    if (change.lease === 'end') for (const id of row.limitIds) this.limits.get(id)?.holders.delete(before.id)
    if (change.lease === 'regain') for (const id of row.limitIds) this.limits.get(id)?.holders.add(before.id)
    if (stored) this.#truth.stored(before.id, before.epoch, stored.n, stored.content)
    this.#truth.written(before, change, after, this.slotsOf(before.id), writer)
    const rings = before.workPoolId !== null && holder === null && (change.lease === 'end' || state.type === 'SCHEDULED')
    const dueAt = state.type === 'SCHEDULED' && holder === null ? row.scheduledTime : null
    return { written: true, facts: after, ring: rings ? { workPoolId: before.workPoolId as string, dueAt, isFreed: isFinal(state.type) } : null }
  }

  /** The whole list or nothing. `reason` as the statement names it. */
  claim(claims: readonly Claim[]): ClaimOutcome {
    const wanted = new Map<string, number>()
    for (const { flowRunId } of claims) for (const id of this.runs.get(flowRunId)?.limitIds ?? []) wanted.set(id, (wanted.get(id) ?? 0) + 1)
    const isFull = [...wanted].some(([id, count]) => this.#isFull(id, count))
    const rows = claims.map(({ flowRunId }) => this.runs.get(flowRunId))
    const endedSessionIds = [...new Set(claims.map((claim) => claim.sessionId))].filter((id) => this.sessions.get(id)?.ended !== false)
    if (isFull) return { outcome: 'limit', endedSessionIds: [] }
    if (rows.some((row) => !row || !this.#isClaimable(row))) return { outcome: 'run', endedSessionIds: [] }
    if (rows.some((row) => row && this.#isPaused(row))) return { outcome: 'paused', endedSessionIds: [] }
    if (endedSessionIds.length > 0) return { outcome: 'session', endedSessionIds }
    for (const { flowRunId, sessionId, stateId } of claims) this.#give(this.runs.get(flowRunId) as Row, sessionId, stateId)
    return { outcome: 'claimed', endedSessionIds: [] }
  }

  #isFull(limitId: string, wanted: number): boolean {
    const limit = this.limits.get(limitId)
    return this.#recountsLimits && limit !== undefined && limit.holders.size + wanted > limit.max
  }

  #isPaused = ({ workQueueId }: Row): boolean => this.#queueOf(workQueueId)?.isPaused !== false

  #queueOf = (workQueueId: string | null): QueueFacts | undefined => this.queues.find((queue) => queue.id === workQueueId)

  #isClaimable = (row: Row): boolean =>
    row.facts.state.type === 'SCHEDULED' &&
    row.facts.holder === null &&
    row.workQueueId !== null &&
    (row.scheduledTime ?? 0) <= this.now &&
    !this.schedules.isHeld(row)

  #give(row: Row, sessionId: string, stateId: string = this.#world.newId()): void {
    const before = row.facts
    const state = makeState({ id: stateId, type: 'PENDING', timestamp: timeAfter(before.state.timestamp, this.now) })
    row.facts = { ...before, state, holder: { kind: 'worker', sessionId }, heardAt: this.now, claimedAt: this.now }
    Object.assign(row, { givenTo: sessionId, exit: null, exitedAt: null })
    this.#truth.given(before.id, before.epoch, sessionId)
    this.schedules.given(row)
    this.#world.tell(() => `${before.id}/${before.epoch} given to session ${sessionId}`)
    for (const id of row.limitIds) {
      const limit = this.limits.get(id)
      limit?.holders.add(before.id)
      if (limit) this.#truth.claimed(id, limit.holders.size, limit.max)
    }
  }

  /** On conflict do nothing. */
  insert(run: NewRun): void {
    if (this.runs.has(run.id)) return
    this.#truth.created(run.id)
    const state =
      run.state ?? makeState({ id: this.#world.newId(), type: 'SCHEDULED', timestamp: this.now, details: { scheduledTime: run.scheduledTime } })
    this.runs.set(run.id, {
      facts: {
        id: run.id,
        workspaceId: 'w',
        state,
        epoch: 1,
        lastN: 0,
        holder: null,
        heardAt: null,
        claimedAt: null,
        clockShift: null,
        runCount: 0,
        deploymentId: 'd',
        workPoolId: run.workPoolId,
        workPoolType: run.workPoolType,
        rootFlowRunId: null,
        startTime: null,
        policy: run.policy,
      },
      workQueueId: run.workQueueId,
      limitIds: run.limitIds,
      scheduledTime: run.scheduledTime,
      givenTo: null,
      exitedAt: null,
      exit: null,
      occurrence: null,
      startedAt: null,
      endedAt: null,
      parentId: run.parentId ?? null,
    })
  }

  /** Optimistic dispatch: inserts the run PENDING, provided that nothing that is due, may start and comes first waits, and every limit has room. */
  offer(run: NewRun, sessionId: string, stateId?: string): 'assigned' | 'existed' | 'paused' | 'session' | 'limit' | 'waiting' {
    if (this.runs.has(run.id)) return 'existed'
    const queue = this.#queueOf(run.workQueueId)
    if (queue?.isPaused !== false) return 'paused'
    if (this.sessions.get(sessionId)?.ended !== false) return 'session'
    if (run.limitIds.some((id) => this.#isFull(id, 1))) return 'limit'
    const comesFirst = (row: Row): boolean => {
      const other = this.#queueOf(row.workQueueId)
      if (row.facts.workPoolId !== run.workPoolId || !this.#isClaimable(row) || !other || other.isPaused || other.priority > queue.priority)
        return false
      return !row.limitIds.some((id) => id !== row.facts.workPoolId && this.#isFull(id, 1))
    }
    for (const row of this.runs.values()) if (comesFirst(row)) return 'waiting'
    this.insert(run)
    this.#give(this.runs.get(run.id) as Row, sessionId, stateId)
    return 'assigned'
  }

  openSession(open: { sessionId: string; workPoolId: string; workerName: string }) {
    const known = this.sessions.get(open.sessionId)
    if (known?.ended) return { ended: true, held: [], endedSessionIds: [], now: this.now }
    const endedSessionIds: string[] = []
    for (const session of this.sessions.values()) {
      if (session.workPoolId !== open.workPoolId || session.workerName !== open.workerName || session.sessionId === open.sessionId) continue
      if (session.ended) continue
      session.ended = true
      endedSessionIds.push(session.sessionId)
    }
    if (known) known.heardAt = this.now
    else this.sessions.set(open.sessionId, { ...open, heardAt: this.now, ended: false })
    this.#hear(open.sessionId, this.now)
    return { ended: false, held: this.heldBy(open.sessionId), endedSessionIds, now: this.now }
  }

  /** Sessions that are alive, each with what it holds. */
  renew(heard: readonly { sessionId: string; silentFor: number }[]): Map<string, HeldByRecord[]> {
    const alive = heard.filter(({ sessionId }) => this.sessions.get(sessionId)?.ended === false)
    for (const { sessionId, silentFor } of alive) this.#hear(sessionId, this.now - silentFor)
    return new Map(alive.map(({ sessionId }) => [sessionId, this.heldBy(sessionId)]))
  }

  #hear(sessionId: string, at: Instant): void {
    const session = this.sessions.get(sessionId)
    if (session) session.heardAt = Math.max(session.heardAt, at)
    for (const row of this.runs.values()) {
      const { holder, heardAt } = row.facts
      if (holder?.kind === 'worker' && holder.sessionId === sessionId) row.facts = { ...row.facts, heardAt: Math.max(heardAt ?? at, at) }
    }
  }

  /** Notes that a judge looked; answers whether it may judge. */
  tickJudge(name: string, away: number): boolean {
    const row = this.#judges.get(name)
    const graceUntil = !row || row.judgedAt < this.now - away ? this.now + this.#timings.judgeGrace : row.graceUntil
    this.#judges.set(name, { judgedAt: this.now, graceUntil })
    return graceUntil <= this.now
  }

  // ---- queries ----

  read(flowRunIds: readonly string[]): Map<string, FlowRunFacts> {
    return new Map(flowRunIds.flatMap((id) => (this.runs.has(id) ? [[id, (this.runs.get(id) as Row).facts] as const] : [])))
  }

  heldBy(sessionId: string): HeldByRecord[] {
    const held: HeldByRecord[] = []
    for (const { facts } of this.runs.values()) {
      if (facts.holder?.kind === 'worker' && facts.holder.sessionId === sessionId)
        held.push({ flowRunId: facts.id, epoch: facts.epoch, stateType: facts.state.type })
    }
    return held
  }

  /** Runs that this epoch was given to the session. */
  givenTo(sessionId: string, key: RunKey): boolean {
    const row = this.runs.get(key.flowRunId)
    return row?.facts.epoch === key.epoch && row.givenTo === sessionId && this.sessions.get(sessionId)?.ended === false
  }

  listToJudge(workPoolId: string | null): RunToJudge[] {
    const due: RunToJudge[] = []
    for (const { facts, exitedAt, exit } of this.runs.values()) {
      if (facts.holder === null || (workPoolId !== null && facts.workPoolId !== workPoolId)) continue
      const isSessionOver = facts.holder.kind === 'worker' && this.sessions.get(facts.holder.sessionId)?.ended !== false
      due.push({ facts, isSessionOver, exitedAt, exit })
    }
    return due
  }

  listCancelling(): FlowRunFacts[] {
    return [...this.runs.values()].map((row) => row.facts).filter((facts) => facts.state.type === 'CANCELLING')
  }

  /** What the run has started and what that has started in turn, as far as it is not over. */
  listOpenDescendants(flowRunId: string): FlowRunFacts[] {
    const open = [...this.runs.values()].filter(({ parentId, facts }) => parentId === flowRunId && !isFinal(facts.state.type))
    return open.flatMap(({ facts }) => [facts, ...this.listOpenDescendants(facts.id)])
  }

  /** Children that the cancellation of their parent has not reached. Not those that were given out anew since. */
  listLeftChildren(): FlowRunFacts[] {
    return [...this.runs.values()].flatMap(({ parentId, facts }) => {
      const parent = parentId === null ? undefined : this.runs.get(parentId)?.facts
      if (!parent || isFinal(facts.state.type) || facts.state.type === 'CANCELLING') return []
      if (parent.state.type !== 'CANCELLED' && parent.state.type !== 'CANCELLING') return []
      const isOlder = Math.min(facts.state.timestamp, facts.claimedAt ?? Number.POSITIVE_INFINITY) <= parent.state.timestamp
      return facts.epoch === 1 || isOlder ? [facts] : []
    })
  }

  listWaiting(workPoolId: string): { runs: WaitingRun[]; limits: LimitFacts[]; nextDue: number | null } {
    const runs: WaitingRun[] = []
    let nextDue: number | null = null
    for (const row of this.runs.values()) {
      const { facts, scheduledTime, workQueueId, limitIds } = row
      if (facts.workPoolId !== workPoolId || facts.state.type !== 'SCHEDULED' || facts.holder !== null || workQueueId === null) continue
      if (this.#isPaused(row)) continue
      const due = scheduledTime ?? 0
      if (due <= this.now && this.schedules.isHeld(row)) continue
      if (due <= this.now) runs.push({ flowRunId: facts.id, epoch: facts.epoch, workQueueId, scheduledTime: due, limitIds })
      else nextDue = nextDue === null ? due : Math.min(nextDue, due)
    }
    const limits = [...this.limits].map(([id, { max, holders }]) => ({ id, max, used: holders.size }))
    return { runs, limits, nextDue }
  }

  slotsOf(flowRunId: string): number {
    let count = 0
    for (const { holders } of this.limits.values()) if (holders.has(flowRunId)) count += 1
    return count
  }

  /** Every run has ended, or waits in a paused queue. */
  get isSettled(): boolean {
    for (const row of this.runs.values()) {
      const { state, holder } = row.facts
      if (!isFinal(state.type) && (holder !== null || state.type !== 'SCHEDULED' || !this.#isPaused(row))) return false
    }
    return true
  }

  /** Runs that could be claimed now, if a worker had room. */
  claimable(): Row[] {
    return [...this.runs.values()].filter((row) => this.#isClaimable(row) && !this.#isPaused(row) && !row.limitIds.some((id) => this.#isFull(id, 1)))
  }
}
