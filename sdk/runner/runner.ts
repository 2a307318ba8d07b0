/**
 * The runner: takes one run after the other from its worker (usually one), loads the flow, runs it, and sees to it that everything it had to say is
 * delivered or lies on disk before it ends.
 *
 * 1. Between `run` and user code stands nothing but the import, when the claim allows it; else RUNNING is acknowledged first.
 * 2. Whatever goes wrong before the flow's function is called ends the run FAILED with a sentence, never silently.
 * 3. Exit 0 = delivered, 75 = a spool is left. Any other end is the worker's to explain.
 */
import { Worker } from 'node:worker_threads'
import { type Clocks, type Fence, fenceOfAssignment, mayStartAtOnce, mayStartAttempt, moveFence } from '../../core/fence.ts'
import { newId } from '../../core/ids.ts'
import { environmentOf } from '../../core/job-variables.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { cutTo, LIMITS } from '../../core/limits.ts'
import type { AssignedDeployment } from '../../core/protocol/assignment.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import { isFinal, makeState, type State } from '../../core/states.ts'
import { scaled } from '../../core/timings.ts'
import { ReportDriver } from '../client/reporting/report-driver.ts'
import { readClocks } from '../client/reporting/transport.ts'
import { now, nowAfter } from '../engine/clock.ts'
import { describeError, summarizeError, tellError } from '../engine/describe-error.ts'
import type { FlowOutcome } from '../engine/flow-start.ts'
import type { FlowRunRecord } from '../engine/recorder.ts'
import { RunStopped, RunTerminated } from '../engine/run-stopped.ts'
import { RunCancelled } from '../errors.ts'
import { wantedLogLevel } from '../logger.ts'
import { loadKnownWorkFrom } from '../durable/load-known-work.ts'
import { LOOKS, ReportedResumption } from '../pauses/resumption.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import { onHidden } from '../redaction/hidden-values.ts'
import { resolveReferences } from '../references/resolve-references.ts'
import { type HooksMessage, type MessageToRunner, type MessageToWorker, type PreloadMessage, RUNNER_EXIT, type RunMessage } from './ipc.ts'
import { type IpcTransport, ipcTransport } from './ipc-transport.ts'
import { aboutOf, enterFolder } from './assigned-run.ts'
import { CannotLoadFlow } from './import-module.ts'
import { loadFlow } from './load-flow.ts'
import { type LoadedFiles, noteLoadedFiles } from './loaded-files.ts'
import { stampOutput } from './output-stamp.ts'
import { warm } from './warm.ts'
import { TimeLimits } from '../limits/time-limits.ts'
import { STOPPED, type WatchMessage } from './watch-messages.ts'

/** Milliseconds that a finished run waits for its last acknowledgement; then the worker delivers its spool. */
const PATIENCE = 5_000
const CRASH_PATIENCE = 2_000
/** … and that a runner whose worker is gone waits for its watch thread to end it. */
const STOPPED_AT_MOST = 10_000

/** The run in hand. */
interface CurrentRun {
  message: RunMessage
  controller: AbortController
  driver: ReportDriver
  resumption: ReportedResumption
  /** Asked with the run's own token. */
  controlPlane: ControlPlane
  transport: IpcTransport
  record: FlowRunRecord
  fence: Fence
  runningAcknowledged: boolean
  ended: boolean
  /** Time limits that are not over. */
  limits: TimeLimits<null>
}

/** Called once, by the runner's main module, with its own address: the watch thread starts from the same file. Says `ready` when it can take a run. */
export async function startRunner(main: URL): Promise<void> {
  holdBackFloods()
  stampOutput(now)
  const watch = new Worker(main, { stdout: false, stderr: false })
  watch.unref()
  const runner = new Runner(watch)
  watch.on('message', () => runner.stopForGood())
  process.on('message', (message) => void runner.hear(message as MessageToRunner))
  process.on('disconnect', () => runner.endUnlessBusy())
  process.on('SIGTERM', () => runner.terminate('SIGTERM'))
  process.on('SIGINT', () => runner.terminate('SIGINT'))
  process.on('uncaughtException', (error) => void runner.crash(error))
  process.on('exit', () => runner.leave())
  onHidden((values) => runner.say({ type: 'hide', values }))
  // A run that waits for this process is in the pipe already: it loads what it needs, and nothing else.
  await new Promise((resolve) => setImmediate(resolve))
  if (!runner.isBusy) await warm()
  runner.say({ type: 'ready', preloaded: null })
}

