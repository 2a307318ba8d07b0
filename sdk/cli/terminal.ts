/**
 * The two streams of a command. Results go to stdout and can be piped; everything else (progress, hints, questions) goes to stderr.
 * Colour only where somebody looks at it: a terminal, NO_COLOR unset, TERM not `dumb`.
 */
import type { StateType } from '../../core/states.ts'

const colourful = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const
type Style = keyof typeof CODES

/** The text in this style, if stdout shows styles. */
export const style = (name: Style, text: string): string => (colourful(process.stdout) ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text)

/** The same for what is written to stderr. */
export const styleError = (name: Style, text: string): string => (colourful(process.stderr) ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text)

/** A result. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** A result for programs: two spaces of indent for one value, one line each for a stream of them. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))
/** One JSON value on one line of stdout. */
export const printJsonLine = (value: unknown): void => print(JSON.stringify(value))

/** Something for the person at the terminal. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** A state has a shape and a word, so that neither colour nor sight is needed for both. */
const SHAPES: Record<StateType, { shape: string; style: Style }> = {
  SCHEDULED: { shape: '○', style: 'cyan' },
  PENDING: { shape: '◔', style: 'cyan' },
  RUNNING: { shape: '▶', style: 'blue' },
  PAUSED: { shape: '‖', style: 'yellow' },
  CANCELLING: { shape: '◌', style: 'yellow' },
  COMPLETED: { shape: '●', style: 'green' },
  FAILED: { shape: '✕', style: 'red' },
  CANCELLED: { shape: '⊘', style: 'dim' },
  CRASHED: { shape: '✖', style: 'magenta' },
}

/** `● Completed`. */
export function showState(state: { type: string; name: string }): string {
  const known = SHAPES[state.type as StateType]
  return known ? style(known.style, `${known.shape} ${state.name}`) : state.name
}

/** Columns of a terminal; null when nobody looks, so that piped tables are never cut. */
export const columnsOfTerminal = (): number | null => (process.stdout.isTTY ? (process.stdout.columns ?? 80) : null)

/**
 * Leaves the terminal as it should be when Ctrl-C ends the command: `clean` runs before. Call the answer when there is nothing to clean any more.
 * Where something else listens as well (a server that stops, a worker that drains), that decides whether the command ends.
 */
export function onInterrupt(clean: () => void): () => void {
  const interrupted = () => {
    clean()
    process.removeListener('SIGINT', interrupted)
    // Ended by the signal, as the shell expects it.
    if (process.listenerCount('SIGINT') === 0) process.kill(process.pid, 'SIGINT')
  }
  process.on('SIGINT', interrupted)
  return () => process.removeListener('SIGINT', interrupted)
}

/** Shows on stderr that something is going on, from the second second on. Call the answer when it is over. */
export function showProgress(what: string): () => void {
  const begin = Date.now()
  const terminal = process.stderr.isTTY === true
  let shown = false
  const timer = setInterval(() => {
    const line = `${what} … ${Math.round((Date.now() - begin) / 1000)} s`
    if (terminal) process.stderr.write(`\r\u001b[K${styleError('dim', line)}`)
    else if (!shown) say(`${what} …`)
    shown = true
  }, 1_000)
  timer.unref()
  const wipe = () => {
    if (shown && terminal) process.stderr.write('\r\u001b[K')
  }
  const forget = onInterrupt(wipe)
  return () => {
    clearInterval(timer)
    forget()
    wipe()
  }
}
