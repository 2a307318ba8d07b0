/** One short text for the arguments of a call: the same in every process and whatever the order of keys, different for different values. */
import { createHash } from 'node:crypto'
import { hashValue, NotHashable } from '../cache/hash-value.ts'
import { InputNotHashable } from './errors.ts'

/** Throws InputNotHashable, naming the argument and the place in it. */
export function hashInputs(task: string, args: readonly unknown[]): string {
  try {
    return digest(args.map((argument, at) => hashValue(argument, `argument ${at + 1} of task "${task}"`)).join(','))
  } catch (error) {
    throw error instanceof NotHashable ? new InputNotHashable(error.path, error.what) : error
  }
}

/** SHA-256 of a text, in hexadecimal. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
