/**
 * What a runner's process prints, as log lines of its run. Memory is bounded whatever the process does:
 *
 * 1. At most `PENDING_BYTES` wait to be sent. Beyond that the pipe is not read, so the process waits at its next write (back-pressure),
 * 2. but never longer than `PATIENCE`, and never while the API is away or the run is being stopped: then lines are counted instead of kept,
 *    and one line says how many were dropped.
 * 3. One run may have `RUN_BYTES` of captured output in all.
 */
import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'
import type { Instant } from '../../core/instant.ts'
import type { LogLine } from '../../core/protocol/reports.ts'
import { readStamps } from '../runner/output-stamp.ts'
import { Redactor } from '../redaction/redactor.ts'

/** Characters waiting to be sent. */
const PENDING_BYTES = 512 * 1024
/** Characters of captured output one run may have; what comes later is counted, not kept. */
const RUN_BYTES = 64 * 1024 * 1024
/** One line; longer ones are cut and say so. */
const LINE_BYTES = 64 * 1024
/** Milliseconds a process may be held back. */
const PATIENCE = 2_000
const STDERR_TAIL = 4_096

/** Of one process, over all the runs that it serves. */
export interface CapturedOutput {
  /** Takes what waits, oldest first, and lets the process go on. Empty when there is nothing. */
  take(): LogLine[]
  /** What there is to take; `full`: the process is held back until it is taken. */
  waits(): 'nothing' | 'some' | 'full'
  /** Keep nothing back any more: the API is away, or the run is being stopped. */
  letGo(on: boolean): void
  /** Keeps these secrets out of every line from now on. */
  hide(values: readonly string[]): void
  /** The same process serves another run. */
  reset(): void
  /** Last lines of stderr, at most 4 KiB, for the message of a crash. */
  stderrTail(): string
}

/** Begins to read both streams. `wake` is called when lines wait, `full` = they should be taken now. */
export function captureOutput(stdout: Readable, stderr: Readable, wake: (full: boolean) => void, now: () => number = Date.now): CapturedOutput {
  let lines: LogLine[] = []
  let pending = 0
  let total = 0
  let dropped = 0
  /** Told from outside; by itself, until the next take. */
  let told = false
  let impatient = false
  let held: NodeJS.Timeout | null = null
  let tail = ''
  const redactor = new Redactor()

  const hold = () => {
    if (held || told || impatient) return
    stdout.pause()
    stderr.pause()
    held = setTimeout(() => {
      impatient = true
      goOn()
    }, PATIENCE)
    held.unref()
  }
  const goOn = () => {
    if (held) clearTimeout(held)
    held = null
    stdout.resume()
    stderr.resume()
  }
  const add = (source: 'stdout' | 'stderr', time: Instant, text: string) => {
    const message = text.length > LINE_BYTES ? `${text.slice(0, LINE_BYTES)} … cut, ${text.length - LINE_BYTES} characters more` : text
    const isTooMuch = total + message.length > RUN_BYTES
    if (isTooMuch || pending + message.length > PENDING_BYTES * 2) {
      dropped++
      if (dropped === 1) wake(!isTooMuch)
      return
    }
    pending += message.length + 32
    total += message.length
    lines.push({ time, level: source === 'stderr' ? 'warn' : 'info', message, source })
    if (pending >= PENDING_BYTES) {
      hold()
      wake(true)
    } else if (lines.length === 1) wake(false)
  }
  const readStdout = readStamps(now)
  const readStderr = readStamps(now)
  readLines(stdout, (line) => {
    const { time, text } = readStdout(line)
    add('stdout', time, redactor.text(text))
  })
  readLines(stderr, (whole) => {
    const { time, text } = readStderr(whole)
    const line = redactor.text(text)
    tail = `${tail}${line.slice(0, STDERR_TAIL)}\n`.slice(-STDERR_TAIL)
    add('stderr', time, line)
  })

  return {
    take() {
      const taken = lines
      if (dropped > 0) {
        const reason =
          total >= RUN_BYTES - LINE_BYTES ? `the run has printed ${RUN_BYTES / 1024 / 1024} MiB` : 'printed faster than they could be sent'
        taken.push({ time: now(), level: 'warn', message: `${dropped.toLocaleString('en')} lines of output dropped: ${reason}`, source: 'weir' })
      }
      lines = []
      pending = 0
      dropped = 0
      impatient = false
      if (held) goOn()
      return taken
    },
    waits: () => (held ? 'full' : lines.length > 0 || dropped > 0 ? 'some' : 'nothing'),
    letGo(on) {
      told = on
      if (on && held) goOn()
    },
    hide(values) {
      redactor.add([...values])
    },
    reset() {
      lines = []
      pending = 0
      total = 0
      dropped = 0
      tail = ''
      told = false
      impatient = false
    },
    stderrTail: () => tail.trimEnd(),
  }
}

/** Splits a byte stream into lines, holding at most one line's worth of an unfinished one. */
function readLines(stream: Readable, line: (text: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let skipping = false
  const push = (text: string) => {
    const parts = text.split('\n')
    const last = parts.pop() as string
    for (const part of parts) {
      const whole = rest + part
      rest = ''
      if (!skipping) line(whole.endsWith('\r') ? whole.slice(0, -1) : whole)
      skipping = false
    }
    rest += last
    if (rest.length > LINE_BYTES * 2) {
      if (!skipping) line(rest)
      rest = ''
      skipping = true
    }
  }
  stream.on('data', (chunk: Buffer) => push(decoder.write(chunk)))
  stream.on('end', () => {
    push(decoder.end())
    if (rest !== '' && !skipping) line(rest)
    rest = ''
  })
  stream.on('error', () => {})
}
