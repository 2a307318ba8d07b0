/**
 * What a process worker and the runners it has started say to each other. Two channels:
 *
 * 1. Node's IPC channel (JSON): `WorkerToRunner` and `RunnerToWorker`.
 * 2. The watch pipe, file descriptor `WEIR_WATCH_FD` (4): newline-delimited JSON `WatchLine`, worker → runner only, read by the runner's watch thread,
 *    so that a blocked event loop neither overruns its fence nor misses a cancel. End of file = the worker is gone.
 *
 * The runner's life: boot → `ready` → (`preload` → `preloaded`) → `run` → `report`… ⇄ `answer`… → exit 0 (everything acknowledged) or 75 (spool left).
 * With `reuse` it says `finished` instead of exiting and may be given another `run`. The worker's key is never in a runner's environment.
 */
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Instant } from '../../core/instant.ts'
import type { Directive, RunAnswer, RunReport } from '../../core/protocol/reports.ts'

export type WorkerToRunner =
  /** Import this module ahead, so that a run of the same deployment finds it loaded. `directory` becomes the working directory, `env` is set first. */
  | { type: 'preload'; directory: string; entrypoint: string; env: Record<string, string> }
  /**
   * Run this. `mayStart` is the worker's verdict (assignment says so, and it is young enough by the server's clock): user code starts at once;
   * otherwise RUNNING must be acknowledged first. `sentAt` and `sentMonotonic` are when the fence of the assignment began to count.
   */
  | { type: 'run'; assignment: Assignment; mayStart: boolean; apiUrl: string; reuse: boolean; sentAt: Instant; sentMonotonic: number }
  /** The API's answer to this runner's report. `answers`, `answersMonotonic`: when that request was sent, by the worker's clocks (same machine). */
  | { type: 'answer'; answer: RunAnswer; serverTime: Instant; answers: Instant; answersMonotonic: number }
  /** A directive that came over the worker's socket (also written to the watch pipe). */
  | { type: 'direct'; flowRunId: string; epoch: number; directive: Directive }
  /** The API cannot be reached: keep facts on disk; the last report stays with the worker, which goes on trying. `back` = it answered again. */
  | { type: 'away' }
  | { type: 'back' }

export type RunnerToWorker =
  /** Booted: SDK, zod and type stripping are warm. */
  | { type: 'ready' }
  /**
   * `preload` is done; with `error` the module could not be imported and this spare is thrown away.
   * `files`: absolute paths of what was loaded from outside node_modules, so that the worker notices when one of them changes.
   */
  | { type: 'preloaded'; error?: string; files?: string[] }
  /** The run's next batch; the worker has at most one of a run and answers it with `answer`. */
  | { type: 'report'; report: RunReport }
  /** User code has begun (for the benches and for the worker's own picture of the run). */
  | { type: 'started'; flowRunId: string; epoch: number }
  /** The run is over and delivered, and this process (`reuse`) can take another. */
  | { type: 'finished'; flowRunId: string; epoch: number }

export type WatchLine =
  /** The fence of the present run counts `fence` milliseconds from then. Monotonic = `process.hrtime`, in milliseconds, which all processes of a machine share. */
  | { kind: 'fence'; flowRunId: string; epoch: number; sentAt: Instant; sentMonotonic: number; fence: number }
  | { kind: 'direct'; flowRunId: string; epoch: number; directive: Directive }

/** Exit codes of a runner: anything else crashes its run. */
export const RUNNER_EXIT = { delivered: 0, spoolLeft: 75 } as const

/** Milliseconds of the machine's monotonic clock, comparable between processes of one machine. */
export const monotonicNow = (): number => Number(process.hrtime.bigint()) / 1e6
