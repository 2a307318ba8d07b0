/**
 * The runs this worker holds, each in a runner of its own, from assignment to the end of its process. `core/holder.ts` decides; this is its hands.
 *
 * 1. A newer epoch of a run ends the process of the older one at once, and is handed back until that is gone.
 * 2. A slot is free again when the runner says `finished`, or when its process has ended with everything it had started.
 * 3. Every end that the runner did not announce is told to the API with its reason, again and again until the record shows a final state.
 */
import { randomUUID } from 'node:crypto'
import type { Clocks } from '../../core/fence.ts'
import type { Holder, HolderOrder } from '../../core/holder.ts'
import type { Instant } from '../../core/instant.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Renewed } from '../../core/protocol/pool-messages.ts'
import type { Directive, HolderFact, LogLevel, RunAnswer, RunReport } from '../../core/protocol/reports.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { isFinal, type StateType } from '../../core/states.ts'
import type { Timings } from '../../core/timings.ts'
import type { FinishedMessage, MessageToWorker, RunnerSettings } from '../runner/ipc.ts'
import { explainExit, type ProcessEnd } from './explain-exit.ts'
import { readClocks } from './read-clocks.ts'
import { type Demand, demandOf, type Spares, type Taken } from './spares.ts'

/** One run and its process. */
interface LiveRun {
  assignment: Assignment
  demand: Demand
  taken: Taken
  finished: FinishedMessage | null
  /** Why we end it: its end is then no surprise. */
  ending: 'cancel' | 'stop' | 'shutdown' | null
  endTimer: NodeJS.Timeout | null
  outputTimer: NodeJS.Timeout | null
  watchedUntil: Instant
}

export interface HeldRunsOptions {
  holder: Holder
  spares: Spares
  /** Of the SDK. */
  version: string
  timings: Timings
  settings(): RunnerSettings
  /** To the API. */
  report(report: RunReport, urgent: boolean): void
  fact(fact: HolderFact): void
  /** Over the socket. */
  acknowledge(runs: RunKey[]): void
  handBack(runs: RunKey[], reason: string): void
  /** The number of free slots has changed. */
  onRoom(): void
  /** Spools of ended runners wait to be delivered. */
  onSpool(): void
  onNote(level: LogLevel, message: string, run: RunKey & { name: string }): void
}

export interface HeldRuns {
  assign(assignments: Assignment[]): void
  /** A directive that came over the socket. */
  direct(flowRunId: string, epoch: number, directive: Directive): void
  answer(answer: RunAnswer, sent: Clocks): void
  unreachable(flowRunIds: string[], reason: string): void
  reachable(): void
  renewed(renewed: Pick<Renewed, 'fence' | 'lost'>, sent: Clocks, holding: readonly RunKey[]): void
  /** Stops what its fence forbids to go on. */
  tick(): void
  /** Processes that live. */
  count(): number
  /** Nothing new any more. */
  drain(): void
  /** Resolves when no process lives any more. */
  idle(): Promise<void>
  /** Ends all of them: SIGTERM, and SIGKILL after the grace in milliseconds. */
  endAll(grace: number): void
}

/** What a finished runner, and one that was told to stop, has left to live. */
const FAREWELL = 10_000
const STOP_GRACE = 5_000
/** An end that the record does not show yet is told again. */
const TELL_AGAIN = 5_000

