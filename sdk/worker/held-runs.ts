/**
 * The runs this worker holds, each in a runner of its own, from assignment to the end of its process. `core/holder.ts` decides; this is its hands.
 *
 * 1. A newer epoch of a run ends the process of the older one at once, and begins when that is gone.
 * 2. A slot is free again when the runner says `finished`, or when its process has ended with everything it had started.
 * 3. Every end that the runner did not announce is told to the API with its reason.
 */
import { randomUUID } from 'node:crypto'
import { type Clocks, type Fence, fenceStops, moveFence } from '../../core/fence.ts'
import { type AssignmentFacts, decideAssignment, mustLetGo } from '../../core/holder.ts'
import type { Instant } from '../../core/instant.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Renewed } from '../../core/protocol/pool-messages.ts'
import type { Directive, HolderFact, LogLevel, RunAnswer, RunReport } from '../../core/protocol/reports.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { isFinal } from '../../core/states.ts'
import type { Timings } from '../../core/timings.ts'
import type { FinishedMessage, MessageToWorker, RunnerSettings } from '../runner/ipc.ts'
import { explainExit, type ProcessEnd } from './explain-exit.ts'
import { readClocks } from '../client/reporting/transport.ts'
import { splitLines } from './split-lines.ts'
import { type Demand, demandOf, type Spares, type Taken } from './spares.ts'

/** One run and its process. */
interface LiveRun {
  assignment: Assignment
  demand: Demand
  taken: Taken
  finished: FinishedMessage | null
  fence: Fence
  runningAcknowledged: boolean
  /** Since when the record says that it is not ours, though its own word may still regain it. */
  disownedAt: number | null
  /** Since when its flow has ended for good: what its process still does are its hooks. */
  endedAt: number | null
  /** Its code may have begun. */
  started: boolean
  /** Its hooks have begun, in its own process. */
  hooksBegun: boolean
  /** Why we end it: its end is then no surprise. */
  ending: 'cancel' | 'stop' | 'shutdown' | null
  endTimer: NodeJS.Timeout | null
  outputTimer: NodeJS.Timeout | null
  /** Captured lines that the API does not have yet; what comes meanwhile waits, or is counted. */
  outputOnTheWay: boolean
  watchedUntil: Instant
}

interface HeldRunsOptions {
  /** All slots. */
  slots: number
  spares: Spares
  /** Of the SDK. */
  version: string
  timings: Timings
  settings(): RunnerSettings
  /** The first fence of a run that has just arrived. */
  fenceOf(assignment: Assignment): Fence
  /** To the API. `last`: it ends the run, and never overtakes its output. */
  report(report: RunReport, urgent: boolean, last: boolean): void
  /** `stored` is called when the API has it. */
  fact(fact: HolderFact, stored?: () => void): void
  /** The record does not want to hear of this epoch any more. */
  forget(run: RunKey): void
  /** Over the socket. */
  acknowledge(runs: RunKey[]): void
  handBack(runs: (RunKey & { reason: string })[]): void
  /** The number of free slots has changed. */
  onRoom(): void
  /** The process of the run is gone: resolves when what it left on disk has been stored. */
  deliverSpool(run: RunKey): Promise<void>
  onNote(level: LogLevel, message: string, run?: RunKey & { name: string }): void
}

