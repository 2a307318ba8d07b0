import { STATE_TYPES } from '../../core/states.ts'
import { wrongUse } from './failure.ts'
import { nearest } from './nearest.ts'

/** State types as `--state` gives them: several, each maybe a list with commas, in any case. Throws Failure with the nearest one. */
export const readStateTypes = (given: readonly string[]): string[] => given.flatMap((text) => text.split(',')).map(readStateType)

function readStateType(text: string): string {
  const type = text.trim().toUpperCase()
  if ((STATE_TYPES as readonly string[]).includes(type)) return type
  const near = nearest(type, STATE_TYPES)
  throw wrongUse('UNKNOWN_STATE', `There is no state type "${text}".`, near ? `Did you mean ${near}?` : `Known: ${STATE_TYPES.join(', ')}.`)
}
