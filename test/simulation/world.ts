/**
 * Simulated time: a queue of events, ordered by instant, then by the order in which they were planned. One event is one step. Everything that lives has a
 * `Life`; what was planned for a life that is over does not happen, and what was planned for a machine that sleeps happens when it wakes.
 */
import { Random } from './random.ts'

/** The life of a process, an object, an isolate. */
export interface Life {
  over: boolean
  machine: { asleep: boolean; deferred: (() => void)[] } | null
}

export const newLife = (machine: Life['machine'] = null): Life => ({ over: false, machine })

interface Planned {
  at: number
  order: number
  life: Life | null
  act: () => void
}

/** Instants are realistic, so that rounding to microseconds behaves as it does outside. */
const BEGINNING = 1_800_000_000_000

export class World {
  /** True time; also the database's clock. */
  now = BEGINNING
  readonly random: Random
  steps = 0
  /** Where the story of a world is told (`--trace`). */
  trace: ((line: string) => void) | null = null
  #heap: Planned[] = []
  #order = 0
  #ids = 0

  constructor(seed: number) {
    this.random = new Random(seed)
  }

  readonly newId = (): string => {
    this.#ids += 1
    return `id-${this.#ids}`
  }

  get elapsed(): number {
    return this.now - BEGINNING
  }

  tell(line: () => string): void {
    this.trace?.(`${String(this.steps).padStart(6)} ${(this.elapsed / 1_000).toFixed(3).padStart(10)}s  ${line()}`)
  }

  /** Plans an act of a life (null = nature itself). */
  after(delay: number, life: Life | null, act: () => void): void {
    this.#order += 1
    this.#push({ at: this.now + delay, order: this.#order, life, act })
  }

  /** Takes the next step; false when nothing is planned any more. */
  step(): boolean {
    for (;;) {
      const planned = this.#pop()
      if (!planned) return false
      if (planned.life?.over) continue
      this.now = Math.max(this.now, planned.at)
      const { life, act } = planned
      if (life?.machine?.asleep) {
        life.machine.deferred.push(() => {
          if (!life.over) act()
        })
        continue
      }
      this.steps += 1
      act()
      return true
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap
    let at = heap.push(planned) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(planned, heap[parent] as Planned)) break
      heap[at] = heap[parent] as Planned
      at = parent
    }
    heap[at] = planned
  }

  #pop(): Planned | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || first === last) return first
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child += 1
      if (!isBefore(heap[child] as Planned, last)) break
      heap[at] = heap[child] as Planned
      at = child
    }
    heap[at] = last
    return first
  }
}

const isBefore = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
