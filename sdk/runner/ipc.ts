/**
 * What a process worker and its runners say to each other. Every message is JSON over Node's IPC channel (`process.send`), which keeps order and
 * loses nothing while both live; so there is no numbering here, only in the reports themselves.
 *
 * How a worker starts a runner: `fork(main, { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'] })`.
 *   fd 1, 2  captured by the worker, which reports the lines itself (holder fact `output`), so that the last words of a crash are there too
 *   fd 3     this channel
 *   fd 4     the lifeline: the worker keeps its end open, and writes nothing but `LifelineMessage` lines. The runner's watch thread reads it, so
 *            a blocked event loop hears it too. End of file = the worker is gone.
 * The runner is the leader of its own process group (`detached`), so that killing the group kills what the flow has started.
 *
 * Life: `ready` → (`preload` → `ready`) → `run` → `started` → `report`/`answer` … → `finished` → exit 0 or 75,
 * or, when the deployment says `reuse`, `ready` again.
 */
import type { Instant } from '../../core/instant.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Directive, RunAnswer, RunReport } from '../../core/protocol/reports.ts'
import type { LoadedFiles } from './loaded-files.ts'

/** File descriptor of the lifeline in the runner. */
export const LIFELINE_FD = 4

/** The runner's only word on it: a `TimedOutFact` as one JSON line of at most so many characters, when a time limit ends its process. */
export const LIFELINE_WORD = 48 * 1024

/** Exit codes of a runner; any other code, or a signal, crashes the run. */
export const RUNNER_EXIT = { delivered: 0, spoolLeft: 75 } as const

/** The server's clock as the worker learnt it at `welcome`: at this wall time and machine-wide monotonic time (both milliseconds) the server said `serverTime`. */
export interface ClockReading {
  serverTime: Instant
  /** `Date.now()` halfway between sending hello and hearing welcome. */
  wall: number
  /** `Number(process.hrtime.bigint()) / 1e6` at the same moment; comparable between processes of one machine, unlike `performance.now()`. */
  monotonic: number
}

/** What a runner is told with each run. */
export interface RunnerSettings {
  /** Base URL of the control plane, for what the runner asks by itself with its run token (worker gone, spool). */
  apiUrl: string
  /** Folder for spools; made with mode 0700 when missing. */
  spoolFolder: string
  clock: ClockReading
  /** Factor for core/timings.ts. */
  timeScale: number
}

/** Import this deployment's module ahead, so that a run of it starts at once. Answered by `ready`. */
export interface PreloadMessage {
  type: 'preload'
  /** Echoed in `ready`; the worker matches assignments to it. */
  key: string
  path: string
  entrypoint: string
  env: Record<string, string>
}

/** Run this. A runner holds one run at a time. */
export interface RunMessage {
  type: 'run'
  assignment: Assignment
  /** When the worker got the assignment, wall time. */
  receivedAt: Instant
  settings: RunnerSettings
}

/** A run whose process is gone before its hooks could run: run those of this final state, and end. What they print are lines of the run. */
export interface HooksMessage {
  type: 'hooks'
  assignment: Assignment
  state: { type: 'CANCELLED' | 'CRASHED' | 'FAILED'; message: string }
  settings: RunnerSettings
}

/** The API's answer to this runner's report number `n`. `answers` is the `sentAt` of the request it rode in: fences count from it. */
export interface AnswerMessage {
  type: 'answer'
  n: number
  answers: Instant
  answer: RunAnswer
}

/** The API did not take the report just now; the worker keeps trying. The runner begins to spool. */
export interface UnreachableMessage {
  type: 'unreachable'
  reason: string
}

/** An order for a run that came over the socket, ahead of the next answer. */
export interface DirectMessage {
  type: 'direct'
  flowRunId: string
  epoch: number
  directive: Directive
}

/** The record counts the run as lost, or as somebody else's: report at once, so that it takes the run back or says stop. */
export interface AskMessage {
  type: 'ask'
  flowRunId: string
  epoch: number
}

/** No run is coming: end now, exit 0. With a run in hand: abort it as cancelled and end. */
export interface ShutdownMessage {
  type: 'shutdown'
}

/** Everything that a worker says. */
export type MessageToRunner =
  | PreloadMessage
  | RunMessage
  | AnswerMessage
  | UnreachableMessage
  | DirectMessage
  | AskMessage
  | ShutdownMessage
  | HooksMessage

/** Booted: SDK, zod and type stripping are warm. `preloaded` is the key whose module is imported; a failed preload is null, and `problem` says why. */
export interface ReadyMessage {
  type: 'ready'
  preloaded: string | null
  problem?: string
  /** After a preload: what was loaded from outside node_modules; the worker throws the spare away when one of them changes. */
  files?: LoadedFiles
}

/** User code is about to start (or has been refused to: see `finished`). From here on the run may have had effects and is not handed back. */
export interface StartedMessage {
  type: 'started'
  flowRunId: string
  epoch: number
}

/** The run is over, and its hooks begin: whatever becomes of this process, they are not run again. */
export interface HooksBegunMessage {
  type: 'hooks-begun'
  flowRunId: string
  epoch: number
}

/** To be sent to the API at the worker's next chance, and answered with `answer`. One is in flight per run. */
export interface ReportMessage {
  type: 'report'
  report: RunReport
  /** Carries a state of the flow run, or somebody watches: send without waiting for the second to pass. */
  urgent: boolean
}

/** The run is over for this runner. `spoolLeft`: the worker delivers the spool (`deliverSpool`). */
export interface FinishedMessage {
  type: 'finished'
  flowRunId: string
  epoch: number
  /** Final state type as the runner knows it; null when it was told to stop, or released the run for a later retry. */
  stateType: string | null
  spoolLeft: boolean
  /** Of a runner that waits for another run (`reuse`): as in `ready`. */
  files?: LoadedFiles
}

/** Secrets that the runner has read, all so far: what its process prints past it is to be without them too. The worker keeps them in memory alone. */
export interface HideMessage {
  type: 'hide'
  values: readonly string[]
}

/** Everything that a runner says, but reports that it sends by itself when its worker is gone. */
export type MessageToWorker = ReadyMessage | StartedMessage | HooksBegunMessage | ReportMessage | FinishedMessage | HideMessage

/** One JSON line on the lifeline: the worker's lease of this run was renewed by Postgres; the fence counts from `sentAt`. */
export interface LifelineMessage {
  flowRunId: string
  epoch: number
  /** Wall and machine-wide monotonic milliseconds at which the acknowledged message was sent. */
  sentAt: { wall: number; monotonic: number }
  /** Milliseconds. */
  fence: number
}
