/**
 * A process worker: one line to its pool, one door for reports, spares, and the runs it holds. `core/holder.ts` and `core/fence.ts` decide; here are the clocks,
 * sockets and processes.
 *
 * 1. The session is this process's life: it outlives every socket, and a new process has a new one.
 * 2. Losing the control plane stops nothing: runs go on, reports wait, the session renews over HTTP while there is no line.
 * 3. `drain` takes nothing new and waits for what runs, also when the control plane asks for it; `stop` ends what runs.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type Clocks, fenceFrom, fenceOfAssignment, type ServerClock } from '../../core/fence.ts'
import type { PoolWord, Welcome } from '../../core/protocol/pool-messages.ts'
import type { LogLevel } from '../../core/protocol/reports.ts'
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../../core/protocol/version.ts'
import type { Room, RunKey } from '../../core/protocol/worker-messages.ts'
import { scaled } from '../../core/timings.ts'
import { connect, type Connection, type ConnectionRefused } from './connection.ts'
import { startDelivery } from './delivery.ts'
import { holdRuns } from './held-runs.ts'
import { watchLeftSpools } from './left-spools.ts'
import { makeFolder } from '../client/make-folder.ts'
import { readClocks } from '../client/reporting/transport.ts'
import { spoolsOf } from '../client/settings.ts'
import { runnerEnvironment } from './runner-environment.ts'
import type { Metric } from '../../core/prometheus.ts'
import { startRunnerProcess } from './runner-process.ts'
import { keepSpares } from './spares.ts'
import { countWorker } from './worker-metrics.ts'

/** Everything a worker is told; there is no other setting. */
export interface WorkerOptions {
  apiUrl: string
  /** A worker key. Runners never see it. */
  apiKey: string
  workPool: string
  /** Unique among the pool's workers that are online. */
  name: string
  /** Slots. */
  limit: number
  /** Runners booted ahead, at least. */
  spares: number
  /** Queue names; empty = all. */
  queues: string[]
  labels: Record<string, string>
  /** WEIR_HOME: spools lie below it. */
  home: string
  /** The runner's main module. */
  runnerMain: string
  /** Of the SDK. */
  version: string
  /** Factor for all durations of the protocol. */
  timeScale: number
  onNote(note: WorkerNote): void
}

/** Something for whoever reads the worker's terminal. */
export interface WorkerNote {
  time: number
  level: LogLevel
  /** Stable word for programs: `ready`, `lost`, `way`, `run`, `spare`, `refused`, `draining`, `spool`. */
  event: string
  message: string
  run?: RunKey & { name: string }
  /** With `ready`. */
  welcome?: Welcome
}

interface RunningWorker {
  readonly sessionId: string
  /** The first welcome; rejects with `ConnectionRefused`. */
  readonly ready: Promise<Welcome>
  /** Rejects when the control plane sends this worker away for good; never resolves otherwise. */
  readonly refused: Promise<never>
  /** Resolves when the control plane wants this worker to leave: it drains from then on, and whoever started it ends with `drain`. */
  readonly dismissed: Promise<void>
  /** As of this moment. */
  metrics(): Metric[]
  /** Nothing new; resolves when everything that runs has ended and is reported. */
  drain(): Promise<void>
  /** Ends what runs (SIGTERM, then SIGKILL after the grace in milliseconds), tells the API as well as it can, closes. */
  stop(grace: number): Promise<void>
}

/** A last try to deliver what is left when the worker goes. What remains lies in the spools. */
const LAST_WORDS = 5_000

