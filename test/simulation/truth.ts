/**
 * What really happens in the simulated world, beside what the parts believe, and the invariants that must hold after every step (docs/protocol.md).
 * A violation throws at once, with the step at which it happened.
 *
 * 1. One holder per (run, epoch): `given`, `written`.
 * 2. User code of one epoch never starts twice (each attempt of it once): `bodyStarts`.
 * 3. Two epochs of one run never run user code at the same time, unless a person forced it: `checkOverlaps`.
 * 4. No claim beyond a limit; no slot without a live lease: `claimed`, `written`.
 * 5. Final states change only by contact regained of the latest epoch, a retry, or force; times rise; a state is recorded once: `written`.
 * 6. Nothing acknowledged is lost, nothing is acknowledged before it is stored, and a runner that left in peace has told everything: `acknowledged`, `delivered`.
 * 7. No run is CRASHED while its worker lives and only we were away: `lostBySilence`.
 * 8. Whatever is asked for twice is created once: `created`.
 * 9. Once faults stop, every run ends, every slot is free, and no claimable run with room waits: simulate.ts.
 * 13. No worker is sent away for good while its session lives: `sentAway`.
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
  /** By run and epoch: the session that it was given to. */
  #given = new Map<string, string>()
  #created = new Set<string>()
  #stored = new Map<string, string>()

  constructor(world: World) {
    this.#world = world
  }

  /** 1. The record gives a run out: once under each epoch. */
  given(flowRunId: string, epoch: number, sessionId: string): void {
    const key = keyOf({ flowRunId, epoch })
    const before = this.#given.get(key)
    if (before !== undefined) throw new Violation('one holder per epoch', `${key} was given to ${before}, and now to ${sessionId}`)
    this.#given.set(key, sessionId)
  }

  /** 8. */
  created(flowRunId: string): void {
    if (this.#created.has(flowRunId)) throw new Violation('a run is created once', `${flowRunId} was created before`)
    this.#created.add(flowRunId)
  }

  /** 2. and 3. */
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

  /** 4. */
  claimed(limitId: string, used: number, max: number): void {
    if (used > max) throw new Violation('no claim beyond a limit', `${limitId} has ${used} of ${max} slots taken after a claim`)
  }

  /** 1., 4. and 5. of one written change. */
  written(before: FlowRunFacts, change: Change, after: FlowRunFacts, slots: number, writer: Writer): void {
    let present: State = before.state
    for (const state of change.states) {
      const isRegained = writer === 'report' && isLost(present) && change.guard.epoch === before.epoch
      const isAsked = writer === 'person' && change.raiseEpoch
      // A crash and the attempt that follows it are one change; nobody ever saw the run crashed.
      const isRetriedAtOnce = present !== before.state && present.type === 'CRASHED' && state.name === 'AwaitingRetry' && change.raiseEpoch
      if (isFinal(present.type) && !isRegained && !isAsked && !isRetriedAtOnce)
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
    if (after.epoch === before.epoch && after.lastN < before.lastN) throw new Violation('acknowledged is stored', `${after.id} forgot reports`)
    const givenTo = this.#given.get(keyOf({ flowRunId: after.id, epoch: after.epoch }))
    if (after.holder?.kind === 'worker' && after.holder.sessionId !== givenTo)
      throw new Violation('one holder per epoch', `${after.id}/${after.epoch} is held by ${after.holder.sessionId} and was given to ${givenTo}`)
    if (writer === 'person' && change.raiseEpoch) this.#forcedAfter.set(after.id, before.epoch)
  }

  /** 6. A runner has ended and says that all it had to tell was delivered: these states of the run are in the record. */
  delivered(flowRunId: string, epoch: number, stateIds: readonly string[]): void {
    for (const id of stateIds)
      if (!this.#stateIds.has(id)) throw new Violation('nothing told is lost', `a state that ${flowRunId}/${epoch} has told is not recorded`)
  }

  /** What a statement has stored of a report. */
  stored(flowRunId: string, epoch: number, n: number, content: string): void {
    this.#stored.set(`${flowRunId}/${epoch}/${n}`, content)
  }

  /** 6. What is acknowledged is stored as it was sent. */
  acknowledged(flowRunId: string, epoch: number, n: number, content: string): void {
    const stored = this.#stored.get(`${flowRunId}/${epoch}/${n}`)
    if (stored === undefined) throw new Violation('acknowledged is stored', `report ${n} of ${flowRunId}/${epoch} was acknowledged and is not stored`)
    if (stored !== content)
      throw new Violation('acknowledged is stored', `report ${n} of ${flowRunId}/${epoch} was acknowledged, but something else is stored`)
  }

  /** 13. A worker that is told not to come back ends, and its runs with it. */
  sentAway(worker: string, why: string, hasEnded: boolean): void {
    if (!hasEnded) throw new Violation('a worker whose session lives may stay', `${worker} was sent away for good: ${why}`)
  }

  /** 7. */
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
