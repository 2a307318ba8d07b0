/**
 * Where a task function wants its context. The context is the last argument, so the number of *declared* parameters matters, and `fn.length` does not tell
 * it: it stops at the first default value. So the parameter list is read from the function's source, once per task.
 */

/** What a function declares, default values counted too. */
export interface DeclaredParameters {
  count: number
  /** The last one takes all that is left over, or has a default value: then it is no context, and none is given. */
  lastIsOpen: boolean
  /** Null for one that is taken apart where it is declared (`{ city }`). */
  names: readonly (string | null)[]
  /** Of such a one the properties that it names, `city`; null for every other. What stands behind `...` has no name of its own. */
  parts: readonly (readonly string[] | null)[]
}

/** Reads the parameter list; falls back to `fn.length` for what has no readable source (native and bound functions). */
export function declaredParameters(fn: (...args: never[]) => unknown): DeclaredParameters {
  const source = Function.prototype.toString.call(fn)
  const list = source.includes('[native code]') ? null : parameterList(source)
  return list ?? { count: fn.length, lastIsOpen: false, names: [], parts: [] }
}

function parameterList(source: string): DeclaredParameters | null {
  const bare = /^(?:async\s*)?([A-Za-z_$][\w$]*)\s*=>/.exec(source)
  if (bare) return { count: 1, lastIsOpen: false, names: [bare[1] as string], parts: [null] }
  const start = openingParenthesis(source)
  if (start < 0) return null
  let depth = 0
  const names: (string | null)[] = []
  const parts: (string[] | null)[] = []
  let text = ''
  let taken: string[] | null = null
  // Where the name of a property comes next: after the brace of a pattern and its commas; never in a default value.
  let isTaking = false
  let atProperty = false
  let open = false
  for (let at = start + 1; at < source.length; at++) {
    const skipped = skipText(source, at)
    if (skipped > at) {
      if (source[at] !== '/') {
        if (depth === 0) text += '_'
        atProperty = false
      }
      at = skipped - 1
      continue
    }
    const character = source[at] as string
    if (depth === 0 && (character === ',' || character === ')')) {
      if (text.trim() !== '') {
        names.push(/^\s*(?!_\s*(?:=|$))([A-Za-z_$][\w$]*)/.exec(text)?.[1] ?? null)
        parts.push(taken)
        open = text.trimStart().startsWith('...') || /^[^=]*=(?![=>])/.test(text)
      }
      if (character === ')') return { count: names.length, lastIsOpen: names.length > 0 && open, names, parts }
      text = ''
      taken = null
      continue
    }
    if (depth === 0 && character === '{' && text.trim() === '') {
      taken = []
      isTaking = true
      atProperty = true
    } else if (depth === 1 && isTaking && character === ',') atProperty = true
    else if (depth === 1 && isTaking && atProperty && character.trim() !== '') {
      const property = /^[A-Za-z_$][\w$]*/.exec(source.slice(at, at + 256))?.[0]
      if (property !== undefined) taken?.push(property)
      atProperty = false
    }
    if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character)) depth--
    if (depth === 0) isTaking = false
    // What stands inside brackets says nothing about the parameter itself: `{ a = 1 }` has no default value.
    if (depth === 0 && !')]}'.includes(character)) text += character
    else if (depth === 1 && '([{'.includes(character) && text.trim() === '') text += '_'
  }
  return null
}

/** The one that begins the parameters: a computed method name may hold others. */
function openingParenthesis(source: string): number {
  let depth = 0
  for (let at = 0; at < source.length; at++) {
    const skipped = skipText(source, at)
    if (skipped > at) {
      at = skipped - 1
      continue
    }
    if (source[at] === '[') depth++
    else if (source[at] === ']') depth--
    else if (source[at] === '(' && depth === 0) return at
  }
  return -1
}

/** End of the comment or string that begins here; `at` itself when none does. */
function skipText(source: string, at: number): number {
  if (source.startsWith('//', at)) return indexAfter(source, '\n', at)
  if (source.startsWith('/*', at)) return indexAfter(source, '*/', at + 2)
  const quote = source[at] as string
  if (quote !== '"' && quote !== "'" && quote !== '`') return at
  for (let end = at + 1; end < source.length; end++) {
    if (source[end] === '\\') end++
    else if (source[end] === quote) return end + 1
  }
  return source.length
}

function indexAfter(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from)
  return found < 0 ? source.length : found + text.length
}
