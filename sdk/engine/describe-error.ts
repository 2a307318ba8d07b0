/** Anything that can be thrown, as the record keeps it. Authors throw strings, null, proxies and errors with hostile getters: nothing here throws. */
import type { StateDetails } from '../../core/states.ts'
import { cutTo, LIMITS } from '../../core/limits.ts'
import { messageOf } from '../errors.ts'
import { redactText } from '../redaction/hidden-values.ts'

const CAUSES = 5

/** Name, message and stack with its causes, each within its limit. */
export function describeError(thrown: unknown): NonNullable<StateDetails['error']> {
  const shown = nameAndMessage(thrown)
  const stack = redactText(stackOf(thrown))
  return stack === '' ? shown : { ...shown, stack: cutTo(stack, LIMITS.errorStack) }
}

/** Secrets go before it is cut: a half of one is not recognised any more. */
function nameAndMessage(thrown: unknown): { name: string; message: string } {
  return { name: nameOf(thrown), message: cutTo(redactText(messageOf(thrown)), LIMITS.errorMessage) }
}

/** One line for a state's message: `TypeError: x is not a function`. */
export function summarizeError(thrown: unknown): string {
  const { name, message } = nameAndMessage(thrown)
  const [line = ''] = message.split('\n')
  return cutTo(name === 'Error' || name === '' ? line || 'Error' : line ? `${name}: ${line}` : name, 1_000)
}

/** For a log line: `TypeError: x is not a function`, with every line of the message. */
export function tellError(thrown: unknown): string {
  const { name, message } = nameAndMessage(thrown)
  return name === 'Error' || name === '' ? message : `${name}: ${message}`
}

/** For the log line of a failure: the error, and below it what to do, where one of ours knows that. */
export function tellFailure(thrown: unknown): string {
  const hint = hintOf(thrown)
  return hint === null ? tellError(thrown) : `${tellError(thrown)}\nhint: ${redactText(hint)}`
}

/** By its shape: the error may be of another copy of this package. */
function hintOf(thrown: unknown): string | null {
  try {
    if (!(thrown instanceof Error) || !('code' in thrown) || !('hint' in thrown)) return null
    return typeof thrown.code === 'string' && typeof thrown.hint === 'string' ? thrown.hint : null
  } catch {
    return null
  }
}

function nameOf(thrown: unknown): string {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'name' in thrown && typeof thrown.name === 'string') return cutTo(thrown.name, 200)
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
