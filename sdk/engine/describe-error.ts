/** Anything that can be thrown, as the record keeps it. Authors throw strings, null, proxies and errors with hostile getters: nothing here throws. */
import type { StateDetails } from '../../core/states.ts'
import { messageOf } from '../errors.ts'

const MESSAGE_CHARACTERS = 8 * 1024
const STACK_CHARACTERS = 8 * 1024
const CAUSES = 5

/** Name, message and stack with its causes; each at most 8 KiB. */
export function describeError(thrown: unknown): NonNullable<StateDetails['error']> {
  const name = nameOf(thrown)
  const message = cut(messageOf(thrown), MESSAGE_CHARACTERS)
  const stack = stackOf(thrown)
  return stack === '' ? { name, message } : { name, message, stack: cut(stack, STACK_CHARACTERS) }
}

/** One line for a state's message: `TypeError: x is not a function`. */
export function summarizeError(thrown: unknown): string {
  const { name, message } = describeError(thrown)
  const [line = ''] = message.split('\n')
  return cut(name === 'Error' || name === '' ? line || 'Error' : line ? `${name}: ${line}` : name, 1_000)
}

function nameOf(thrown: unknown): string {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'name' in thrown && typeof thrown.name === 'string') return cut(thrown.name, 200)
    return typeof thrown === 'object' && thrown !== null ? 'Error' : `thrown ${thrown === null ? 'null' : typeof thrown}`
  } catch {
    return 'Error'
  }
}

function stackOf(thrown: unknown): string {
  const parts: string[] = []
  let current = thrown
  for (let depth = 0; depth <= CAUSES; depth++) {
    try {
      if (typeof current !== 'object' || current === null || !('stack' in current) || typeof current.stack !== 'string') break
      parts.push(depth === 0 ? current.stack : `Caused by: ${current.stack}`)
      const cause: unknown = 'cause' in current ? current.cause : undefined
      if (cause === undefined || cause === current) break
      current = cause
    } catch {
      break
    }
  }
  return parts.join('\n')
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text)
