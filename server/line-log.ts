/** Lines of JSON in a file of the home, in the shape of the Worker's own: `time`, `level`, `message`, then what belongs to it. */
import { appendFileSync } from 'node:fs'

/** Writes one line. A disk that is full costs the line and nothing else. */
export type LineLog = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void

/** Appends to `file`, readable by its owner only; opened for each line, so that it may be rotated away at any moment. */
export const openLineLog =
  (file: string): LineLog =>
  (level, message, fields = {}) => {
    try {
      appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`, { mode: 0o600 })
    } catch {
      // Whoever asked for the statement is answered all the same.
    }
  }
