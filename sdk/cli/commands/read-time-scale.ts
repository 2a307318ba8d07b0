import { wrongUse } from '../failure.ts'

/** WEIR_TIME_SCALE: the factor for all durations of the protocol, for tests. 1 by default; control plane and workers must have the same. */
export function readTimeScale(): number {
  const text = process.env['WEIR_TIME_SCALE']
  if (!text) return 1
  const value = Number(text)
  if (!(value > 0 && value <= 10)) throw wrongUse('INVALID_SETTING', `WEIR_TIME_SCALE is "${text}".`, 'Expected a number above 0, for example 0.1.')
  return value
}