/** Starts at once and returns before it is connected. Refusals come as `ready` and `refused`; throws only when it cannot make its spool folder. */
export function startWorker(options: WorkerOptions): RunningWorker {
  const timings = scaled(options.timeScale)
  const sessionId = randomUUID()
  const spoolFolder = spoolsOf(options.home)
  makeFolder(spoolFolder, { mode: 0o700 })
  const note = (level: LogLevel, event: string, message: string, more: Partial<WorkerNote> = {}) =>
    options.onNote({ time: Date.now(), level, event, message, ...more })

  const env = runnerEnvironment(process.env, options.apiKey)
  const spares = keepSpares({
    atLeast: options.spares,
    boot: (nodeFlags, bootEnv, handlers) =>
      startRunnerProcess({
        main: options.runnerMain,
        nodeFlags,
        directory: process.cwd(),
        env: { ...env, ...bootEnv },
        onMessage: (message) => handlers.onMessage(message),
        onEnd: (end) => handlers.onEnd(end),
        onOutput: (full) => handlers.onOutput(full),
      }),
    onTrouble: (message) => note('warn', 'spare', message),
  })

  const counts = countWorker()
  const delivery = startDelivery({
    apiUrl: options.apiUrl,
    apiKey: options.apiKey,
    sessionId,
    patience: timings.reportInterval / 4,
    onAnswer(answer, n, sent, serverTime) {
      if (serverTime !== null) learnTime(serverTime, sent)
      runs.answer(answer, n, sent)
    },
    onUnreachable(flowRunIds, reason) {
      if (!away) note('warn', 'lost', `reports cannot be delivered (${reason}); runs go on, trying again`)
      away = true
      runs.unreachable(flowRunIds, reason)
    },
    onReachable() {
      if (away) note('info', 'ready', 'reports are delivered again')
      away = false
      runs.reachable()
    },
    onHeldUp: (flowRunId, reason) => runs.heldUp(flowRunId, reason),
  })
  let away = false
  let server: ServerClock | null = null
  /** The latest question tells the server's clock best. */
  const learnTime = (serverTime: number, sent: Clocks) => {
    if (server === null || sent.monotonic > server.learntAt.monotonic) server = { serverTime, learntAt: sent }
  }

  const runs = holdRuns({
    slots: options.limit,
    spares,
    version: options.version,
    timings,
    settings: () => {
      // Assignments come after a welcome, which tells the time.
      const { serverTime, learntAt } = server as ServerClock
      return { apiUrl: options.apiUrl, spoolFolder, clock: { serverTime, ...learntAt }, timeScale: options.timeScale }
    },
    fenceOf: (assignment) => (server ? fenceOfAssignment(assignment, server, readClocks()) : fenceFrom(readClocks(), assignment.fence)),
    report(report, urgent, last) {
      counts.reported(report)
      delivery.report(report, urgent, last)
    },
    fact: delivery.fact,
    forget: (key) => delivery.forget(key),
    acknowledge(keys) {
      counts.assigned(keys.length)
      return connection.send({ type: 'acknowledge', runs: keys })
    },
    handBack: (back) => {
      counts.handedBack(back.length)
      note('info', 'run', `handed back ${back.length === 1 ? 'a run' : `${back.length} runs`}: ${back[0]?.reason}`)
      connection.send({ type: 'hand-back', runs: back })
    },
    onRoom: () => sayRoom(),
    deliverSpool: (key) => spools.deliver(key),
    onNote: (level, message, run) => note(level, 'run', message, run && { run }),
  })

  const spools = watchLeftSpools({
    folder: spoolFolder,
    apiUrl: options.apiUrl,
    isHeld: (flowRunId, epoch) => runs.holding().some((run) => run.flowRunId === flowRunId && run.epoch === epoch),
    onDelivered: (flowRunId) => note('info', 'spool', `delivered what run ${flowRunId} had left on disk`),
  })

  let saidRoom = ''
  let draining = false
  const sayRoom = () => {
    const room: Room = { type: 'room', free: runs.free(), draining }
    const text = JSON.stringify(room)
    if (text !== saidRoom && welcomed && connection.send(room)) saidRoom = text
  }

  /** What was sent and awaits its answer, by `sentAt`. */
  const asked = new Map<number, { sent: Clocks; holding: RunKey[] }>()
  const ask = () => {
    const sent = readClocks()
    const holding = runs.holding()
    asked.set(sent.wall, { sent, holding })
    if (asked.size > 16) asked.delete(asked.keys().next().value as number)
    return { sent, holding }
  }
  let welcomed = false
  let way: 'socket' | 'poll' = 'socket'
  let firstWelcome: ((welcome: Welcome) => void) | null = null
  let firstRefusal: ((error: ConnectionRefused) => void) | null = null
  let sendAway: (error: ConnectionRefused) => void
  const ready = new Promise<Welcome>((resolve, reject) => {
    firstWelcome = resolve
    firstRefusal = reject
  })
  const refused = new Promise<never>((_, reject) => {
    sendAway = reject
  })
  const dismissal = Promise.withResolvers<void>()
  ready.catch(() => {})
  refused.catch(() => {})

  const hear = (message: PoolWord) => {
    switch (message.type) {
      case 'welcome': {
        const question = asked.get(message.answers)
        learnTime(message.serverTime, question?.sent ?? readClocks())
        welcomed = true
        lineLostAt = null
        saidRoom = ''
        spares.setRoom(runs.free())
        sayRoom()
        if (firstWelcome) {
          firstWelcome(message)
          spools.deliverAll()
        } else {
          note('info', 'ready', 'connected again')
          delivery.wake()
        }
        firstWelcome = null
        return
      }
      case 'assign':
        return runs.assign(message.assignments)
      case 'renewed': {
        const question = asked.get(message.answers)
        if (question) runs.renewed(message, question.sent, question.holding)
        asked.delete(message.answers)
        return
      }
      case 'direct':
        return runs.direct(message.flowRunId, message.epoch, message.directive)
      case 'drain':
        if (!draining) note('info', 'draining', 'the control plane wants this worker to leave')
        void drain()
        return dismissal.resolve()
    }
  }

  let lineLostAt: number | null = performance.now()
  const connection: Connection = connect({
    apiUrl: options.apiUrl,
    apiKey: options.apiKey,
    workPool: options.workPool,
    ping: timings.socketPing,
    onOpen(send) {
      const worker = {
        name: options.name,
        version: options.version,
        type: 'process',
        labels: options.labels,
        hostname: hostname(),
        pid: process.pid,
      }
      const protocol = { newest: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION }
      const { sent, holding } = ask()
      send({
        type: 'hello',
        protocol,
        sessionId,
        worker,
        queues: options.queues,
        slots: options.limit,
        holding,
        sentAt: sent.wall,
        understands: ['drain'],
      })
    },
    onMessage: hear,
    onLost(reason, delay) {
      counts.lost()
      lineLostAt ??= performance.now()
      welcomed = false
      note('warn', 'lost', `${reason}; trying again in ${(delay / 1000).toFixed(1)} s${runs.count() > 0 ? ', runs go on' : ''}`)
    },
    onWay(newWay, reason) {
      way = newWay
      if (way === 'poll') note('info', 'way', `${reason}; going on with HTTP long polls`)
      else note('info', 'way', `${reason}; going on with it`)
    },
    onRefused(error) {
      note('error', 'refused', error.message)
      firstRefusal?.(error)
      sendAway(error)
    },
  })

  const renewal = setInterval(() => {
    if (runs.holding().length === 0 || !connection.isOpen || !welcomed) return
    const { sent, holding } = ask()
    connection.send({ type: 'renew', sentAt: sent.wall, holding })
  }, timings.renewalWrite)
  let renewing = false
  let renewedAt = 0
  const watch = setInterval(
    () => {
      runs.tick()
      const silent = lineLostAt !== null && performance.now() - lineLostAt > timings.httpRenewalAfter
      if (!silent || renewing || runs.holding().length === 0 || performance.now() - renewedAt < timings.renewalWrite) return
      renewing = true
      delivery.renew().then(() => {
        renewing = false
        renewedAt = performance.now()
      })
    },
    Math.min(1_000, timings.httpRenewalAfter),
  )

  const close = async () => {
    await delivery.settle(LAST_WORDS)
    clearInterval(renewal)
    clearInterval(watch)
    spares.close()
    spools.close()
    delivery.close()
    await connection.close()
  }
  let closing: Promise<void> | null = null
  let drained: Promise<void> | null = null
  const drain = () =>
    (drained ??= (async () => {
      note('info', 'draining', runs.count() > 0 ? `takes nothing new; waits for ${runs.count()} of its runs` : 'takes nothing new')
      draining = true
      runs.drain()
      await runs.idle()
      await (closing ??= close())
    })())
  return {
    sessionId,
    ready,
    refused,
    dismissed: dismissal.promise,
    metrics: () =>
      counts.read({
        slots: options.limit,
        running: runs.count(),
        spares: spares.count().ready + spares.count().loaded,
        way: welcomed ? way : null,
        waiting: delivery.waiting(),
      }),
    drain,
    async stop(grace) {
      draining = true
      runs.drain()
      runs.endAll(grace)
      await runs.idle()
      await (closing ??= close())
    },
  }
}
