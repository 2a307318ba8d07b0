/**
 * The worker's side of leases, as a state machine without clock or I/O: what to do with assignments, what to tell its WorkPool, when to let go.
 *
 * 1. An assignment is acted upon once, whatever number of times it arrives; a later epoch of a run it holds waits until the earlier one has ended.
 * 2. It never takes more runs than it has slots; what is too much goes back at once.
 * 3. A run is held, and named in hello and renew, from its arrival until its end is in the record.
 */
import { type Clocks, type Fence, fenceOfAssignment, fencePassed, fenceStops, mayStartAtOnce, moveFence, type ServerClock } from './fence.ts'
import type { Assignment } from './protocol/assignment.ts'
import type { Renewed, Welcome } from './protocol/pool-messages.ts'
import type { RunAnswer } from './protocol/reports.ts'
import type { Acknowledge, HandBack, Hello, Renew, Room, RunKey } from './protocol/worker-messages.ts'
import { isFinal, type StateType } from './states.ts'
import type { Timings } from './timings.ts'

/** A run that this worker holds. */
export interface HeldRun {
  assignment: Assignment
  fence: Fence
  /** `starting` a runner is being found; `running` a runner has it; `ended` its process is gone, its end not yet in the record; `stopping` it was told to go. */
  phase: 'starting' | 'running' | 'stopping' | 'ended'
  /** Whether user code may start without asking. */
  startAtOnce: boolean
  runningAcknowledged: boolean
}

/** What the worker has to do with an assignment. */
export type AssignmentVerdict =
  /** Give it to a runner. `startAtOnce` false: the runner proposes RUNNING and waits for the acknowledgement. */
  | { kind: 'start'; held: HeldRun }
  /** Known already: acknowledge, nothing else. */
  | { kind: 'known' }
  /** Send it back: no runner gets it. */
  | { kind: 'hand-back'; reason: string }

/** What the worker has to do after hearing of its runs. */
export type HolderOrder = { kind: 'stop'; run: RunKey; reason: string } | { kind: 'cancel'; run: RunKey }

export class Holder {
  readonly sessionId: string
  readonly slots: number
  draining = false
  server: ServerClock | null = null
  #timings: Timings
  #held = new Map<string, HeldRun>()

  constructor(start: { sessionId: string; slots: number; timings: Timings }) {
    this.sessionId = start.sessionId
    this.slots = start.slots
    this.#timings = start.timings
  }