/**
 * Node keeps in memory what a pipe does not take at once, without bound, until it runs out or fails with ENOBUFS. Here a write waits for the worker instead,
 * which never holds it back for long.
 */
function holdBackFloods(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { _handle: handle } = stream as unknown as { _handle?: { setBlocking?(on: boolean): void } }
    handle?.setBlocking?.(true)
  }
}

class Runner {
  readonly #watch: Worker
  #run: CurrentRun | null = null
  /** Null until it loads a flow: what it boots of itself does not change. */
  #loadedFiles: (() => LoadedFiles) | null = null

  constructor(watch: Worker) {
    this.#watch = watch
  }

  get isBusy(): boolean {
    return this.#run !== null
  }

  say(message: MessageToWorker, then?: () => void): boolean {
    if (!process.connected || !process.send) {
      then?.()
      return false
    }
    process.send(message, undefined, {}, () => then?.())
    return true
  }

  async hear(message: MessageToRunner): Promise<void> {
    switch (message.type) {
      case 'preload':
        return this.#preload(message)
      case 'run':
        return this.#start(message)
      case 'answer':
        return this.#run?.transport.answered(message)
      case 'unreachable':
        return this.#run?.driver.away(message.reason)
      case 'direct':
        if (this.#run && this.#run.record.id === message.flowRunId && this.#run.message.assignment.epoch === message.epoch)
          this.#run.driver.direct(message.directive)
        return
      case 'ask':
        if (this.#run?.record.id === message.flowRunId && this.#run.message.assignment.epoch === message.epoch) this.#run.driver.ask()
        return
      case 'hooks':
        return this.#runHooks(message)
      case 'shutdown':
        if (this.#run) return this.terminate('the worker')
        return this.#exit(RUNNER_EXIT.delivered)
    }
  }

  async #preload({ key, path, entrypoint, env }: PreloadMessage): Promise<void> {
    try {
      enterFolder(path, env)
      this.#loadedFiles ??= noteLoadedFiles()
      await loadFlow(entrypoint, path)
      this.say({ type: 'ready', preloaded: key, files: this.#loadedFiles() })
    } catch (error) {
      this.say({ type: 'ready', preloaded: null, problem: summarizeError(error) })
    }
  }

  async #runHooks(message: HooksMessage): Promise<void> {
    try {
      const { runLeftHooks } = await import('./left-hooks.ts')
      await runLeftHooks(message)
    } catch (error) {
      console.error(`its hooks could not be run: ${summarizeError(error)}`)
    } finally {
      this.#exit(RUNNER_EXIT.delivered)
    }
  }

  async #start(message: RunMessage): Promise<void> {
    const run = this.#open(message)
    this.#run = run
    this.#tellWatch()
    if (message.assignment.watched) run.driver.direct({ kind: 'watch', until: now() + scaled(message.settings.timeScale).watch })
    const outcome = await this.#execute(run)
    await this.#finish(run, outcome)
  }

  #open(message: RunMessage): CurrentRun {
    const { assignment, settings } = message
    const controller = new AbortController()
    const transport = ipcTransport((report) => this.say(report))
    const timings = scaled(settings.timeScale)
    const server = { serverTime: settings.clock.serverTime, learntAt: settings.clock }
    const driver: ReportDriver = new ReportDriver({
      name: assignment.flowRun.name,
      flowRunId: assignment.flowRunId,
      epoch: assignment.epoch,
      stateId: assignment.stateId,
      runToken: assignment.runToken,
      timings,
      heartbeat: false,
      transport,
      apiUrl: settings.apiUrl,
      spoolFolder: settings.spoolFolder,
      onDirective: (directive) => {
        this.#obey(directive, controller)
        resumption.heard(directive)
      },
      onAnswer: (answer, sent) => this.#onAnswer(answer.fence, sent),
    })
    const controlPlane: ControlPlane = { apiUrl: settings.apiUrl, credential: () => driver.reporter.runToken, renew: () => driver.ask() }
    const resumption = new ReportedResumption(assignment.flowRunId, controlPlane, LOOKS.withWorker, () => driver)
    const state = makeState({ id: assignment.stateId, type: 'PENDING', timestamp: assignment.claimedAt })
    const { flowRun } = assignment
    const record: FlowRunRecord = {
      id: assignment.flowRunId,
      rootFlowRunId: assignment.flowRunId,
      parentFlowRunId: null,
      parentTaskRunId: null,
      flowName: assignment.flow.name,
      flowVersion: null,
      name: flowRun.name,
      parameters: flowRun.parameters,
      tags: flowRun.tags,
      createdAt: flowRun.createdAt,
      runCount: flowRun.runCount,
      state,
    }
    const fence = fenceOfAssignment(assignment, server, readClocks())
    return {
      message,
      controller,
      driver,
      resumption,
      controlPlane,
      transport,
      record,
      fence,
      runningAcknowledged: false,
      ended: false,
      limits: new TimeLimits(() => this.#tellWatch()),
    }
  }

  async #execute(run: CurrentRun): Promise<FlowOutcome | null> {
    const { assignment, settings } = run.message
    const { deployment, flowRun } = assignment
    const server = { serverTime: settings.clock.serverTime, learntAt: settings.clock }
    const timings = scaled(settings.timeScale)
    let started = false
    try {
      if (!deployment) throw new CannotLoadFlow('the run', 'it has no deployment, so it has no code')
      const jobVariables = await orAborted(this.#jobVariablesOf(run), run.controller.signal)
      enterFolder(deployment.path, environmentOf(jobVariables))
      this.#loadedFiles ??= noteLoadedFiles()
      const handle = await orAborted(loadFlow(deployment.entrypoint, deployment.path), run.controller.signal)
      return await handle.start({
        session: {
          recorder: {
            flowRunState: (record, state, release) => {
              if (record.id === run.record.id) Object.assign(run.record, { name: record.name, state, runCount: record.runCount })
              run.driver.flowRunState(record, state, release)
              if (record.id === run.record.id && isFinal(state.type)) this.#tellWatch()
            },
            taskRun: (record) => run.driver.taskRun(record),
            log: (flowRunId, line) => run.driver.log(flowRunId, line),
            artifact: (fact) => run.driver.artifact(fact),
            event: (fact) => run.driver.event(fact),
          },
          print: null,
          logLevel: wantedLogLevel(),
          signal: run.controller.signal,
          mayRelease: true,
          permission: async (running, waited) => {
            const clocks = readClocks()
            const { onContactLost } = deployment
            const may = started
              ? !waited || mayStartAttempt({ deployed: true, onContactLost }, run.fence, clocks)
              : mayStartAtOnce(assignment, server, clocks, timings)
            if (!may) await run.driver.acknowledged(running.id)
          },
          onLimit: (limit) => run.limits.begin(limit, null, settings.timeScale),
          onHooks: () => void this.say({ type: 'hooks-begun', flowRunId: assignment.flowRunId, epoch: assignment.epoch }),
          onStart: () => {
            if (!started) this.say({ type: 'started', flowRunId: assignment.flowRunId, epoch: assignment.epoch })
            started = true
            // A flow that computes without a break is RUNNING in the record all the same.
            run.driver.sendNow()
          },
          controlPlane: run.controlPlane,
          resumption: run.resumption,
          loadKnownWork: assignment.epoch > 1 || flowRun.runCount > 0 ? loadKnownWorkFrom(run.controlPlane, assignment.flowRunId) : null,
        },
        about: aboutOf(assignment, deployment, jobVariables),
        parameters: flowRun.parameters,
        id: assignment.flowRunId,
        name: flowRun.name || null,
        tags: flowRun.tags,
        createdAt: flowRun.createdAt,
        runCount: flowRun.runCount,
        state: run.record.state,
        retries: deployment.retries,
        parent: null,
      })
    } catch (error) {
      return this.#failToStart(run, error)
    }
  }

  /** The run's job variables, with what they refer to. */
  async #jobVariablesOf({ message, controller, controlPlane }: CurrentRun): Promise<JsonObject> {
    const { jobVariables = {} } = message.assignment.deployment ?? {}
    return await resolveReferences<JsonObject>(jobVariables, 'the job variables', { controlPlane, signal: controller.signal })
  }

  /** The flow's function was never called. */
  #failToStart(run: CurrentRun, error: unknown): null {
    if (error instanceof RunStopped) return null
    const type = error instanceof RunTerminated ? 'CRASHED' : error instanceof RunCancelled ? 'CANCELLED' : 'FAILED'
    const hint = error instanceof CannotLoadFlow && error.hint ? `. ${error.hint}` : ''
    const message = `${error instanceof CannotLoadFlow ? error.message : summarizeError(error)}${hint}`
    const told = cutTo(error instanceof CannotLoadFlow ? message : tellError(error), LIMITS.logMessage)
    const described = describeError(error instanceof CannotLoadFlow ? (error.cause ?? error) : error)
    run.driver.log(run.record.id, { time: now(), level: 'error', message: told, source: 'weir' })
    this.#record(run, type, { message, details: type === 'FAILED' ? { error: described } : type === 'CRASHED' ? { cause: 'exit' } : {} })
    return null
  }

