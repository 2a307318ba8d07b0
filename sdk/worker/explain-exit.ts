/** Why a runner ended, in words for the page of its run. */
import type { TimedOutFact } from '../../core/protocol/reports.ts'

/** How the process ended, as its system says: by a code or by a signal. */
export interface ProcessEnd {
  code: number | null
  signal: string | null
  /** Last lines of stderr. */
  stderr: string
  /** It was ended because this time limit had passed; null = not by one. */
  pastLimit: TimedOutFact | null
}

const BY_SIGNAL: Record<string, string> = {
  SIGKILL: 'killed (SIGKILL): out of memory, or by hand',
  SIGTERM: 'terminated from outside (SIGTERM)',
  SIGINT: 'interrupted from outside (SIGINT)',
  SIGHUP: 'its terminal went away (SIGHUP)',
  SIGSEGV: 'crashed in native code (segmentation fault)',
  SIGBUS: 'crashed in native code (bus error)',
  SIGILL: 'crashed in native code (illegal instruction)',
  SIGFPE: 'crashed in native code (arithmetic error)',
  SIGABRT: 'aborted itself (SIGABRT)',
  SIGXCPU: 'used more processor time than the system allows (SIGXCPU)',
}

/** Codes that shells and Node use; 128 + n means "ended by signal n". */
const BY_CODE: Record<number, string> = {
  0: 'ended before the flow did (exit code 0): something called process.exit()',
  13: 'ended with a promise that nothing could ever settle (exit code 13)',
  126: 'could not be started: not executable (exit code 126)',
  127: 'could not be started: command not found (exit code 127)',
  129: BY_SIGNAL.SIGHUP as string,
  130: BY_SIGNAL.SIGINT as string,
  134: BY_SIGNAL.SIGABRT as string,
  137: 'killed (exit code 137): out of memory, or by hand',
  139: BY_SIGNAL.SIGSEGV as string,
  143: BY_SIGNAL.SIGTERM as string,
}

/** One sentence without a full stop about a process that ended before its run did. */
export function explainExit({ code, signal, stderr, pastLimit }: ProcessEnd): string {
  if (/heap out of memory|Allocation failed/.test(stderr))
    return "out of memory: the JavaScript heap is full; allow more with NODE_OPTIONS=--max-old-space-size=… in the deployment's env"
  if (pastLimit) return pastLimit.message
  if (signal) return BY_SIGNAL[signal] ?? `ended by signal ${signal}`
  if (code === null) return 'could not be started'
  const known = BY_CODE[code]
  if (known) return known
  const said = lastErrorLine(stderr)
  return said ? `exit code ${code}: ${said}` : `exit code ${code}`
}

/** The line that names the error: the last `SomethingError: …`, else the last line that is no stack frame. */
function lastErrorLine(stderr: string): string | null {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at |^Node\.js v|^[{}[\]^~]+$/.test(line))
  const named = lines.findLast((line) => /^(Uncaught )?([A-Z]\w*)?(Error|Exception)\b.*:/.test(line))
  return (named ?? lines.at(-1) ?? null)?.slice(0, 500) ?? null
}