  /** Slots that could take a run now. */
  get free(): number {
    return this.draining ? 0 : Math.max(0, this.slots - this.#occupied())
  }

  /** A run occupies its slot until its process has ended. */
  #occupied(): number {
    let count = 0
    for (const held of this.#held.values()) if (held.phase !== 'ended') count += 1
    return count
  }

  get holding(): RunKey[] {
    return [...this.#held.values()].map(({ assignment: { flowRunId, epoch } }) => ({ flowRunId, epoch }))
  }

  get held(): readonly HeldRun[] {
    return [...this.#held.values()]
  }

  find(flowRunId: string, epoch: number): HeldRun | undefined {
    const held = this.#held.get(flowRunId)
    return held?.assignment.epoch === epoch ? held : undefined
  }

  hello(about: Pick<Hello, 'protocol' | 'worker' | 'queues'>, now: Clocks): Hello {
    return { type: 'hello', ...about, sessionId: this.sessionId, slots: this.slots, holding: this.holding, sentAt: now.wall }
  }

  room(): Room {
    return { type: 'room', free: this.free, draining: this.draining }
  }

  renew(now: Clocks): Renew {
    return { type: 'renew', sentAt: now.wall, holding: this.holding }
  }

  /** The answer to hello: learns the server's clock. `sent` = both clocks when hello was sent. */
  onWelcome(welcome: Pick<Welcome, 'serverTime'>, sent: Clocks): void {
    this.server = { serverTime: welcome.serverTime, learntAt: sent }
  }

  /** Any later answer that carries the server's time refreshes it. */
  onServerTime(serverTime: number, sent: Clocks): void {
    if (this.server === null || sent.monotonic > this.server.learntAt.monotonic) this.server = { serverTime, learntAt: sent }
  }

  /** Decides about one assignment. Acknowledge `start` and `known`; send `hand-back` back. */
  onAssign(assignment: Assignment, now: Clocks): AssignmentVerdict {
    const { flowRunId, epoch } = assignment
    const known = this.#held.get(flowRunId)
    if (known && known.assignment.epoch >= epoch) return { kind: 'known' }
    if (known && known.phase !== 'ended') return { kind: 'hand-back', reason: `epoch ${known.assignment.epoch} of the run has not ended here yet` }
    if (this.draining) return { kind: 'hand-back', reason: 'the worker is draining' }
    if (this.free < 1) return { kind: 'hand-back', reason: `all ${this.slots} slots of the worker are taken` }
    if (this.server === null) return { kind: 'hand-back', reason: 'the worker does not know the time of the server yet' }
    const held: HeldRun = {
      assignment,
      fence: fenceOfAssignment(assignment, this.server, now),
      phase: 'starting',
      startAtOnce: mayStartAtOnce(assignment, this.server, now, this.#timings),
      runningAcknowledged: false,
    }
    this.#held.set(flowRunId, held)
    return { kind: 'start', held }
  }

  acknowledge(runs: RunKey[]): Acknowledge {
    return { type: 'acknowledge', runs }
  }

  /** Asked again right before user code starts: finding a runner may have taken long. */
  mayStartNow(held: HeldRun, now: Clocks): boolean {
    return held.startAtOnce && this.server !== null && mayStartAtOnce(held.assignment, this.server, now, this.#timings)
  }

  /** A runner has the run: from here on it cannot be handed back. */
  onStarted(run: RunKey): void {
    const held = this.find(run.flowRunId, run.epoch)
    if (held?.phase === 'starting') held.phase = 'running'
  }

  /** Lets go of runs that no runner got (draining, no room, a spare that would not boot) and says so. */
  handBack(runs: readonly RunKey[], reason: string): HandBack {
    const back = runs.filter(({ flowRunId, epoch }) => {
      const held = this.find(flowRunId, epoch)
      if (held && held.phase !== 'starting') return false
      if (held) this.#held.delete(flowRunId)
      return true
    })
    return { type: 'hand-back', runs: back.map(({ flowRunId, epoch }) => ({ flowRunId, epoch, reason })) }
  }

  /** Nothing more, please. Returns the runs that no runner has got yet, to be handed back. */
  drain(): RunKey[] {
    this.draining = true
    return this.held.filter((held) => held.phase === 'starting').map(({ assignment: { flowRunId, epoch } }) => ({ flowRunId, epoch }))
  }

  /** The process of a run is gone. The run stays held until its end is in the record. */
  onExited(run: RunKey): void {
    const held = this.find(run.flowRunId, run.epoch)
    if (held) held.phase = 'ended'
  }

  /** The answer to a renewal: fences move, lost runs are to be stopped. `sent` = both clocks when it was sent, `holding` what it named. */
  onRenewed(renewed: Pick<Renewed, 'fence' | 'lost'>, sent: Clocks, holding: readonly RunKey[]): HolderOrder[] {
    const lost = new Set(renewed.lost.map(keyOf))
    for (const run of holding) {
      const held = this.find(run.flowRunId, run.epoch)
      if (held && !lost.has(keyOf(run))) held.fence = moveFence(held.fence, sent, renewed.fence)
    }
    return renewed.lost.flatMap((run) => this.#letGo(run, 'the run is not held by this worker any more'))
  }

  /** What an answer to /reports says of one run. `sent` = both clocks when the request was sent. */
  onRunAnswer(answer: RunAnswer, sent: Clocks): HolderOrder[] {
    const { flowRunId, epoch } = answer
    const held = this.find(flowRunId, epoch)
    if (!held) return []
    held.fence = moveFence(held.fence, sent, answer.fence)
    if (answer.acknowledged > 0) held.runningAcknowledged = true
    const stop = answer.directives.find((directive) => directive.kind === 'stop')
    if (stop?.kind === 'stop') return this.#letGo({ flowRunId, epoch }, stop.reason)
    if (answer.stateType !== null && isFinal(answer.stateType as StateType) && held.phase === 'ended') this.#held.delete(flowRunId)
    return answer.directives.some((directive) => directive.kind === 'cancel') && held.phase !== 'ended'
      ? [{ kind: 'cancel', run: { flowRunId, epoch } }]
      : []
  }

  /** Runs whose fence has passed and that must therefore be stopped. */
  onTick(now: Clocks): HolderOrder[] {
    return this.held.flatMap((held) => {
      const { flowRunId, epoch, deployment } = held.assignment
      if (held.phase !== 'starting' && held.phase !== 'running') return []
      const { runningAcknowledged } = held
      const stops = fenceStops({
        onContactLost: deployment?.onContactLost ?? 'continue',
        startAgain: deployment?.startAgain ?? false,
        runningAcknowledged,
      })
      return stops && fencePassed(held.fence, now) ? this.#letGo({ flowRunId, epoch }, 'contact was lost for too long') : []
    })
  }

  #letGo(run: RunKey, reason: string): HolderOrder[] {
    const held = this.find(run.flowRunId, run.epoch)
    if (!held) return []
    if (held.phase === 'ended') {
      this.#held.delete(run.flowRunId)
      return []
    }
    if (held.phase === 'stopping') return []
    held.phase = 'stopping'
    return [{ kind: 'stop', run, reason }]
  }

  /** The run is over here and in the record, or the record does not want to hear of it any more. */
  forget(run: RunKey): void {
    if (this.find(run.flowRunId, run.epoch)) this.#held.delete(run.flowRunId)
  }
}

const keyOf = ({ flowRunId, epoch }: RunKey): string => `${flowRunId}/${epoch}`
