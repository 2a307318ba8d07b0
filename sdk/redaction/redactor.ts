/**
 * Texts without secrets. Whoever knows a value hands it over; from then on `********` stands where it stood, also where it was written another way:
 *
 * 1. From 6 characters on: as it is, each line of it by itself, as JSON, URL-encoded, in Base64 (also inside a longer text), in hexadecimal.
 * 2. Of 3 to 5 characters: only as it is, and only where it stands by itself. Shorter ones are no secrets; a log without them could not be read.
 * 3. A secret that is JSON itself is one as a whole, and so are the texts in it from 16 characters on: a key in a service account's file.
 */
import type { JsonValue } from '../../core/json-value.ts'
import { HIDDEN } from '../../core/blocks/secret-places.ts'

/** Characters from which on a value is looked for in its other forms, and inside of words. */
const LONG = 6
const SHORTEST = 3
/** Characters from which on a text inside of a secret document is a secret of its own. */
const LONG_INSIDE = 16

export class Redactor {
  readonly #values = new Set<string>()
  readonly #forms = new Set<string>()
  readonly #words = new Set<string>()
  #pattern: RegExp | null = null
  #isStale = false

  /** Nothing is hidden. */
  get isEmpty(): boolean {
    return this.#values.size === 0
  }

  /** Texts that are hidden, as they were handed over. */
  get values(): readonly string[] {
    return [...this.#values]
  }

  /** Hides a value; a list or an object: every text and number in it. Whether anything is new. */
  add(value: JsonValue): boolean {
    const before = this.#values.size
    for (const text of textsOf(value)) this.#addText(text)
    return this.#values.size > before
  }

  #addText(text: string): void {
    if (this.#values.has(text) || text.trim().length < SHORTEST) return
    this.#values.add(text)
    this.#isStale = true
    if (text.trim().length < LONG) this.#words.add(text.trim())
    else for (const form of formsOf(text)) this.#forms.add(form)
    for (const inner of textsInside(text)) this.#addText(inner)
  }

  /** The text without secrets. */
  text(text: string): string {
    if (this.isEmpty) return text
    if (this.#isStale) this.#rebuild()
    return this.#pattern === null ? text : text.replace(this.#pattern, HIDDEN)
  }

  /** The value without secrets, in keys too; the same one when there are none in it. */
  json<Value>(value: Value): Value {
    return this.isEmpty ? value : (this.#redact(value) as Value)
  }

  #redact(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.#values.has(String(value)) ? HIDDEN : value
    if (Array.isArray(value)) return value.map((item) => this.#redact(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#redact(item)]))
  }

  #rebuild(): void {
    this.#isStale = false
    // The longest first, so that no part of it is left.
    const byLength = (texts: Set<string>) =>
      [...texts].sort((a, b) => b.length - a.length).map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    const words = byLength(this.#words)
    const parts = [...byLength(this.#forms), ...(words.length > 0 ? [`(?<![\\p{L}\\p{N}_])(?:${words.join('|')})(?![\\p{L}\\p{N}_])`] : [])]
    this.#pattern = parts.length > 0 ? new RegExp(parts.join('|'), 'gu') : null
  }
}

/** Every text of a value, and numbers as texts. */
function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}

/** What is secret by itself in a secret that is a JSON document. */
function textsInside(text: string): string[] {
  if (!/^\s*[{[]/.test(text)) return []
  try {
    return textsOf(JSON.parse(text) as JsonValue).filter((inner) => inner.length >= LONG_INSIDE && inner !== text)
  } catch {
    return []
  }
}

/** How a value may be written. */
function formsOf(value: string): string[] {
  const trimmed = value.trim()
  const lines = trimmed.split(/\r?\n/)
  const url = encodeAsUrl(value)
  const forms = [
    value,
    trimmed,
    // The frame of a PEM file is in every such file.
    ...(lines.length > 1 ? lines.map((line) => line.trim()).filter((line) => !line.startsWith('-----')) : []),
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll("'", "\\'"),
    url,
    url.replaceAll('%20', '+'),
    url.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    new URLSearchParams({ v: value }).toString().slice(2),
    ...base64Forms(value),
    ...(trimmed === value ? [] : base64Forms(trimmed)),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
  ]
  return forms.filter((form) => form.length >= LONG)
}

function encodeAsUrl(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    // Half of a surrogate pair has no such form.
    return value
  }
}

/** What is left of a value's Base64 wherever in a longer text it begins, `user:password` for one. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
    const whole = bytes.toString('base64').replaceAll('=', '')
    // The characters at both ends are made of neighbours' bits too.
    const core = whole.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
