/** What keeps a value from being sent to another thread, and where in it that is. */

/** Where it is (`.options.onDone`, `[3]`, empty for the value itself) and what. Null = it can be cloned. */
export function findUncloneable(value: unknown, transfer: readonly unknown[] = []): { path: string; what: string } | null {
  try {
    // Nothing is detached by it: what is to be transferred is cloned as well.
    structuredClone(value)
    return null
  } catch {
    return transfer.includes(value) ? null : locate(value, '', new Set(), transfer)
  }
}

function locate(value: unknown, path: string, seen: Set<unknown>, transfer: readonly unknown[]): { path: string; what: string } {
  if (typeof value === 'object' && value !== null && !seen.has(value)) {
    seen.add(value)
    for (const [step, inner] of parts(value)) {
      if (transfer.includes(inner)) continue
      try {
        structuredClone(inner)
      } catch {
        return locate(inner, `${path}${step}`, seen, transfer)
      }
    }
  }
  return { path, what: describe(value) }
}

function parts(value: object): [string, unknown][] {
  if (Array.isArray(value)) return value.map((element, at) => [`[${at}]`, element])
  if (value instanceof Map)
    return [...value].flatMap(([key, element], at) => [[`(key ${at})`, key] as [string, unknown], [`.get(${String(key)})`, element]])
  if (value instanceof Set) return [...value].map((element, at) => [`(element ${at})`, element])
  return Object.keys(value).map((key) => [`.${key}`, (value as Record<string, unknown>)[key]])
}

function describe(value: unknown): string {
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  // A generator's constructor has no name, and what it is stands in its tag.
  const name: unknown =
    (value as { constructor?: { name?: unknown } } | null)?.constructor?.name || Object.prototype.toString.call(value).slice(8, -1)
  return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object that cannot be cloned'
}
