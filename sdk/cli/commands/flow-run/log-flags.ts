/** The flags of commands that print log lines. */
import type { Command } from 'commander'
import { wholeNumber } from '../../command.ts'

export interface LogOptions {
  level?: string
  text?: string
  tail?: number
  csv?: boolean
}

/** At most what one page of the API has. */
const LONGEST_TAIL = 200

/** Declares them. */
export const withLogOptions = (command: Command): Command =>
  command
    .option('-l, --level <level>', 'this level and above: debug, info, warn, error')
    .option('--text <text>', 'only lines with this in the message, in any case')
    .option('--tail <number>', `only the last so many, at most ${LONGEST_TAIL}`, wholeNumber(1, LONGEST_TAIL))
    .option('--csv', 'time, level, source, task run, message and fields of each line, for a spreadsheet')
