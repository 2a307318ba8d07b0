import { shellWord as quote } from '../../core/shell-word.ts'
import { safeLine } from './safe-text.ts'

/** A name as it has to be typed, and as a terminal may show it. For command lines that a message suggests. */
export const shellWord = (name: string): string => quote(safeLine(name))