interface HeldRuns {
  assign(assignments: Assignment[]): void
  /** A directive that came over the socket. */
  direct(flowRunId: string, epoch: number, directive: Directive): void
  /** `n` = number of the report that it answers; null = none: the session was renewed. */
  answer(answer: RunAnswer, n: number | null, sent: Clocks): void
  unreachable(flowRunIds: string[], reason: string): void
  reachable(): void
  /** Something of this run is not let pass, while other things may be. */
  heldUp(flowRunId: string, reason: string): void
  /** The answer to a renewal that was sent then and named these. */
  renewed(renewed: Pick<Renewed, 'fence' | 'lost' | 'speak'>, sent: Clocks, holding: readonly RunKey[]): void
  /** Stops what its fence forbids to go on. */
  tick(): void
  /** What hello and renewals name. */
  holding(): RunKey[]
  /** Slots that could take a run now. */
  free(): number
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
/** What a run that is not given to us any more has to speak for itself: longer than any wait between two tries to deliver its word. */
const DISOWNED_GRACE = 30_000
/** What the hooks of a flow that has ended have, before they count as hanging. */
const HOOKS_GRACE = 600_000
/** Of captured output in one fact: it passes gateways that take bodies of a mebibyte, together with others. */
const CHUNK_BYTES = 256 * 1024

/** Holds nothing at first. Processes it starts are its own to end. */
export function holdRuns(options: HeldRunsOptions): HeldRuns {
  const { spares, timings, slots } = options
  const live = new Map<string, LiveRun>()
  /** Processes whose run is over: they hold no slot. */
  const leaving = new Set<LiveRun>()
  /** Processes that run the hooks of runs whose own process is gone: they hold no slot. */
  const hooking = new Set<Taken>()
  /** Newer epochs that begin when the process of an older one has ended. */
  const waiting = new Map<string, Assignment>()
  /** Runs that are over, and whose last words lie on disk until they are delivered: they hold no slot, and are not lost. */
  const undelivered = new Map<string, RunKey>()
  let draining = false
  const idlers: (() => void)[] = []

  const keyOf = ({ flowRunId, epoch }: RunKey): RunKey => ({ flowRunId, epoch })
  const labelOf = ({ assignment }: LiveRun) => ({ ...keyOf(assignment), name: assignment.flowRun.name })
  const find = ({ flowRunId, epoch }: RunKey) => {
    const run = live.get(flowRunId)
    return run?.assignment.epoch === epoch ? run : undefined
  }
  const free = () => (draining ? 0 : Math.max(0, slots - live.size - waiting.size))
  const roomChanged = () => {
    spares.setRoom(free())
    options.onRoom()
    if (live.size + leaving.size + hooking.size === 0) for (const resolve of idlers.splice(0)) resolve()
  }
  /** By run, the latest epoch that has begun here, and the latest that was handed back: an assignment may arrive again long after either. */
  const begun = new Map<string, number>()
  const handedBack = new Map<string, number>()
  const factsOf = (flowRunId: string): AssignmentFacts => ({
    begun: begun.get(flowRunId) ?? null,
    hasEnded: !live.has(flowRunId) && ![...leaving].some((run) => run.assignment.flowRunId === flowRunId),
    waiting: waiting.get(flowRunId)?.epoch ?? null,
    handedBack: handedBack.get(flowRunId) ?? null,
    draining,
    free: free(),
    slots,
  })

  const assign = (assignments: Assignment[]) => {
    const taken: RunKey[] = []
    const back: (RunKey & { reason: string })[] = []
    for (const assignment of assignments) {
      const { flowRunId } = assignment
      const verdict = decideAssignment(assignment, factsOf(flowRunId))
      if (verdict.kind === 'hand-back') {
        remember(handedBack, assignment)
        back.push({ ...keyOf(assignment), reason: verdict.reason })
      } else if (verdict.kind !== 'ignore') taken.push(keyOf(assignment))
      if (verdict.kind === 'start') begin(assignment)
      if (verdict.kind === 'wait') {
        waiting.set(flowRunId, assignment)
        const older = live.get(flowRunId)
        if (older) end(older, 'stop', 0)
      }
    }
    if (taken.length > 0) options.acknowledge(taken)
    if (back.length > 0) options.handBack(back)
    roomChanged()
  }

  const begin = (assignment: Assignment) => {
    const key = keyOf(assignment)
    remember(begun, key)
    if (!assignment.deployment) {
      const reason = 'the run has no deployment, so a process worker has no code to start'
      return options.fact({ kind: 'exited', ...key, code: null, signal: null, stderr: '', reason })
    }
    const demand = demandOf(assignment.deployment, options.version)
    const taken = spares.take(demand)
    const run: LiveRun = {
      assignment,
      demand,
      taken,
      finished: null,
      fence: options.fenceOf(assignment),
      runningAcknowledged: false,
      disownedAt: null,
      endedAt: null,
      started: false,
      hooksBegun: false,
      ending: null,
      endTimer: null,
      outputTimer: null,
      outputOnTheWay: false,
      watchedUntil: assignment.watched ? Date.now() + timings.watch : 0,
    }
    live.set(assignment.flowRunId, run)
    taken.runner.output.reset()
    taken.handlers.onMessage = (message) => hear(run, message)
    taken.handlers.onEnd = (processEnd) => ended(run, processEnd)
    taken.handlers.onOutput = (full) => outputSoon(run, full)
    taken.runner.send({ type: 'run', assignment, receivedAt: Date.now(), settings: options.settings() })
    options.onNote('debug', `given to a ${taken.kind} runner, pid ${taken.runner.pid ?? '?'}`, labelOf(run))
  }

  const hear = (run: LiveRun, message: MessageToWorker) => {
    if (message.type === 'started') {
      run.started = true
      options.onNote('info', 'RUNNING', labelOf(run))
    }
    if (message.type === 'hooks-begun') run.hooksBegun = true
    if (message.type === 'finished') finish(run, message)
    if (message.type === 'report') {
      if (hasFinalState(message.report)) run.endedAt ??= performance.now()
      if (!endsRun(message.report)) return sendReport(run, message.report, message.urgent)
      // What the process printed before its last report may still be in the pipe: read once more, so that it travels along.
      setImmediate(() => sendReport(run, message.report, message.urgent, true))
    }
  }
  const sendReport = (run: LiveRun, report: RunReport, urgent: boolean, last = false) => {
    sendOutput(run, last)
    options.report(report, urgent, last)
  }

  const finish = (run: LiveRun, message: FinishedMessage) => {
    const key = keyOf(run.assignment)
    run.finished = message
    clearTimers(run)
    sendOutput(run, true)
    options.onNote('info', message.stateType ?? 'let go', labelOf(run))
    live.delete(key.flowRunId)
    if (message.spoolLeft) undelivered.set(key.flowRunId, key)
    spares.setRoom(free())
    // A spool is delivered when the process that wrote it has ended.
    if (!run.demand.reuse || draining || message.spoolLeft || !spares.giveBack(run.taken, run.demand, message.files ?? {})) {
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
    sendOutput(run, true)
    leaving.delete(run)
    if (live.get(key.flowRunId) === run) live.delete(key.flowRunId)
    tellEnd(run, processEnd)
    const next = waiting.get(key.flowRunId)
    if (next) {
      waiting.delete(key.flowRunId)
      if (draining) {
        remember(handedBack, next)
        options.handBack([{ ...keyOf(next), reason: 'the worker is draining' }])
      } else begin(next)
    }
    roomChanged()
  }

  /** "Exited" is said when all that the run itself had to say is stored, or it would overtake the final state. */
  const tellEnd = (run: LiveRun, processEnd: ProcessEnd) => {
    const key = keyOf(run.assignment)
    const { code, signal, stderr } = processEnd
    if (run.ending === 'stop') options.forget(key)
    const spooled = options
      .deliverSpool(key)
      .then(() => void (undelivered.get(key.flowRunId)?.epoch === key.epoch && undelivered.delete(key.flowRunId)))
    if (run.ending === 'stop') return
    if (code === 75) return options.fact({ kind: 'exited', ...key, code, signal, stderr, reason: null })
    if (run.finished) return
    const reason =
      run.ending === 'shutdown' ? 'its worker was stopped' : run.ending === 'cancel' ? 'killed after it did not stop' : explainExit(processEnd)
    options.onNote('warn', reason, labelOf(run))
    const fact: HolderFact = run.ending === 'cancel' ? { kind: 'killed', ...key } : { kind: 'exited', ...key, code, signal, stderr, reason }
    const pastLimit = run.ending === null ? processEnd.pastLimit : null
    if (pastLimit && fact.kind === 'exited') fact.timedOut = pastLimit
    spooled.then(() => options.fact(fact))
    if (!run.started || run.hooksBegun || run.ending === 'shutdown') return
    // One that is tried again has not come to its end.
    if (pastLimit === null) runHooks(run, run.ending === 'cancel' ? 'CANCELLED' : 'CRASHED', reason)
    else if (pastLimit.retryAfter === null) runHooks(run, 'FAILED', pastLimit.message)
  }

  /** Once, and only here: a process that died in the middle of its hooks has had them. */
  const runHooks = (run: LiveRun, type: 'CANCELLED' | 'CRASHED' | 'FAILED', message: string) => {
    const { assignment, demand } = run
    const taken = spares.take(demand)
    hooking.add(taken)
    const { runner, handlers } = taken
    const tell = () => {
      for (const lines of splitLines(runner.output.take(), CHUNK_BYTES))
        options.fact({ kind: 'output', ...keyOf(assignment), chunkId: randomUUID(), lines })
    }
    const timer = setTimeout(() => runner.kill(), HOOKS_GRACE)
    runner.output.reset()
    handlers.onMessage = () => {}
    handlers.onOutput = tell
    handlers.onEnd = () => {
      clearTimeout(timer)
      tell()
      hooking.delete(taken)
      roomChanged()
    }
    runner.send({ type: 'hooks', assignment, state: { type, message }, settings: options.settings() })
  }

  const end = (run: LiveRun, why: 'cancel' | 'stop' | 'shutdown', grace: number) => {
    if (run.finished) return
    run.ending = why === 'stop' ? 'stop' : (run.ending ?? why)
    run.taken.runner.stop(grace)
  }
  const stop = (run: LiveRun, reason: string) => {
    if (run.ending === 'stop' || run.finished) return
    run.taken.runner.send({ type: 'direct', ...keyOf(run.assignment), directive: { kind: 'stop', reason } })
    options.onNote('warn', `stopped: ${reason}`, labelOf(run))
    end(run, 'stop', STOP_GRACE)
  }
  /**
   * The record does not give us the run. One that goes on without contact is asked to speak: a word of its own epoch regains it, and an epoch that is over
   * is answered with stop. Who does not speak (its event loop may be blocked) is ended when the grace is over, and one that must stop, at once.
   * A flow that has ended is held by nobody: its hooks have their time.
   */
  const disowned = (run: LiveRun) => {
    if (run.endedAt !== null) {
      if (performance.now() - run.endedAt >= HOOKS_GRACE) stop(run, 'its hooks have not ended ten minutes after it')
      return
    }
    const { onContactLost = 'continue', startAgain = false } = run.assignment.deployment ?? {}
    run.disownedAt ??= performance.now()
    const isOver = performance.now() - run.disownedAt >= DISOWNED_GRACE
    if (isOver || fenceStops({ onContactLost, startAgain, runningAcknowledged: run.runningAcknowledged }))
      return stop(run, 'this worker does not hold the run any more')
    run.taken.runner.send({ type: 'ask', ...keyOf(run.assignment) })
  }
  /** The runner has been told; whoever does not listen is ended with all its children when the grace is over. */
  const cancel = (run: LiveRun) => {
    if (run.ending || run.finished) return
    run.ending = 'cancel'
    run.taken.runner.output.letGo(true)
    options.onNote('info', 'cancelling', labelOf(run))
    run.endTimer = setTimeout(() => run.taken.runner.kill(), timings.killGrace)
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
  const sendOutput = (run: LiveRun, last = false) => {
    if (run.outputOnTheWay && !last) return
    if (run.outputTimer) clearTimeout(run.outputTimer)
    run.outputTimer = null
    const lines = run.taken.runner.output.take()
    if (lines.length === 0) return
    run.outputOnTheWay = true
    const delivered = () => {
      run.outputOnTheWay = false
      const waits = run.taken.runner.output.waits()
      if (live.get(run.assignment.flowRunId) === run && waits !== 'nothing') outputSoon(run, waits === 'full')
    }
    const chunks = splitLines(lines, CHUNK_BYTES)
    for (const chunk of chunks)
      options.fact({ kind: 'output', ...keyOf(run.assignment), chunkId: randomUUID(), lines: chunk }, chunk === chunks.at(-1) ? delivered : undefined)
  }

  return {
    assign,
    direct(flowRunId, epoch, directive) {
      const run = find({ flowRunId, epoch })
      if (!run) return
      if (directive.kind === 'stop') return stop(run, directive.reason)
      run.taken.runner.send({ type: 'direct', flowRunId, epoch, directive })
      if (directive.kind === 'watch') run.watchedUntil = directive.until
      if (directive.kind === 'cancel') cancel(run)
    },
    answer(answer, n, sent) {
      const run = find(answer)
      if (!run) return
      const key = keyOf(answer)
      run.fence = moveFence(run.fence, sent, answer.fence)
      run.runningAcknowledged ||= answer.acknowledged > 0
      if (n !== null) run.taken.runner.send({ type: 'answer', n, answers: sent.wall, answer })
      else {
        run.taken.runner.renew({ ...key, sentAt: sent, fence: answer.fence })
        for (const directive of answer.directives) run.taken.runner.send({ type: 'direct', ...key, directive })
      }
      for (const directive of answer.directives) {
        if (directive.kind === 'watch') run.watchedUntil = directive.until
        if (directive.kind === 'stop') end(run, 'stop', STOP_GRACE)
        if (directive.kind === 'cancel') cancel(run)
      }
    },
    unreachable(flowRunIds, reason) {
      for (const run of live.values()) run.taken.runner.output.letGo(true)
      for (const flowRunId of new Set(flowRunIds)) live.get(flowRunId)?.taken.runner.send({ type: 'unreachable', reason })
    },
    heldUp(flowRunId, reason) {
      const run = live.get(flowRunId)
      if (!run) return options.onNote('warn', `a report of run ${flowRunId} is not let pass (${reason}); trying again`)
      run.taken.runner.send({ type: 'unreachable', reason })
      options.onNote('warn', `a report is not let pass (${reason}); trying again`, labelOf(run))
    },
    reachable() {
      for (const run of live.values()) if (!run.ending) run.taken.runner.output.letGo(false)
    },
    renewed({ fence, lost, speak = [] }, sent, holding) {
      for (const key of speak) find(key)?.taken.runner.send({ type: 'ask', ...key })
      for (const key of lost) {
        const run = find(key)
        if (run) disowned(run)
      }
      for (const key of holding) {
        const run = find(key)
        if (!run || run.ending === 'stop' || lost.some(({ flowRunId, epoch }) => flowRunId === key.flowRunId && epoch === key.epoch)) continue
        run.disownedAt = null
        run.fence = moveFence(run.fence, sent, fence)
        run.taken.runner.renew({ ...keyOf(key), sentAt: sent, fence })
      }
    },
    tick() {
      const now = readClocks()
      for (const run of live.values()) {
        const { onContactLost = 'continue', startAgain = false } = run.assignment.deployment ?? {}
        const { fence, runningAcknowledged } = run
        if (run.endedAt === null && mustLetGo({ ...keyOf(run.assignment), fence, runningAcknowledged, onContactLost, startAgain }, now))
          stop(run, 'contact was lost for too long')
      }
    },
    holding: () => [...live.values()].map(({ assignment }) => keyOf(assignment)).concat([...waiting.values()].map(keyOf), [...undelivered.values()]),
    free,
    count: () => live.size + leaving.size,
    drain() {
      draining = true
      spares.close()
      roomChanged()
    },
    idle: () => (live.size + leaving.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    endAll(grace) {
      for (const run of live.values()) end(run, 'shutdown', grace)
      for (const run of leaving) run.taken.runner.stop(grace)
      for (const { runner } of hooking) runner.stop(grace)
    },
  }
}

const hasFinalState = (report: RunReport): boolean => report.facts.some((fact) => fact.kind === 'flow-run-state' && isFinal(fact.state.type))
/** Whether the report carries the run's last word: its final state, or that it is given back. */
const endsRun = (report: RunReport): boolean =>
  hasFinalState(report) || report.facts.some((fact) => fact.kind === 'flow-run-state' && fact.release === true)

/** Runs that a worker remembers after their end: far more than could still be on their way to it. */
const MEMORY = 10_000

function remember(epochs: Map<string, number>, { flowRunId, epoch }: RunKey): void {
  epochs.delete(flowRunId)
  epochs.set(flowRunId, epoch)
  const [oldest] = epochs.keys()
  if (epochs.size > MEMORY && oldest !== undefined) epochs.delete(oldest)
}
