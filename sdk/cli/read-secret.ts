/** Secret values on their way in: typed without being shown, out of the environment, or from stdin; never as an argument. */
import { readFileSync } from 'node:fs'
import { askSecret } from './ask-person.ts'
import { wrongUse } from './failure.ts'

/** The value of a variable of the environment. Throws Failure when it is not set. */
export function secretOfEnvironment(variable: string): string {
  const value = process.env[variable]
  if (value !== undefined && value !== '') return value
  throw wrongUse('NOT_SET', `The environment variable ${variable} is not set.`, 'Its name is expected, not the value.')
}

/** All of stdin without a line break at its end. Throws Failure when there is nothing. */
export function secretOfStdin(): string {
  const value = readFileSync(0, 'utf8').replace(/\r?\n$/, '')
  if (value === '') throw wrongUse('NO_VALUE', 'There is nothing on stdin.')
  return value
}

/** Asks the person at the terminal. Throws Failure where nobody may be asked (`instead` says what to do then), and for no answer. */
export async function askForSecret(what: string, { mayAsk, instead }: { mayAsk: boolean; instead: string }): Promise<string> {
  if (!mayAsk) throw wrongUse('NO_VALUE', `No value was given for ${what}, and nobody can be asked.`, instead)
  const value = await askSecret(what)
  if (value === '') throw wrongUse('NO_VALUE', `No value was given for ${what}.`)
  return value
}
