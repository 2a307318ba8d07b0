/**
 * Slots that this process has. One that is given back goes on to whoever waits for the same here, without a word to the record, as long as that is fair to
 * everybody else (`mayHandOn` of core/concurrency.ts): it stays the same lease, so it is never more than the record knows of.
 */
import { HAND_ON, mayHandOn, type QueueFacts } from '../../core/concurrency.ts'
import type { QueueAnswer } from '../../core/protocol/concurrency.ts'

/** Renewals in the life of a lease. */
const RENEWALS = 3
/** Milliseconds, until the first answer says otherwise. */
const LIFE = 60_000

/** Slots that are taken. */
export interface Lease {
  /** The limits that there are, of those asked for. */
  readonly names: readonly string[]
  /** Calls back when the control plane has taken them away. */
  onLost(listener: () => void): void
  /** Gives them back; nobody waits for that. Twice is once. */
  release(): void
}

/** A lease, as this process keeps it. */
export interface Held {
  readonly id: string
  /** What it was asked for with: only who wants the same may have it. */
  readonly kind: string
  readonly wanted: readonly string[]
  /** Of those, the limits that there are. */
  readonly names: readonly string[]
  readonly takenAt: number
  /** The record knew it at this time, or later. */
  confirmedAt: number
  renewAt: number
  isLost: boolean
  /** Nobody uses it just now. */
  isFree: boolean
  listeners: (() => void)[]
}

/** The leases of one process. Instants are those of its own clock. */
export class HeldSlots {
  readonly #held = new Map<string, Held>()
  readonly #queues = new Map<string, QueueFacts>()
  #life = LIFE

  has(id: string): boolean {
    return this.#held.has(id)
  }

  add({ id, kind, wanted, names }: Pick<Held, 'id' | 'kind' | 'wanted' | 'names'>, at: number): Held {
    const renewAt = at + this.#life / RENEWALS
    const held: Held = { id, kind, wanted, names, takenAt: at, confirmedAt: at, renewAt, isLost: false, isFree: false, listeners: [] }
    this.#held.set(id, held)
    return held
  }

  /** Whether somebody else of this process may have it now. */
  mayHandOn(held: Held, now: number): boolean {
    return !held.isLost && mayHandOn(held, this.#queues, now)
  }

  /** Whether others, in other processes, wait for one of its limits. */
  isShared({ names }: Held): boolean {
    return names.some((name) => this.#queues.get(name)?.isShared === true)
  }

  /** One that has just been given back, and may be used again for the same. */
  takeFree(kind: string, now: number): Held | null {
    for (const held of this.#held.values()) {
      if (!held.isFree || held.kind !== kind || !this.mayHandOn(held, now)) continue
      held.isFree = false
      return held
    }
    return null
  }

  /** Those that nobody uses: they are forgotten here, and have to be given back. */
  takeAllFree(): Held[] {
    const free = [...this.#held.values()].filter(({ isFree }) => isFree)
    for (const { id } of free) this.#held.delete(id)
    return free
  }

  /** Those to renew: before their life is over, and while somebody waits for the same here (`wanted`: the kinds) often enough to be handed on. */
  due(now: number, wanted: ReadonlySet<string>): Held[] {
    return [...this.#held.values()].filter((held) => this.#dueAt(held, wanted) <= now)
  }

  nextDue(wanted: ReadonlySet<string>): number {
    let next = Number.POSITIVE_INFINITY
    for (const held of this.#held.values()) next = Math.min(next, this.#dueAt(held, wanted))
    return next
  }

  /** The record has answered a question that was sent `at`: these it was to renew, those are not there any more. */
  confirm(ids: readonly string[], gone: readonly string[], life: number, at: number): void {
    this.#life = life
    this.postpone(ids, at)
    for (const id of ids) {
      const held = this.#held.get(id)
      if (held) held.confirmedAt = at
    }
    for (const id of gone) {
      const held = this.#held.get(id)
      this.#held.delete(id)
      if (!held) continue
      held.isLost = true
      for (const listener of held.listeners) listener()
    }
  }

  /** They are renewed later, without being known to be there. */
  postpone(ids: Iterable<string>, at: number): void {
    for (const id of ids) {
      const held = this.#held.get(id)
      if (held) held.renewAt = at + this.#life / RENEWALS
    }
  }

  /** The queues of those limits that were asked for; `mine`: how many of a limit's queue are of this process. A record that does not tell is shared. */
  learn(asked: Iterable<string>, queues: readonly QueueAnswer[], mine: (name: string) => number): void {
    for (const name of asked) this.#queues.delete(name)
    for (const { name, waiting, isOver } of queues) this.#queues.set(name, { isShared: waiting > mine(name), isOver })
  }

  /** Whether slots of this kind go from hand to hand here, and nobody else waits: then nothing is urgent. */
  goesOn(kind: string): boolean {
    return this.#held.values().some((held) => held.kind === kind && this.#isAlone(held))
  }

  ids(): Iterable<string> {
    return this.#held.keys()
  }

  #dueAt(held: Held, wanted: ReadonlySet<string>): number {
    return wanted.has(held.kind) && this.#isAlone(held) ? Math.min(held.renewAt, held.confirmedAt + HAND_ON.look) : held.renewAt
  }

  #isAlone({ names }: Held): boolean {
    return names.every((name) => this.#queues.get(name)?.isShared === false)
  }
}
