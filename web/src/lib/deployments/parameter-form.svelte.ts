/** The parameters of a run while somebody fills them in: one value, shown as a form and as JSON at the same time. */
import { SvelteSet } from 'svelte/reactivity'
import { initialParameters, type ParameterIssue, type Place, type Schema, valueAt, withValueAt } from './schema-form.ts'

/** What is being filled in. */
export class ParameterForm {
  readonly schema: Schema
  value = $state.raw<unknown>({})
  /** The JSON beside the form: what was typed there, or the value as the form has it. */
  text = $state('')
  /** Why `text` is no JSON object; the form stays as it was then. */
  textError = $state<string | null>(null)
  /** What the API found wrong, until it is changed. */
  issues = $state.raw<ParameterIssue[]>([])
  /** Places whose own JSON is none. */
  readonly broken = new SvelteSet<string>()

  /** `given` goes over the defaults of the schema. */
  constructor(schema: Schema | null, given: unknown) {
    this.schema = schema ?? {}
    this.#show(initialParameters(schema, given))
  }

  /** Nothing that can be sent stands there. */
  get isBroken(): boolean {
    return this.textError !== null || this.broken.size > 0
  }

  at(place: Place): unknown {
    return valueAt(this.value, place)
  }

  /** From a field of the form; undefined takes the value away. */
  set(place: Place, next: unknown): void {
    this.issues = this.issues.filter((issue) => !place.every((key, index) => String(issue.place[index]) === String(key)))
    this.#show(withValueAt(this.value, place, next))
  }

  /** From the JSON beside it. */
  type(text: string): void {
    this.text = text
    try {
      const value: unknown = JSON.parse(text.trim() || '{}')
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('expected an object, { … }')
      this.value = value
      this.textError = null
      this.issues = []
      this.broken.clear()
    } catch (error) {
      this.textError = (error as Error).message
    }
  }

  #show(value: unknown): void {
    this.value = value
    this.text = JSON.stringify(value, null, 2)
    this.textError = null
  }
}
