/**
 * The pauses of one run: it waits for a person, in its process. One at a time, in the order in which they were asked for; a subflow's pause is its root's,
 * because that run holds the lease.
 *
 * 1. PAUSED is recorded before the wait, with what is asked and until when.
 * 2. The person's word makes the run RUNNING in the record; here it is only followed.
 * 3. A pause whose deadline has passed makes the run RUNNING again and throws InputTimeout: its code may handle that.
 * 4. Tasks that have not started wait until it goes on.
 * 5. A run that is suspended, by its own code or because a person asks for its process, starts nothing more: what runs comes to its end, and what has not started
 *    is left as it stands, without a word to the author's code.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { formatDuration } from '../../core/duration.ts'
import { newId } from '../../core/ids.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { makeState, type State, type StateDetails } from '../../core/states.ts'
import { now, nowAfter, sleep } from '../engine/clock.ts'
import { judgeBySchema } from '../schemas/judge-by-schema.ts'
import { UsageError } from '../errors.ts'
import { InputTimeout, showIssues } from './errors.ts'
import type { Resumption } from './resumption.ts'

/** How long a deadline that has passed waits for the word whether somebody answered in the last moment, in milliseconds. */
const LAST_LOOK = 5_000

/** What one pause asks. */
export interface PauseRequest {
  /** Unique in the run. */
  key: string
  message: string
  schema: StandardSchemaV1 | null
  form: JsonObject | undefined
  defaults: JsonObject | undefined
  /** Milliseconds. */
  timeout: number
  /** An answer that is there already is taken: the run has asked before. */
  isDurable: boolean
}

/** What the engine does for it. */
interface Host {
  /** Null: nobody can resume the run. */
  resumption: Resumption | null
  /** Finished work of earlier attempts counts: so do answers. */
  isDurable: boolean
  /** The root run's present state. */
  state(): State | null
  /** Makes it the root run's state. `tell`: the record does not know it yet. */
  enter(state: State, tell: boolean): void
}

/** What ends an attempt whose process is given back. */
export class Suspension {
  readonly message: string
  readonly details: StateDetails

  constructor(message: string, details: StateDetails) {
    this.message = message
    this.details = details
  }
}

/** Made by the engine for each root run, and shared with its subflows. */
export class Pauses {
  readonly #host: Host
  /** How often each key was asked for in this attempt. */
  readonly #asked = new Map<string, number>()
  #last: Promise<unknown> = Promise.resolve()
  #suspended = Promise.withResolvers<Suspension>()
  #isLeaving = false
  /** Who has asked for the process; null = nobody. */
  #askedBy: string | null = null
  #gate: Promise<void> | null = null

  constructor(host: Host) {
    this.#host = host
    host.resumption?.onSuspend((by) => {
      if (host.isDurable) this.#askedBy = by
      else this.#decline(by)
    })
  }

  /** Settles when the run goes on; null while it does. */
  get gate(): Promise<void> | null {
    return this.#gate
  }

  get isDurable(): boolean {
    return this.#host.isDurable
  }

  /** The full key of the next pause of this name. An attempt that begins anew asks anew; a durable run asks once. */
  nameOf(name: string, { record }: { record: { id: string; rootFlowRunId: string; flowName: string; runCount: number } }): string {
    const base = record.id === record.rootFlowRunId ? name : `${record.flowName}/${name}`
    const key = this.#host.isDurable ? base : `${record.runCount}/${base}`
    const count = this.#asked.get(key) ?? 0
    this.#asked.set(key, count + 1)
    return count === 0 ? key : `${key}#${count + 1}`
  }

  /** A new attempt of the root run begins: its pauses are counted anew. */
  begin(): void {
    this.#asked.clear()
    this.#isLeaving = false
    this.#suspended = Promise.withResolvers<Suspension>()
  }

  /** Resolves when the attempt has to end for now. */
  get suspended(): Promise<Suspension> {
    return this.#suspended.promise
  }

  /** The root flow's own function is about to start something. True: it must not, for the run is suspended here. */
  leaves(): boolean {
    const by = this.#askedBy
    if (by !== null) this.#leave(new Suspension(`Suspended by ${by}`, { by }))
    return this.#isLeaving
  }

