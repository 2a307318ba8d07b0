/**
 * What really happens in the simulated world, beside what the parts believe, and the invariants that must hold after every step. Numbers as in
 * docs/decisions on the simulation. A violation throws at once, with the step at which it happened.
 */
import type { Change } from '../../core/change.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { isLost } from '../../core/report-matrix.ts'
import { isFinal, type State } from '../../core/states.ts'
import type { World } from './world.ts'

export class Violation extends Error {
  readonly invariant: string
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`)
    this.name = 'Violation'
    this.invariant = invariant
  }
}

/** User code of one run that is being executed somewhere. */
export interface Body {
  flowRunId: string
  epoch: number
  /** Its machine sleeps: it executes nothing. */
  isAsleep: () => boolean
}

/** Who wrote a change: only some may lead out of a final state. */
export type Writer = 'report' | 'holder' | 'judge' | 'person' | 'pool'

export class Truth {
  #world: World
  #bodies = new Set<Body>()
  #started = new Map<string, number>()
  /** By run: epochs up to here may overlap with later ones, because a person said so. */
  #forcedAfter = new Map<string, number>()
  #stateIds = new Set<string>()
  #stored = new Map<string, string>()

  constructor(world: World) {
    this.#world = world
  }

  /** 1. User code of one attempt never starts twice; 2. two epochs never run at the same time. */
  bodyStarts(body: Body, attempt: number): void {
    const attempts = this.#started.get(keyOf(body)) ?? 0
    if (attempt <= attempts) throw new Violation('user code starts once', `attempt ${attempt} of ${keyOf(body)} starts a second time`)
    this.#started.set(keyOf(body), attempt)
    this.#bodies.add(body)
    this.#world.tell(() => `${keyOf(body)} user code starts, attempt ${attempt}`)
    this.checkOverlaps(body.flowRunId)
  }

  bodyEnds(body: Body): void {
    this.#bodies.delete(body)
    this.#world.tell(() => `${keyOf(body)} user code ends`)
  }

  checkOverlaps(flowRunId: string): void {
    const awake = [...this.#bodies].filter((body) => body.flowRunId === flowRunId && !body.isAsleep())
    if (awake.length < 2) return
    const forced = this.#forcedAfter.get(flowRunId) ?? 0
    for (const first of awake) {
      for (const second of awake) {
        const byForce = first.epoch <= forced && second.epoch > forced
        if (first.epoch < second.epoch && !byForce)
          throw new Violation('two epochs never run at once', `${keyOf(first)} and ${keyOf(second)} both run`)
      }
    }
  }

  /** A person sent the run back while its old holder may still be out there. */
  personRetried(flowRunId: string, epochBefore: number): void {
    this.#forcedAfter.set(flowRunId, epochBefore)
  }

  /** 3. No claim beyond a limit. */
  claimed(limitId: string, used: number, max: number): void {
    if (used > max) throw new Violation('no claim beyond a limit', `${limitId} has ${used} of ${max} slots taken after a claim`)
  }

  /** 4. Final is final; 5. states are recorded once, and their times rise; no lease outlives its run, no slot its lease. */
  written(before: FlowRunFacts, change: Change, after: FlowRunFacts, slots: number, writer: Writer): void {
    let present: State = before.state
    for (const state of change.states) {
      const isWayOut =
        (writer === 'report' && isLost(present)) || writer === 'person' || (present.type === 'CRASHED' && state.name === 'AwaitingRetry')
      if (isFinal(present.type) && !isWayOut)
        throw new Violation('final is final', `${before.id} went from ${present.name} to ${state.name} by ${writer}`)
      if (state.timestamp <= present.timestamp) throw new Violation('times rise', `${before.id}: ${state.name} is not after ${present.name}`)
      present = state
    }
    for (const state of [...change.states, ...change.history]) {
      if (this.#stateIds.has(state.id)) throw new Violation('a state is recorded once', `${state.name} of ${before.id} was recorded before`)
      this.#stateIds.add(state.id)
    }
    if (isFinal(after.state.type) && after.holder !== null)
      throw new Violation('the lease ends with the run', `${after.id} is ${after.state.name} and has a holder`)
    if (after.holder === null && slots > 0) throw new Violation('slots live as long as the lease', `${after.id} has ${slots} slots and no holder`)
    if (after.epoch < before.epoch) throw new Violation('epochs rise', `${after.id} went back to epoch ${after.epoch}`)
  }

  /** What a statement has stored of a report. */
  stored(flowRunId: string, epoch: number, n: number, content: string): void {
    this.#stored.set(`${flowRunId}/${epoch}/${n}`, content)
  }

  /** 6. Nothing is acknowledged before it is stored, and what is stored is what was sent. */
  acknowledged(flowRunId: string, epoch: number, n: number, content: string): void {
    const stored = this.#stored.get(`${flowRunId}/${epoch}/${n}`)
    if (stored === undefined) throw new Violation('acknowledged is stored', `report ${n} of ${flowRunId}/${epoch} was acknowledged and is not stored`)
    if (stored !== content)
      throw new Violation('acknowledged is stored', `report ${n} of ${flowRunId}/${epoch} was acknowledged, but something else is stored`)
  }

  /** 7. No run is lost by silence while its worker lives and only we were away. */
  lostBySilence(run: FlowRunFacts, holderWasWellFor: number, silence: number): void {
    if (holderWasWellFor >= silence) {
      throw new Violation(
        'our absence loses nothing',
        `${run.id} was judged lost at ${this.#world.elapsed}, although its holder was well for ${Math.round(holderWasWellFor / 1_000)} s`,
      )
    }
  }
}

const keyOf = ({ flowRunId, epoch }: { flowRunId: string; epoch: number }): string => `${flowRunId}/${epoch}`
