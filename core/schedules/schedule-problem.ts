/** What is wrong with a schedule. Thrown while its texts are read, and turned into a value by `readSchedule`. */
export class ScheduleProblem extends Error {
  /** Which part of the input: `cron`, `interval`, `anchor`, `rrule`, `timezone`, `start`, `end` … */
  readonly field: string
  constructor(field: string, message: string) {
    super(message)
    this.name = 'ScheduleProblem'
    this.field = field
  }
}

/** Somebody else's text inside a message: in quotes, on one line, cut when long. */
export function quoted(text: string): string {
  const line = JSON.stringify(text)
  return line.length > 62 ? `${line.slice(0, 60)}…"` : line
}