  #leave(suspension: Suspension): void {
    this.#isLeaving = true
    this.#askedBy = null
    this.#suspended.resolve(suspension)
  }

  /** It is RUNNING as before: what it has finished would be run again. */
  #decline(by: string): void {
    if (this.#host.state()?.type !== 'RUNNING') return
    const message = `Not suspended as ${by} asked: the flow is not durable, so what it has finished would be run again. Say flow({ durable: true }, …), or cancel the run`
    this.#host.enter(makeState({ id: newId(), type: 'RUNNING', timestamp: this.#next(), message }), true)
  }

  /** The answer, when there is one; otherwise the attempt ends, and this never settles. Throws what `signal` is aborted with. */
  suspend(request: PauseRequest, signal: AbortSignal): Promise<unknown> {
    const leave = (asked: PauseRequest): Promise<never> => {
      this.#leave(new Suspension(asked.message, detailsOf(asked, now() + asked.timeout)))
      return new Promise(() => {})
    }
    const turn = this.#last.then(() => this.#answered(request, signal, leave))
    this.#last = turn.catch(() => {})
    return turn
  }

  /** The answer, as the schema makes it. Throws InputTimeout, or what `signal` is aborted with. */
  ask(request: PauseRequest, signal: AbortSignal): Promise<unknown> {
    const deadline = now() + request.timeout
    const turn = this.#last.then(() => this.#answered(request, signal, (asked) => this.#waitForAnswer(asked, deadline, signal)))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #answered(request: PauseRequest, signal: AbortSignal, wait: (request: PauseRequest) => Promise<JsonValue>): Promise<unknown> {
    let message = request.message
    for (let round = 1; ; round++) {
      const key = round === 1 ? request.key : `${request.key}~${round}`
      const answer = (request.isDurable ? await this.#resumption.findAnswer(key, signal, Number.POSITIVE_INFINITY) : null) ?? {
        value: await wait({ ...request, key, message }),
      }
      if (request.schema === null) return undefined
      const judged = await judgeBySchema(request.schema, answer.value)
      if ('value' in judged) return judged.value
      // What JSON Schema cannot say (a condition of the author's own) is seen only here: the person is asked again.
      message = `The answer was not accepted: ${showIssues(judged.issues)}. ${request.message}`
    }
  }

  async #waitForAnswer(request: PauseRequest, deadline: number, signal: AbortSignal): Promise<JsonValue> {
    const resumption = this.#resumption
    let open = () => {}
    this.#gate = new Promise((resolve) => {
      open = resolve
    })
    try {
      const { paused, isLate } = await this.#untilResumed(request, deadline, signal)
      // Somebody may have answered in the last moment: then that counts.
      const answer = await resumption.findAnswer(request.key, signal, isLate ? LAST_LOOK : Number.POSITIVE_INFINITY)
      if (!isLate || answer) {
        this.#goOn(paused, null, false)
        return answer?.value ?? null
      }
      const limit = formatDuration(request.timeout)
      this.#goOn(paused, `Nobody answered within ${limit}`, true)
      throw new InputTimeout(`pause "${request.message}"`, limit)
    } finally {
      this.#gate = null
      open()
    }
  }

  /** The PAUSED state that somebody ended, or whose deadline has passed (`isLate`). */
  async #untilResumed(request: PauseRequest, deadline: number, signal: AbortSignal): Promise<{ paused: State; isLate: boolean }> {
    const resumption = this.#resumption
    const resumed = new Set<string>()
    let wake = () => {}
    const stop = resumption.onResume((pause) => {
      resumed.add(pause)
      wake()
    })
    try {
      let paused = this.#enterPaused(request, deadline)
      for (let look: number = resumption.looks.first; ; look = Math.min(resumption.looks.longest, look * 1.5)) {
        if (resumed.has(paused.id)) return { paused, isLate: false }
        if (resumption.isForgotten(paused.id)) paused = this.#enterPaused(request, deadline)
        const left = deadline - now()
        if (left <= 0) return { paused, isLate: true }
        const woken = new AbortController()
        wake = () => woken.abort()
        if (resumed.has(paused.id)) return { paused, isLate: false }
        await sleep(Math.min(look, left), AbortSignal.any([signal, woken.signal])).catch(() => {})
        if (signal.aborted) throw signal.reason
        if (!woken.signal.aborted) resumption.ask()
      }
    } finally {
      stop()
    }
  }

  #enterPaused(request: PauseRequest, deadline: number): State {
    const { message } = request
    // Whoever lets it go on says the later word.
    this.#askedBy = null
    const paused = makeState({ id: newId(), type: 'PAUSED', timestamp: this.#next(), message, details: detailsOf(request, deadline) })
    this.#host.enter(paused, true)
    return paused
  }

  #goOn(paused: State, message: string | null, tell: boolean): void {
    this.#host.enter(makeState({ id: newId(), type: 'RUNNING', timestamp: this.#next(), message, details: { resumes: paused.id } }), tell)
  }

  get #resumption(): Resumption {
    if (!this.#host.resumption) throw new UsageError('nobody can resume this run')
    return this.#host.resumption
  }

  #next(): number {
    return nowAfter(this.#host.state()?.timestamp)
  }
}

const detailsOf = ({ key, form, defaults }: PauseRequest, deadline: number): StateDetails => ({
  pauseUntil: deadline,
  pause: { key, ...(form ? { schema: form } : {}), ...(defaults ? { defaults } : {}) },
})
