/** What `npm start -- …` was told: its flags, and WEIR_TIME_SCALE. */
import { parseArgs } from 'node:util'

const DEFAULT_PORT = 4600

/** What to start. */
export interface Flags {
  /** End after the run of the main example. */
  once: boolean
  /** Forget everything in the home first. */
  fresh: boolean
  /** 0 = any free one. */
  port: number
  /** Factor for all durations of the protocol, for tests; 1 by default. */
  timeScale: number
}

/** Throws an Error whose message is all that is to be said. Looks at nothing but what it is given. */
export function readFlags(words: string[], environment: Record<string, string | undefined>): Flags {
  return { ...readWords(words), timeScale: readTimeScale(environment.WEIR_TIME_SCALE) }
}

function readWords(words: string[]): Omit<Flags, 'timeScale'> {
  try {
    const { values } = parseArgs({ args: words, options: { once: { type: 'boolean' }, fresh: { type: 'boolean' }, port: { type: 'string' } } })
    const port = values.port === undefined ? DEFAULT_PORT : Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535 || values.port === '')
      throw new Error(`--port ${values.port} is no port: expected 0 to 65535.`)
    return { once: values.once ?? false, fresh: values.fresh ?? false, port }
  } catch (error) {
    throw new Error(`${(error as Error).message}\nUsage: npm start -- [--once] [--fresh] [--port N]`)
  }
}

function readTimeScale(text: string | undefined): number {
  const scale = text ? Number(text) : 1
  if (scale > 0 && scale <= 10) return scale
  throw new Error(`error: WEIR_TIME_SCALE is "${text}" (INVALID_SETTING)\nhint:  Set it to a number above 0, at most 10, or unset it.`)
}
