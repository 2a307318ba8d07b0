/**
 * One digest for one content, whatever the order of keys, the process or the day. Every value is written down as kind, length and content, so that no two
 * different contents read the same; keys of objects, entries of a Map and elements of a Set are sorted. Strict where it has to choose: a missing key is
 * not `undefined`, 0 is not -0, a Date is not its text. A missed hit costs time, a wrong one costs trust.
 */
import { createHash, type Hash } from 'node:crypto'
import { WeirError } from '../errors.ts'

/** Something among the arguments has no content that could be compared. `path` leads to it. */
export class NotHashable extends WeirError {
  /** Leads to what is to blame: `argument 2 (options).onDone`. */
  readonly path: string
  /** What it is, as the message says it. */
  readonly what: string

  /** `task`: whose call it is, where that is known. */
  constructor(
    path: string,
    what: string,
    hint = 'Leave it out with .except(…), give its class a toJSON, or write the key with a function.',
    task?: string,
  ) {
    super('not_hashable', `no cache key can be made${task === undefined ? '' : ` for task "${task}"`}: ${path} is ${what}`, { hint })
    this.path = path
    this.what = what
  }
}

const FLUSH = 65_536

/**
 * SHA-256 in hex. `path` names the value in errors. Takes what the JSON serializer takes: plain data, undefined, bigint, Map, Set, Date, RegExp, URL, Error,
 * buffers and views; of other objects what their `toJSON` gives, with the name of their class. Throws NotHashable for everything else, for cycles, and
 * beyond `limit` bytes.
 */
export function hashValue(value: unknown, path: string, limit = Number.POSITIVE_INFINITY): string {
  const digest = new Digest(path, limit)
  digest.add(value, path)
  return digest.end()
}

class Digest {
  readonly #hash: Hash = createHash('sha256')
  readonly #within = new Set<object>()
  readonly #root: string
  readonly #limit: number
  #text = ''
  #size = 0

  constructor(root: string, limit: number) {
    this.#root = root
    this.#limit = limit
  }

  end(): string {
    this.#flush()
    return this.#hash.digest('hex')
  }

  add(value: unknown, path: string): void {
    switch (typeof value) {
      case 'string':
        // Halves of characters have no UTF-8 of their own.
        if (value.isWellFormed()) this.#put(`s${value.length}:${value}`)
        else this.#put(`h${value.length}:${Buffer.from(value, 'utf16le').toString('hex')}`)
        return
      case 'number':
        return this.#put(Object.is(value, -0) ? 'n-0;' : `n${value};`)
      case 'boolean':
        return this.#put(value ? 't' : 'f')
      case 'undefined':
        return this.#put('u')
      case 'bigint':
        return this.#put(`i${value};`)
      case 'function':
        throw new NotHashable(path, `a function${value.name ? ` (${value.name})` : ''}`)
      case 'symbol':
        throw new NotHashable(path, `a symbol (${String(value)})`)
      case 'object':
        return value === null ? this.#put('_') : this.#addWithin(value, path)
    }
  }

  #addWithin(value: object, path: string): void {
    if (this.#within.has(value)) throw new NotHashable(path, 'a part of itself')
    this.#within.add(value)
    this.#addObject(value, path)
    this.#within.delete(value)
  }

  #addObject(value: object, path: string): void {
    if (Array.isArray(value)) {
      this.#put(`[${value.length}:`)
      // Holes count as undefined.
      for (let at = 0; at < value.length; at++) this.add(value[at], `${path}[${at}]`)
      return
    }
    if (value instanceof Date) return this.#put(`d${value.getTime()};`)
    if (value instanceof Map) return this.#addSorted('M', [...value], (_, at) => `${path}.entries()[${at}]`)
    if (value instanceof Set) return this.#addSorted('S', [...value], (_, at) => `${path}.values()[${at}]`)
    if (value instanceof RegExp) return this.#put(`r${value.flags}:${value.source.length}:${value.source}`)
    if (value instanceof URL) return this.#put(`l${value.href.length}:${value.href}`)
    if (value instanceof ArrayBuffer) return this.#addBytes('ArrayBuffer', new Uint8Array(value))
    if (ArrayBuffer.isView(value))
      return this.#addBytes(value.constructor.name, new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength))
    if (value instanceof Error) {
      this.#put('e')
      return this.add([value.name, value.message, value.cause], path)
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    const isPlain = prototype === Object.prototype || prototype === null
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      this.#put(`j${isPlain ? '' : value.constructor.name}:`)
      return this.add(value.toJSON(), path)
    }
    if (!isPlain) throw new NotHashable(path, `an instance of ${value.constructor?.name || 'a class without a name'}`)
    const keys = Object.keys(value).sort()
    this.#put(`{${keys.length}:`)
    for (const key of keys) {
      this.add(key, path)
      this.add((value as Record<string, unknown>)[key], /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`)
    }
  }

  /** The order of entries is how they came about, not what they are. */
  #addSorted(kind: string, elements: unknown[], pathOf: (element: unknown, at: number) => string): void {
    const digests = elements.map((element, at) => {
      const digest = new Digest(this.#root, this.#limit)
      for (const outer of this.#within) digest.#within.add(outer)
      digest.#size = this.#size
      digest.add(element, pathOf(element, at))
      this.#size = digest.#size
      return digest.end()
    })
    this.#put(`${kind}${digests.length}:${digests.sort().join('')}`)
  }

  #addBytes(kind: string, bytes: Uint8Array): void {
    this.#put(`b${kind}:${bytes.byteLength}:`)
    this.#flush()
    this.#count(bytes.byteLength)
    this.#hash.update(bytes)
  }

  #put(text: string): void {
    this.#count(text.length)
    this.#text += text
    if (this.#text.length > FLUSH) this.#flush()
  }

  #count(bytes: number): void {
    this.#size += bytes
    if (this.#size > this.#limit) {
      throw new NotHashable(
        this.#root,
        `larger than the ${this.#limit / 1_048_576} MiB that are hashed`,
        'Pass where the data is, or write the key with a function.',
      )
    }
  }

  #flush(): void {
    this.#hash.update(this.#text)
    this.#text = ''
  }
}
