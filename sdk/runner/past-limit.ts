/** The last words of a process that was ended because its code computed past a time limit without a pause: written by its watch, read by its worker. */

const WORDS = ' and computed on without a pause, so its process was ended'

/** One line. */
export const sayPastLimit = (what: string, limit: string): string => `${what} took longer than its limit of ${limit}${WORDS}`

/** That line, if it is among these. */
export const findPastLimit = (stderr: string): string | null => stderr.split('\n').findLast((line) => line.endsWith(WORDS)) ?? null
