/**
 * All that one process wants of named limits, in few requests: one at a time, each with everything there is to say.
 *
 * 1. Whoever asks first here is asked for first. Of many who want the same only the first few are asked for: the others are behind them anyway.
 * 2. What is given back here wakes those who wait for it here: they are asked for in the same request.
 * 3. A lease is known to be lost only when the control plane says so. While it is away nobody is, and nobody gets slots.
 */
import { newId } from '../../core/ids.ts'
import type { ConcurrencyAnswer, SlotsAnswer, SlotsAsked } from '../../core/protocol/concurrency.ts'
import { type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { askForSlots } from './ask-for-slots.ts'
import { SlotsNotTaken, type SlotsNotTakenReason } from './errors.ts'

/** Of those who want the same, so many stand in the queue of the record. */
const AT_ONCE = 20
/** Leases of each kind in one request. */
const A_REQUEST = 200
/** Renewals in the life of a lease. */
const RENEWALS = 3
/** Until the first answer says otherwise, in milliseconds. */
const LIFE = 60_000
/** A name without a limit is believed to have none for this long. */
const FREE_FOR = 10_000
/** Between two tries while nobody answers, in milliseconds. */
const AWAY = { first: 200, factor: 2, longest: 5_000 }
/** How often a new credential is waited for before the old one's refusal is believed. */
const NEW_CREDENTIALS = 20

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

/** Slots that are taken. */
export interface Lease {
  /** The limits that there are, of those asked for. */
  readonly names: readonly string[]
  /** Calls back when the control plane has taken them away. */
  onLost(listener: () => void): void
  /** Gives them back; nobody waits for that. Twice is once. */
  release(): void
}

interface Waiting {
  id: string
  wish: Wish
  /** Those who want the same. */
  key: string
  askAt: number
  wasAsked: boolean
  hasWaited: boolean
  wasAway: boolean
  settle(result: Lease | Error): void
}

interface Held {
  names: readonly string[]
  renewAt: number
  lost: boolean
  listeners: (() => void)[]
}

/** One for each control plane and credential; `slotsClientOf` has them. */
export class SlotsClient {
  readonly #controlPlane: ControlPlane
  readonly #waiting = new Map<string, Waiting>()
  readonly #held = new Map<string, Held>()
  readonly #releasing = new Map<string, readonly string[]>()
  readonly #freeUntil = new Map<string, number>()
  readonly #limited = new Set<string>()
  #life = LIFE
  #isAsking = false
  #isPlanned = false
  #timer: NodeJS.Timeout | null = null
  #pause = 0
  #quietUntil = 0
  #refusals = 0
  /** Why the last question had no answer; null = it had one. */
  #away: string | null = null

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane
  }

  /** Whether all these names were found to have no limit a moment ago. */
  areFree(names: readonly string[]): boolean {
    const now = Date.now()
    return names.every((name) => (this.#freeUntil.get(name) ?? 0) > now)
  }

  /** Resolves with the slots. Rejects with SlotsNotTaken, or with why they are not wanted any more. */
  take(wish: Wish): Promise<Lease> {
    if (wish.signal?.aborted) return Promise.reject(wish.signal.reason)
    // Nobody answers, and somebody asks already: there is no need for another one to find out.
    const isTold = this.#away !== null && this.#waiting.size > 0
    if (isTold && this.#goesOnWithout(wish, this.#away ?? '')) return Promise.reject(new Away())
    return new Promise((resolve, reject) => {
      const id = newId()
      const abort = () => this.#drop(id, wish.signal?.reason)
      let timer: NodeJS.Timeout | null = null
      this.#waiting.set(id, {
        id,
        wish,
        key: `${wish.mode} ${wish.slots} ${[...wish.names].sort().join('\n')}`,
        askAt: 0,
        wasAsked: false,
        hasWaited: false,
        wasAway: isTold,
        settle: (result) => {
          wish.signal?.removeEventListener('abort', abort)
          if (timer) clearTimeout(timer)
          this.#waiting.delete(id)
          if (result instanceof Error) reject(result)
          else resolve(result)
        },
      })
      wish.signal?.addEventListener('abort', abort, { once: true })
      if (wish.timeout !== null) {
        const { names, timeout } = wish
        const message = `no slots of ${names.join(', ')} within ${timeout} ms`
        timer = setTimeout(() => this.#drop(id, new SlotsNotTaken(names, 'timed_out', message, 'Wait longer, or raise the limit.')), timeout)
      }
      this.#plan()
    })
  }

  /** Gives back what others of this process had: they have ended without doing so. */
  giveBack(ids: Iterable<string>): void {
    for (const id of ids) this.#releasing.set(id, [])
    this.#plan()
  }

  /** Not wanted any more: its place, or what it may have got meanwhile, is given back. */
  #drop(id: string, reason: unknown): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    if (waiting.wasAsked) this.#releasing.set(id, waiting.wish.names)
    waiting.settle(reason instanceof Error ? reason : new Error(String(reason)))
    this.#plan()
  }

  /** What is said in this turn of the event loop travels together. */
  #plan(): void {
    if (this.#isPlanned || this.#isAsking) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      void this.#ask()
    })
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const now = Date.now()
    for (const { id, wish } of [...this.#waiting.values()]) {
      const stopped = wish.stopped?.()
      if (stopped) this.#drop(id, stopped)
    }
    const release = [...this.#releasing.keys()].slice(0, A_REQUEST)
    const renew = [...this.#held].filter(([, held]) => held.renewAt <= now).map(([id]) => id)
    const due = this.#due(now)
    if (now < this.#quietUntil || (release.length === 0 && renew.length === 0 && due.length === 0)) return this.#sleep(now)
    this.#isAsking = true
    for (const waiting of due) {
      if (!waiting.wasAsked) this.#controlPlane.onLease?.(waiting.id, false)
      waiting.wasAsked = true
    }
    try {
      const asked = due.map(({ id, wish: { names, slots, mode, flowRunId, taskRunId, holder } }) => {
        return { id, names: [...names], slots, mode, flowRunId, taskRunId, holder }
      })
      const answer = await askForSlots(this.#controlPlane, { release, renew: renew.slice(0, A_REQUEST), acquire: asked })
      this.#pause = 0
      this.#refusals = 0
      this.#away = null
      for (const id of release) {
        this.#releasing.delete(id)
        this.#controlPlane.onLease?.(id, true)
      }
      this.#read(answer, renew.slice(0, A_REQUEST))
    } catch (error) {
      this.#fail(error as Error, due)
    } finally {
      this.#isAsking = false
    }
    void this.#ask()
  }

  /** The first of each kind, whose time has come. Where something is given back, the time has come. */
  #due(now: number): Waiting[] {
    const freed = new Set([...this.#releasing.values()].flat())
    const counts = new Map<string, number>()
    const due: Waiting[] = []
    for (const waiting of this.#waiting.values()) {
      const before = counts.get(waiting.key) ?? 0
      if (before === AT_ONCE) continue
      counts.set(waiting.key, before + 1)
      if (waiting.askAt > now && !waiting.wish.names.some((name) => freed.has(name))) continue
      due.push(waiting)
      if (due.length === A_REQUEST) break
    }
    return due
  }

  #read({ gone, life, acquired }: ConcurrencyAnswer, renewed: readonly string[]): void {
    const now = Date.now()
    this.#life = life
    for (const id of renewed) {
      const held = this.#held.get(id)
      if (held) held.renewAt = now + life / RENEWALS
    }
    for (const id of gone) {
      const held = this.#held.get(id)
      this.#held.delete(id)
      if (!held) continue
      held.lost = true
      for (const listener of held.listeners) listener()
    }
    for (const answer of acquired) this.#take(answer, now)
    // Those who only want what has no limit need not ask.
    for (const { wish, settle } of [...this.#waiting.values()]) if (this.areFree(wish.names)) settle(this.#unlimited())
  }

  #take(answer: SlotsAnswer, now: number): void {
    const waiting = this.#waiting.get(answer.id)
    if (!waiting) {
      // Dropped while the question was on its way.
      if (answer.outcome === 'granted' && answer.held) this.#releasing.set(answer.id, answer.names)
      return
    }
    const { wish } = waiting
    if (answer.outcome === 'granted') {
      for (const name of wish.names) {
        if (answer.names.includes(name)) this.#limited.add(name)
        else this.#limited.delete(name)
        this.#freeUntil.set(name, answer.names.includes(name) ? 0 : now + FREE_FOR)
      }
      if (!answer.held) this.#controlPlane.onLease?.(answer.id, true)
      waiting.settle(answer.held ? this.#hold(answer.id, answer.names, now) : { ...this.#unlimited(), names: answer.names })
    } else if (answer.outcome === 'wait') {
      for (const name of wish.names) this.#limited.add(name)
      waiting.askAt = now + answer.retryAfter * (1 + Math.random() * 0.2)
      if (!waiting.hasWaited) wish.onWait?.(answer.message)
      waiting.hasWaited = true
    } else {
      const reason = answer.code.toLowerCase() as SlotsNotTakenReason
      waiting.settle(new SlotsNotTaken(wish.names, reason, answer.message, answer.hint))
    }
  }

  #unlimited = (): Lease => ({ names: [], onLost() {}, release() {} })

  #hold(id: string, names: readonly string[], now: number): Lease {
    const held: Held = { names, renewAt: now + this.#life / RENEWALS, lost: false, listeners: [] }
    this.#held.set(id, held)
    return {
      names,
      onLost: (listener) => {
        if (held.lost) listener()
        else held.listeners.push(listener)
      },
      release: () => {
        if (!this.#held.delete(id)) return
        this.#releasing.set(id, names)
        this.#plan()
      },
    }
  }

  #fail(error: Error, due: readonly Waiting[]): void {
    const now = Date.now()
    const isOver = error instanceof ControlPlaneRefused && error.code === 'UNAUTHENTICATED' && this.#controlPlane.renew
    if (isOver && ++this.#refusals <= NEW_CREDENTIALS) this.#controlPlane.renew?.()
    else if (error instanceof ControlPlaneRefused) {
      // Whatever was held ends with the run, or with its deadline.
      this.#releasing.clear()
      for (const { wish, settle } of due) settle(new SlotsNotTaken(wish.names, 'refused', error.message, error.hint))
      for (const held of this.#held.values()) held.renewAt = now + this.#life / RENEWALS
    } else if (!(error instanceof ControlPlaneAway)) {
      for (const { settle } of due) settle(error)
    } else {
      this.#away = error.message
      for (const waiting of [...this.#waiting.values()]) {
        if (waiting.wasAway) continue
        waiting.wasAway = true
        if (this.#goesOnWithout(waiting.wish, error.message)) this.#drop(waiting.id, new Away())
      }
    }
    this.#pause = this.#pause === 0 ? AWAY.first : Math.min(AWAY.longest, this.#pause * AWAY.factor)
    this.#quietUntil = now + this.#pause
  }

  /** Tells that nobody answers; whether the code goes on all the same. */
  #goesOnWithout({ names, onAway }: Wish, why: string): boolean {
    return onAway?.(why) === true && !names.some((name) => this.#limited.has(name))
  }

  /** Until something is due. Those who wait keep the process alive; renewals, and what nobody takes back, do not. */
  #sleep(now: number): void {
    let next = this.#releasing.size > 0 ? now : Number.POSITIVE_INFINITY
    for (const { askAt } of this.#waiting.values()) next = Math.min(next, askAt)
    for (const { renewAt } of this.#held.values()) next = Math.min(next, renewAt)
    if (next === Number.POSITIVE_INFINITY) return
    this.#timer = setTimeout(() => void this.#ask(), Math.max(1, Math.max(next, this.#quietUntil) - now))
    if (this.#waiting.size === 0) this.#timer.unref()
  }
}

/** Nobody answered, and whoever asked goes on without slots. */
export class Away extends Error {}

const clients = new WeakMap<ControlPlane, SlotsClient>()

/** The client of this control plane. */
export function slotsClientOf(controlPlane: ControlPlane): SlotsClient {
  let client = clients.get(controlPlane)
  if (!client) {
    client = new SlotsClient(controlPlane)
    clients.set(controlPlane, client)
  }
  return client
}
