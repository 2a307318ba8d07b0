/**
 * All that one process wants of named limits, in few requests: one at a time, each with everything there is to say.
 *
 * 1. Whoever asks first here is asked for first. Of many who want the same only the first few are asked for: the others are behind them anyway.
 * 2. What is given back here goes on to who waits for the same here, without a request, while that is fair. Else both travel in the same request.
 * 3. A lease is known to be lost only when the control plane says so. While it is away nobody is, and nobody gets slots.
 */
import { HAND_ON } from '../../core/concurrency.ts'
import type { ConcurrencyAnswer, SlotsAnswer, SlotsUser } from '../../core/protocol/concurrency.ts'
import { type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { sleep } from '../engine/clock.ts'
import { askForSlots } from './ask-for-slots.ts'
import { SlotsNotTaken, type SlotsNotTakenReason } from './errors.ts'
import { type Held, HeldSlots, type Lease } from './held-slots.ts'
import { kindOf, type Waiting, WaitingLine, type Wish } from './waiting-line.ts'

/** Leases of each kind in one request. */
const A_REQUEST = 200
/** A name without a limit is believed to have none for this long. */
const FREE_FOR = 10_000
/** Between two tries while nobody answers, in milliseconds. */
const AWAY = { first: 200, factor: 2, longest: 5_000 }
/** For the answer to the first question, in milliseconds, also where the timeout is shorter. */
const FIRST_ANSWER = 2_000
/** How often a new credential is waited for before the old one's refusal is believed. */
const NEW_CREDENTIALS = 20
/** What no slot depends on waits this long for a request to travel with: places that are not needed any more, and who has slots by now. */
const LATER = { places: 100, users: 500 }

/** One for each control plane and credential; `slotsClientOf` has them. */
export class SlotsClient {
  readonly #controlPlane: ControlPlane
  readonly #waiting = new WaitingLine()
  readonly #held = new HeldSlots()
  /** What is given back, with the names that others here may want. */
  readonly #releasing = new Map<string, readonly string[]>()
  /** Places in queues of those who got slots that went from hand to hand. */
  readonly #places = new Set<string>()
  /** Who has a lease, or a place, that was somebody else's. */
  readonly #users = new Map<string, SlotsUser>()
  /** When places and users are told at last. */
  #laterUntil = Number.POSITIVE_INFINITY
  readonly #freeUntil = new Map<string, number>()
  readonly #limited = new Set<string>()
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
    const free = this.#held.takeFree(kindOf(wish), Date.now())
    if (free) return Promise.resolve(this.#handTo(free, wish))
    // Nobody answers, and somebody asks already: there is no need for another one to find out.
    const isTold = this.#away !== null && this.#waiting.size > 0
    if (isTold && this.#goesOnWithout(wish, this.#away ?? '')) return Promise.reject(new Away())
    return new Promise((resolve, reject) => {
      const abort = () => this.#drop(waiting, wish.signal?.reason)
      const enough = new AbortController()
      const settle = (result: Lease | Error) => {
        wish.signal?.removeEventListener('abort', abort)
        enough.abort()
        this.#waiting.remove(waiting)
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
      const waiting = this.#waiting.add(wish, { wasAway: isTold, settle })
      wish.signal?.addEventListener('abort', abort, { once: true })
      if (wish.timeout !== null) {
        const { timeout } = wish
        const timeUp = async () => {
          await sleep(timeout, enough.signal)
          waiting.isTimeUp = true
          this.#dropLate(waiting.kind)
          await sleep(Math.max(0, FIRST_ANSWER - timeout), enough.signal)
          this.#timedOut(waiting)
        }
        timeUp().catch(() => {})
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
  #drop(waiting: Waiting, reason: unknown): void {
    if (!this.#waiting.remove(waiting)) return
    if (waiting.isAsked) this.#releasing.set(waiting.id, waiting.wish.names)
    waiting.settle(reason instanceof Error ? reason : new Error(String(reason)))
    this.#plan()
  }

  /**
   * Those of a kind whose time is up, once it is known that there is nothing for them: by an answer to one of them or to who is before them, or because nobody
   * answers. Until then the first question is waited for, so that a timeout of 0 takes what is free.
   */
  #dropLate(kind: string): void {
    let isTold = false
    for (const waiting of this.#waiting.all()) {
      if (waiting.kind !== kind) continue
      isTold ||= waiting.hasWaited || waiting.wasAway
      if (isTold && waiting.isTimeUp) this.#timedOut(waiting)
    }
  }

  #timedOut(waiting: Waiting): void {
    const { names, timeout } = waiting.wish
    const message = `no slots of ${names.join(', ')} within ${timeout} ms`
    this.#drop(waiting, new SlotsNotTaken(names, 'timed_out', message, 'Wait longer, or raise the limit.'))
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
    for (const waiting of this.#waiting.all()) {
      const stopped = waiting.wish.stopped?.()
      if (stopped) this.#drop(waiting, stopped)
    }
    for (const { id, names } of this.#held.takeAllFree()) this.#releasing.set(id, names)
    const held = this.#held.due(now, this.#waiting.kinds())
    const freed = new Set([...this.#releasing.values()].flat())
    const due = this.#waiting.due(now, freed, new Set(held.map(({ kind }) => kind)), A_REQUEST)
    const isTime = this.#releasing.size > 0 || held.length > 0 || due.length > 0 || this.#laterUntil <= now
    if (now < this.#quietUntil || !isTime) return this.#sleep(now)
    this.#isAsking = true
    for (const waiting of due) {
      if (!waiting.isAsked) this.#controlPlane.onLease?.(waiting.id, false)
      waiting.isAsked = true
    }
    const release = [...new Set([...this.#releasing.keys(), ...this.#places])].slice(0, A_REQUEST)
    const renew = held.map(({ id }) => id).slice(0, A_REQUEST)
    const asked = this.#waiting.all().filter(({ isAsked }) => isAsked)
    const places = new Map(asked.map(({ id, wish }) => [id, wish.names]))
    const users = [...this.#users.values()].filter(({ id }) => this.#held.has(id) || places.has(id)).slice(0, A_REQUEST)
    this.#users.clear()
    this.#laterUntil = Number.POSITIVE_INFINITY
    try {
      const acquire = due.map(({ id, wish: { names, slots, mode, flowRunId, taskRunId, holder } }) => {
        return { id, names: [...names], slots, mode, flowRunId, taskRunId, holder }
      })
      const answer = await askForSlots(this.#controlPlane, { release, renew, acquire, ...(users.length > 0 ? { users } : {}) })
      this.#pause = 0
      this.#refusals = 0
      this.#away = null
      for (const id of release) {
        this.#releasing.delete(id)
        this.#places.delete(id)
        this.#controlPlane.onLease?.(id, true)
      }
      this.#held.confirm(renew, answer.gone, answer.life, now)
      this.#learn(answer, due, places)
      this.#read(answer, now)
    } catch (error) {
      this.#fail(error as Error, due)
    } finally {
      this.#isAsking = false
    }
    void this.#ask()
  }

  /** What the queues look like: `places` are those of this process, as they were when it asked. */
  #learn({ acquired, queues = [] }: ConcurrencyAnswer, due: readonly Waiting[], places: Map<string, readonly string[]>): void {
    for (const { id, outcome } of acquired) if (outcome !== 'wait') places.delete(id)
    const mine = [...places.values()]
    const asked = new Set(due.flatMap(({ wish }) => wish.names))
    this.#held.learn(asked, queues, (name) => mine.filter((names) => names.includes(name)).length)
    const waits = new Set(acquired.filter(({ outcome }) => outcome === 'wait').map(({ id }) => id))
    const kinds = Map.groupBy(due, ({ kind }) => kind)
    for (const [kind, those] of kinds) this.#waiting.widen(kind, !those.some(({ id }) => waits.has(id)))
  }

  #read({ acquired }: ConcurrencyAnswer, at: number): void {
    // By the places that they have by now: some may have gone on to others meanwhile.
    const asked = this.#waiting.all().filter(({ isAsked }) => isAsked)
    const byId = new Map(asked.map((waiting) => [waiting.id, waiting]))
    for (const answer of acquired) this.#take(answer, byId.get(answer.id), at)
    for (const kind of this.#waiting.kinds()) this.#dropLate(kind)
    // Those who only want what has no limit need not ask.
    for (const { wish, settle } of this.#waiting.all()) if (this.areFree(wish.names)) settle(this.#unlimited())
  }

  #take(answer: SlotsAnswer, waiting: Waiting | undefined, at: number): void {
    const now = Date.now()
    if (!waiting) {
      // Dropped while the question was on its way.
      if (answer.outcome === 'granted' && answer.held) this.#releasing.set(answer.id, answer.names)
      return
    }
    const { wish, kind } = waiting
    if (answer.outcome === 'granted') {
      for (const name of wish.names) {
        if (answer.names.includes(name)) this.#limited.add(name)
        else this.#limited.delete(name)
        this.#freeUntil.set(name, answer.names.includes(name) ? 0 : now + FREE_FOR)
      }
      if (!answer.held) this.#controlPlane.onLease?.(answer.id, true)
      const { id, names } = answer
      waiting.settle(answer.held ? this.#lease(this.#held.add({ id, kind, wanted: wish.names, names }, at)) : { ...this.#unlimited(), names })
    } else if (answer.outcome === 'wait') {
      for (const name of wish.names) this.#limited.add(name)
      const after = this.#held.goesOn(kind) ? Math.max(HAND_ON.look, answer.retryAfter) : answer.retryAfter
      waiting.askAt = now + after * (1 + Math.random() * 0.2)
      if (!waiting.hasWaited) wish.onWait?.(answer.message)
      waiting.hasWaited = true
    } else {
      const reason = answer.code.toLowerCase() as SlotsNotTakenReason
      waiting.settle(new SlotsNotTaken(wish.names, reason, answer.message, answer.hint))
    }
  }

  #unlimited = (): Lease => ({ names: [], onLost() {}, release() {} })

  #lease(held: Held): Lease {
    let isOver = false
    return {
      names: held.names,
      onLost: (listener) => {
        if (held.isLost) listener()
        else if (!isOver) held.listeners.push(listener)
      },
      release: () => {
        if (isOver || held.isLost) return
        isOver = true
        held.listeners = []
        const next = this.#held.mayHandOn(held, Date.now()) ? this.#nextOf(held.kind) : undefined
        if (next) return this.#handOn(held, next)
        held.isFree = true
        this.#plan()
      },
    }
  }

  /** The first that waits for this, and still wants it. */
  #nextOf(kind: string): Waiting | undefined {
    for (;;) {
      const next = this.#waiting.first(kind)
      const stopped = next?.wish.stopped?.()
      if (!next || !stopped) return next
      this.#drop(next, stopped)
    }
  }

  /**
   * Slots go on to this one, which needs its place in the queue no more. As long as nobody else waits, another one of the same kind, which would have asked
   * for a place of its own by now, has it; else whoever comes next has to stand behind those others.
   */
  #handOn(held: Held, next: Waiting): void {
    const heir = this.#held.isShared(held) ? undefined : this.#waiting.firstUnasked(next.kind)
    if (next.isAsked && heir) {
      Object.assign(heir, { id: next.id, isAsked: true, askAt: next.askAt })
      this.#tellUser(next.id, heir.wish)
    } else if (next.isAsked) {
      this.#places.add(next.id)
      this.#tellLater(LATER.places)
    }
    next.settle(this.#handTo(held, next.wish))
  }

  #handTo(held: Held, wish: Wish): Lease {
    this.#tellUser(held.id, wish)
    return this.#lease(held)
  }

  #tellUser(id: string, { taskRunId, holder }: Wish): void {
    this.#users.set(id, { id, taskRunId, holder })
    this.#tellLater(LATER.users)
  }

  #tellLater(after: number): void {
    const at = Date.now() + after
    if (at >= this.#laterUntil) return
    this.#laterUntil = at
    this.#plan()
  }

  #fail(error: Error, due: readonly Waiting[]): void {
    const now = Date.now()
    const isOver = error instanceof ControlPlaneRefused && error.code === 'UNAUTHENTICATED' && this.#controlPlane.renew
    if (isOver && ++this.#refusals <= NEW_CREDENTIALS) this.#controlPlane.renew?.()
    else if (error instanceof ControlPlaneRefused) {
      // Whatever was held ends with the run, or with its deadline.
      this.#releasing.clear()
      this.#places.clear()
      for (const { wish, settle } of due) settle(new SlotsNotTaken(wish.names, 'refused', error.message, error.hint))
      this.#held.postpone(this.#held.ids(), now)
    } else if (!(error instanceof ControlPlaneAway)) {
      for (const { settle } of due) settle(error)
    } else {
      this.#away = error.message
      for (const waiting of this.#waiting.all()) {
        if (waiting.wasAway) continue
        waiting.wasAway = true
        if (this.#goesOnWithout(waiting.wish, error.message)) this.#drop(waiting, new Away())
      }
      for (const kind of this.#waiting.kinds()) this.#dropLate(kind)
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
    const next = Math.min(
      this.#releasing.size > 0 ? now : Number.POSITIVE_INFINITY,
      this.#laterUntil,
      this.#waiting.nextDue(),
      this.#held.nextDue(this.#waiting.kinds()),
    )
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