export function holdRuns(options: HeldRunsOptions): HeldRuns {
  const { holder, spares, timings } = options
  const live = new Map<string, LiveRun>()
  /** Processes whose run is over: they hold no slot. */
  const leaving = new Set<LiveRun>()
  /** Ends the record does not show yet. */
  const ends = new Map<string, { fact: HolderFact & { kind: 'exited' }; timer: NodeJS.Timeout | null }>()
  const idlers: (() => void)[] = []

  const keyOf = ({ flowRunId, epoch }: RunKey): RunKey => ({ flowRunId, epoch })
  const labelOf = ({ assignment }: LiveRun) => ({ ...keyOf(assignment), name: assignment.flowRun.name })
  const find = ({ flowRunId, epoch }: RunKey) => {
    const run = live.get(flowRunId)
    return run?.assignment.epoch === epoch ? run : undefined
  }
  const roomChanged = () => {
    spares.setRoom(holder.free)
    options.onRoom()
    if (live.size + leaving.size === 0) for (const resolve of idlers.splice(0)) resolve()
  }

  const assign = (assignments: Assignment[]) => {
    const taken: RunKey[] = []
    for (const assignment of assignments) {
      const key = keyOf(assignment)
      const older = live.get(assignment.flowRunId)
      if (older && older.assignment.epoch < assignment.epoch) end(older, 'stop', 0)
      const verdict = holder.onAssign(assignment, readClocks())
      if (verdict.kind === 'hand-back') options.handBack([key], verdict.reason)
      else taken.push(key)
      if (verdict.kind === 'start') begin(assignment)
    }
    if (taken.length > 0) options.acknowledge(taken)
    roomChanged()
  }

  const begin = (assignment: Assignment) => {
    const key = keyOf(assignment)
    holder.onStarted(key)
    if (!assignment.deployment) {
      holder.onExited(key)
      return tellEnd({ kind: 'exited', ...key, code: null, signal: null, stderr: '', reason: 'the run has no deployment, so a process worker has no code to start' })
    }
    const demand = demandOf(assignment.deployment, options.version)
    const taken = spares.take(demand)
    const watchedUntil = assignment.watched ? Date.now() + timings.watch : 0
    const run: LiveRun = { assignment, demand, taken, finished: null, ending: null, endTimer: null, outputTimer: null, watchedUntil }
    live.set(assignment.flowRunId, run)
    taken.runner.output.reset()
    taken.handlers.onMessage = (message) => hear(run, message)
    taken.handlers.onEnd = (processEnd) => ended(run, processEnd)
    taken.handlers.onOutput = (full) => outputSoon(run, full)
    taken.runner.send({ type: 'run', assignment, receivedAt: Date.now(), settings: options.settings() })
    options.onNote('debug', `given to a ${taken.kind} runner, pid ${taken.runner.pid ?? '?'}`, labelOf(run))
  }

  const hear = (run: LiveRun, message: MessageToWorker) => {
    if (message.type === 'started') options.onNote('info', 'RUNNING', labelOf(run))
    if (message.type === 'log') options.onNote(message.level, message.message, labelOf(run))
    if (message.type === 'finished') finish(run, message)
    if (message.type === 'report') {
      if (!endsRun(message.report)) return sendReport(run, message.report, message.urgent)
      // What the process printed before its last report may still be in the pipe: read once more, so that it travels along.
      setImmediate(() => sendReport(run, message.report, message.urgent))
    }
  }
  const sendReport = (run: LiveRun, report: RunReport, urgent: boolean) => {
    sendOutput(run)
    options.report(report, urgent)
  }

  const finish = (run: LiveRun, message: FinishedMessage) => {
    const key = keyOf(run.assignment)
    run.finished = message
    clearTimers(run)
    sendOutput(run)
    options.onNote('info', message.stateType ?? 'let go', labelOf(run))
    live.delete(key.flowRunId)
    holder.onExited(key)
    if (message.spoolLeft) options.onSpool()
    else holder.forget(key)
    if (!run.demand.reuse || holder.draining || !spares.giveBack(run.taken, run.demand)) {
      leaving.add(run)
      // With `reuse` the runner waits for another run; otherwise it is ending anyway.
      if (run.demand.reuse) run.taken.runner.send({ type: 'shutdown' })
      run.endTimer = setTimeout(() => run.taken.runner.kill(), FAREWELL)
    }
    roomChanged()
  }

  const ended = (run: LiveRun, processEnd: ProcessEnd) => {
    const key = keyOf(run.assignment)
    clearTimers(run)
    sendOutput(run)
    leaving.delete(run)
    if (live.get(key.flowRunId) === run) live.delete(key.flowRunId)
    holder.onExited(key)
    const spoolLeft = processEnd.code === 75
    if (spoolLeft && !run.finished) options.onSpool()
    if (run.ending === 'stop') holder.forget(key)
    else if (run.ending === 'cancel' && !run.finished) options.fact({ kind: 'killed', ...key })
    if (run.ending !== 'stop' && (!run.finished || spoolLeft)) {
      const reason = run.ending === 'shutdown' ? 'its worker was stopped' : explainExit(processEnd, run.finished !== null)
      const { code, signal, stderr } = processEnd
      tellEnd({ kind: 'exited', ...key, code, signal, stderr, reason, at: Date.now() })
      if (reason) options.onNote('warn', reason, labelOf(run))
    }
    roomChanged()
  }
  const tellEnd = (fact: HolderFact & { kind: 'exited' }) => {
    ends.set(fact.flowRunId, { fact, timer: null })
    options.fact(fact)
  }
  /** The answer to an end: final, or to be stopped = the record knows; anything else waits for a spool. */
  const endAnswered = (answer: RunAnswer) => {
    const told = ends.get(answer.flowRunId)
    if (!told || told.fact.epoch !== answer.epoch) return
    const known = answer.stateType === null || isFinal(answer.stateType as StateType) || answer.directives.some((directive) => directive.kind === 'stop')
    if (told.timer) clearTimeout(told.timer)
    if (known) ends.delete(answer.flowRunId)
    else told.timer = setTimeout(() => options.fact(told.fact), TELL_AGAIN).unref()
    if (known) holder.forget(answer)
  }

  const end = (run: LiveRun, why: 'cancel' | 'stop' | 'shutdown', grace: number) => {
    if (run.finished) return
    run.ending = why === 'stop' ? 'stop' : (run.ending ?? why)
    run.taken.runner.stop(grace)
  }
  const obey = (orders: readonly HolderOrder[]) => {
    for (const order of orders) {
      const run = find(order.run)
      if (run && order.kind === 'stop') {
        run.taken.runner.send({ type: 'direct', ...order.run, directive: { kind: 'stop', reason: order.reason } })
        options.onNote('warn', `stopped: ${order.reason}`, labelOf(run))
        end(run, 'stop', STOP_GRACE)
      } else if (run && order.kind === 'cancel') cancel(run)
    }
  }
  /** The runner has been told; whoever does not listen is ended with all its children when the grace is over. */
  const cancel = (run: LiveRun) => {
    if (run.ending || run.finished) return
    run.ending = 'cancel'
    run.taken.runner.output.letGo(true)
    options.onNote('info', 'cancelling', labelOf(run))
    run.endTimer = setTimeout(() => run.taken.runner.stop(0), timings.killGrace)
  }
  const clearTimers = (run: LiveRun) => {
    if (run.endTimer) clearTimeout(run.endTimer)
    if (run.outputTimer) clearTimeout(run.outputTimer)
    run.endTimer = run.outputTimer = null
  }

  const outputSoon = (run: LiveRun, full: boolean) => {
    if (full) return sendOutput(run)
    run.outputTimer ??= setTimeout(() => sendOutput(run), run.watchedUntil > Date.now() ? timings.reportIntervalWatched : timings.reportInterval)
  }
  const sendOutput = (run: LiveRun) => {
    if (run.outputTimer) clearTimeout(run.outputTimer)
    run.outputTimer = null
    const lines = run.taken.runner.output.take()
    if (lines.length > 0) options.fact({ kind: 'output', ...keyOf(run.assignment), chunkId: randomUUID(), lines })
  }

  return {
    assign,
    direct(flowRunId, epoch, directive) {
      const run = find({ flowRunId, epoch })
      if (!run) return
      if (directive.kind === 'watch') run.watchedUntil = directive.until
      if (directive.kind === 'stop') return obey([{ kind: 'stop', run: { flowRunId, epoch }, reason: directive.reason }])
      run.taken.runner.send({ type: 'direct', flowRunId, epoch, directive })
      if (directive.kind === 'cancel') cancel(run)
    },
    answer(answer, sent) {
      const run = find(answer)
      run?.taken.runner.send({ type: 'answer', answers: sent.wall, answer })
      for (const directive of answer.directives) if (run && directive.kind === 'watch') run.watchedUntil = directive.until
      obey(holder.onRunAnswer(answer, sent))
      if (!run) endAnswered(answer)
    },
    unreachable(flowRunIds, reason) {
      for (const run of live.values()) run.taken.runner.output.letGo(true)
      for (const flowRunId of new Set(flowRunIds)) live.get(flowRunId)?.taken.runner.send({ type: 'unreachable', reason })
    },
    reachable() {
      for (const run of live.values()) if (!run.ending) run.taken.runner.output.letGo(false)
    },
    renewed(renewed, sent, holding) {
      obey(holder.onRenewed(renewed, sent, holding))
      const lost = new Set(renewed.lost.map(({ flowRunId, epoch }) => `${flowRunId}/${epoch}`))
      for (const key of holding) {
        if (!lost.has(`${key.flowRunId}/${key.epoch}`)) find(key)?.taken.runner.renew({ ...key, sentAt: sent, fence: renewed.fence })
      }
    },
    tick: () => obey(holder.onTick(readClocks())),
    count: () => live.size + leaving.size,
    drain() {
      const back = holder.drain()
      if (back.length > 0) options.handBack(back, 'the worker is draining')
      spares.close()
      roomChanged()
    },
    idle: () => (live.size + leaving.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    endAll(grace) {
      for (const run of live.values()) end(run, 'shutdown', grace)
      for (const run of leaving) run.taken.runner.stop(grace)
    },
  }
}

/** Whether the report carries the run's last word. */
const endsRun = (report: RunReport): boolean =>
  report.facts.some((fact) => fact.kind === 'flow-run-state' && (isFinal(fact.state.type) || fact.release === true))