  #record(run: CurrentRun, type: State['type'], init: Pick<State, 'message' | 'details'>): void {
    const state = makeState({ id: newId(), type, timestamp: nowAfter(run.record.state?.timestamp), ...init })
    run.record.state = state
    run.driver.flowRunState(run.record, state, false)
  }

  async #finish(run: CurrentRun, outcome: FlowOutcome | null): Promise<void> {
    const { assignment } = run.message
    run.ended = true
    const { delivered } = await run.driver.drain(run.driver.isAway ? 0 : PATIENCE)
    if (this.#run !== run) return
    this.#run = null
    this.#tellWatch()
    const { state } = run.record
    const stateType = outcome?.ending !== 'stopped' && state && isFinal(state.type) ? state.type : null
    const finished: MessageToWorker = { type: 'finished', flowRunId: assignment.flowRunId, epoch: assignment.epoch, stateType, spoolLeft: !delivered }
    const reuse = assignment.deployment?.reuse === true
    if (!reuse) return void this.say(finished, () => this.#exit(delivered ? RUNNER_EXIT.delivered : RUNNER_EXIT.spoolLeft))
    this.say({ ...finished, files: this.#loadedFiles?.() ?? {} })
    this.say({ type: 'ready', preloaded: null })
  }

  #onAnswer(length: number, sent: Clocks): void {
    if (!this.#run) return
    this.#run.fence = moveFence(this.#run.fence, sent, length)
    if (this.#run.driver.reporter.acknowledged > 0) this.#run.runningAcknowledged = true
    this.#tellWatch()
  }

  #obey(directive: Directive, controller: AbortController): void {
    if (directive.kind === 'cancel') controller.abort(new RunCancelled())
    if (directive.kind === 'stop') controller.abort(new RunStopped(directive.reason))
  }

  #tellWatch(): void {
    const run = this.#run
    const deployment: AssignedDeployment | null = run?.message.assignment.deployment ?? null
    // A flow that has ended needs no lease: its hooks go on whatever becomes of the contact.
    const hasEnded = run?.record.state != null && isFinal(run.record.state.type)
    const message: WatchMessage = {
      at: now(),
      run: run && {
        flowRunId: run.record.id,
        epoch: run.message.assignment.epoch,
        runToken: run.driver.reporter.runToken,
        apiUrl: run.message.settings.apiUrl,
        fence: run.fence,
        onContactLost: hasEnded ? 'continue' : (deployment?.onContactLost ?? 'continue'),
        startAgain: !hasEnded && deployment?.startAgain === true,
        runningAcknowledged: run.runningAcknowledged,
        limit: run.limits.first,
      },
    }
    this.#watch.postMessage(message)
  }

  /** Asked to end from outside. The watch thread, the worker or the second signal ends what does not listen. */
  terminate(by: string): void {
    if (!this.#run || this.#run.ended) return this.#exit(this.#run ? RUNNER_EXIT.spoolLeft : RUNNER_EXIT.delivered)
    if (this.#run.controller.signal.aborted) return
    this.#run.controller.abort(new RunTerminated(by))
  }

  /** Nobody is there any more to give it a run. What becomes of one that it has, the watch thread sees to. */
  endUnlessBusy(): void {
    if (!this.#run) this.#exit(RUNNER_EXIT.delivered)
  }

  /** The worker is gone: what was done is put on disk, and nothing more is done. The watch thread says so to the API and ends the process. */
  stopForGood(): void {
    this.endUnlessBusy()
    this.leave()
    this.#watch.postMessage(STOPPED)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STOPPED_AT_MOST)
    this.#exit(RUNNER_EXIT.spoolLeft)
  }

  /** Whatever ends the process: what is not delivered goes to disk. */
  leave(): void {
    this.#run?.driver.leaveNow()
  }

  /** An error that nobody caught: outside of the flow's function there is nobody to hand it to. */
  async crash(error: unknown): Promise<void> {
    console.error(error)
    const run = this.#run
    if (!run) return this.#exit(1)
    // A run that is over already keeps its end; that still has to be told.
    if (!run.ended && !isFinal(run.record.state?.type ?? 'PENDING')) {
      this.#record(run, 'CRASHED', {
        message: `The process died of an uncaught error: ${summarizeError(error)}`,
        details: { cause: 'exit', error: describeError(error) },
      })
    }
    run.ended = true
    await run.driver.drain(CRASH_PATIENCE)
    this.#exit(1)
  }

  #exit(code: number): void {
    process.exit(code)
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
