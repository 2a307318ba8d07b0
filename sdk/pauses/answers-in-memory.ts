/** For `weirflow/testing`: a person made of a function, who answers each pause of a run at once. */
import { setTimeout } from 'node:timers'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { State } from '../../core/states.ts'
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

/** Gives the answer as a person would, as JSON; undefined = nobody answers, so that the pause comes to its deadline. */
export type Answerer = (asked: AskedPause) => unknown

/** A resumption whose answers are kept in memory; `paused` is to be called with each PAUSED state of the run. */
export class AnswersInMemory implements Resumption {
  readonly looks = { first: 60_000, longest: 60_000 }
  readonly #answerer: Answerer
  readonly #answers = new Map<string, { value: JsonValue }>()
  readonly #listeners = new Set<(pause: string) => void>()

  constructor(answerer: Answerer) {
    this.#answerer = answerer
  }

  paused(state: State): void {
    const { key = '', schema = null, defaults = null } = state.details.pause ?? {}
    setTimeout(async () => {
      const given = await this.#answerer({ key, message: state.message ?? '', schema, defaults })
      if (given === undefined) return
      const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
      this.#answers.set(key, { value: JSON.parse(JSON.stringify(isObject ? { ...defaults, ...given } : given)) as JsonValue })
      for (const listener of [...this.#listeners]) listener(state.id)
    }, 0)
  }

  onResume(listener: (pause: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ask(): void {
    // The function was asked already.
  }

  isForgotten(): boolean {
    return false
  }

  async findAnswer(key: string): Promise<{ value: JsonValue } | null> {
    return this.#answers.get(key) ?? null
  }
}
