/** Those of this process who wait for slots of named limits, by what they want, in the order of asking. */
import { newId } from '../../core/ids.ts'
import type { SlotsAsked } from '../../core/protocol/concurrency.ts'
import type { Lease } from './held-slots.ts'

/** Slots that are wanted. */
export interface Wish {
  names: readonly string[]
  slots: number
  mode: SlotsAsked['mode']
  flowRunId: string | null
  taskRunId: string | null
  holder: string
  /** Aborted = not wanted any more; the reason is what `take` rejects with. */
  signal: AbortSignal | null
  /** Milliseconds; null = for ever. */
  timeout: number | null
  /** Looked at before each question: an error = not wanted any more. */
  stopped?: () => Error | null
  /** Told once, when there are none at once. */
  onWait?: (message: string) => void
  /** Told once, when nobody answers. True = goes on without slots, unless one of the limits is known to be there. */
  onAway?: (why: string) => boolean
}

/** One who waits. */
export interface Waiting {
  /** Of the lease that is asked for, and of the place in the record's queue. */
  id: string
  readonly kind: string
  readonly order: number
  readonly wish: Wish
  /** It has a place in the record's queue, or is about to. */
  isAsked: boolean
  askAt: number
  hasWaited: boolean
  wasAway: boolean
  /** Its timeout has passed. */
  isTimeUp: boolean
  settle(result: Lease | Error): void
}

/** Of those who want the same, so many stand in the queue of the record; more while it gives to all of them. */
const AT_ONCE = { first: 20, most: 200 }
/** Who wants the same, for a lease of the same run. */
export const kindOf = ({ mode, slots, flowRunId, names }: Wish): string => `${mode} ${slots} ${flowRunId ?? ''} ${[...names].sort().join('\n')}`

/** In the order of asking, by kind. */
export class WaitingLine {
  readonly #kinds = new Map<string, Set<Waiting>>()
  readonly #atOnce = new Map<string, number>()
  #order = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  kinds(): ReadonlySet<string> {
    return new Set(this.#kinds.keys())
  }

  all(): Waiting[] {
    return [...this.#kinds.values()].flatMap((those) => [...those])
  }

  add(wish: Wish, init: Pick<Waiting, 'wasAway' | 'settle'>): Waiting {
    const waiting: Waiting = {
      id: newId(),
      kind: kindOf(wish),
      order: this.#order++,
      wish,
      isAsked: false,
      askAt: 0,
      hasWaited: false,
      isTimeUp: false,
      ...init,
    }
    const those = this.#kinds.get(waiting.kind)
    if (those) those.add(waiting)
    else this.#kinds.set(waiting.kind, new Set([waiting]))
    this.#size++
    return waiting
  }

  /** False = it was not in line any more. */
  remove(waiting: Waiting): boolean {
    const those = this.#kinds.get(waiting.kind)
    if (!those?.delete(waiting)) return false
    if (those.size === 0) {
      this.#kinds.delete(waiting.kind)
      this.#atOnce.delete(waiting.kind)
    }
    this.#size--
    return true
  }

  /** The first of this kind. */
  first(kind: string): Waiting | undefined {
    return this.#kinds.get(kind)?.values().next().value
  }

  /** The first of this kind that has no place in the record's queue. */
  firstUnasked(kind: string): Waiting | undefined {
    for (const waiting of this.#kinds.get(kind) ?? []) if (!waiting.isAsked) return waiting
    return undefined
  }

  /**
   * Those to ask for, in the order of asking, at most `most`. A kind is asked for as a whole: when the time of one of its places has come, when it has none,
   * when something of it was freed here, or when it is to be looked at.
   */
  due(now: number, freed: ReadonlySet<string>, looks: ReadonlySet<string>, most: number): Waiting[] {
    const due: Waiting[] = []
    for (const [kind, those] of this.#kinds) {
      const group = this.#front(kind, those)
      const isTime = group.some(({ isAsked, askAt }) => isAsked && askAt <= now) || !group.some(({ isAsked }) => isAsked)
      if (isTime || looks.has(kind) || group[0]?.wish.names.some((name) => freed.has(name))) due.push(...group)
    }
    const byTime = due.length > most ? due.sort((one, two) => one.askAt - two.askAt).slice(0, most) : due
    return byTime.sort((one, two) => one.order - two.order)
  }

  /** When somebody is to be asked for next. */
  nextDue(): number {
    let next = Number.POSITIVE_INFINITY
    for (const [kind, those] of this.#kinds) {
      const asked = this.#front(kind, those).filter(({ isAsked }) => isAsked)
      if (asked.length === 0) return 0
      for (const { askAt } of asked) next = Math.min(next, askAt)
    }
    return next
  }

  /** The record gave to all of this kind that were asked for, or not: more of them are asked for at once, or few again. */
  widen(kind: string, gaveAll: boolean): void {
    const atOnce = this.#atOnce.get(kind) ?? AT_ONCE.first
    if (this.#kinds.has(kind)) this.#atOnce.set(kind, gaveAll ? Math.min(AT_ONCE.most, atOnce * 2) : AT_ONCE.first)
  }

  #front(kind: string, those: ReadonlySet<Waiting>): Waiting[] {
    const most = this.#atOnce.get(kind) ?? AT_ONCE.first
    const front: Waiting[] = []
    for (const waiting of those) {
      if (front.length === most) break
      front.push(waiting)
    }
    return front
  }
}
