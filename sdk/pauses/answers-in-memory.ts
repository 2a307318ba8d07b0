/** For `weirflow/testing`: a person made of a function, who answers each pause of a run at once. */
import { setTimeout } from 'node:timers'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { cutTo } from '../../core/limits.ts'
import type { State } from '../../core/states.ts'
import { UsageError } from '../errors.ts'
import type { Resumption } from './resumption.ts'

/** What the run asks. */
export interface AskedPause {
  /** Which pause of the run it is, for example `1/pause`. */
  key: string
  message: string
  /** JSON Schema of the answer; null when nothing is asked. */
  schema: JsonObject | null
  defaults: JsonObject | null
}

/**
 * Gives the answer as a person would, as JSON; undefined = nobody answers, so that the pause comes to its deadline. An answer that was not accepted is asked
 * for again; the same once more, or an error, is thrown by the pause.
 */
export type Answerer = (asked: AskedPause) => unknown

/** A resumption whose answers are kept in memory; `paused` is to be called with each PAUSED state of the run. */
export class AnswersInMemory implements Resumption {
  readonly looks = { first: 60_000, longest: 60_000 }
  readonly #answerer: Answerer
  readonly #answers = new Map<string, { value: JsonValue } | { error: unknown }>()
  /** The last answer to each pause, however often it was asked about. */
  readonly #last = new Map<string, string>()
  readonly #listeners = new Set<(pause: string) => void>()

  constructor(answerer: Answerer) {
    this.#answerer = answerer
  }

  paused(state: State): void {
    const { key = '', schema = null, defaults = null } = state.details.pause ?? {}
    setTimeout(async () => {
      try {
        const given = await this.#answerer({ key, message: state.message ?? '', schema, defaults })
        if (given === undefined) return
        this.#answers.set(key, { value: this.#judge(key, state.message ?? '', given, defaults) })
      } catch (error) {
        this.#answers.set(key, { error })
      }
      for (const listener of [...this.#listeners]) listener(state.id)
    }, 0)
  }

  #judge(key: string, message: string, given: unknown, defaults: JsonObject | null): JsonValue {
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
    const text = JSON.stringify(isObject ? { ...defaults, ...given } : given)
    const pause = key.replace(/~\d+$/, '')
    // Asked again about the same pause: a function that says the same for ever would never come to an end.
    if (key !== pause && this.#last.get(pause) === text) {
      throw new UsageError(
        `the function "answer" of the test gave ${cutTo(text, 200)} again. ${message}`,
        'Let it give what the schema of the pause takes.',
      )
    }
    this.#last.set(pause, text)
    return JSON.parse(text) as JsonValue
  }

  onResume(listener: (pause: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onSuspend(): void {
    // Nobody asks a test's run for its process.
  }

  ask(): void {
    // The function was asked already.
  }

  isForgotten(): boolean {
    return false
  }

  async findAnswer(key: string): Promise<{ value: JsonValue } | null> {
    const answer = this.#answers.get(key) ?? null
    if (answer && 'error' in answer) throw answer.error
    return answer
  }
}
