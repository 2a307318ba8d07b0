/**
 * A flow run that starts by itself: `node flow.ts`. It runs with or without a control plane. With one configured its first report creates the run, so
 * user code waits for no request (unless the flow has a time limit); if nobody answers, the run goes on and its record waits on disk. Without one it says
 * in a line that it is not tracked.
 */
import { newId } from '../../core/ids.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import { isFinal, makeState, type State, type StateDetails } from '../../core/states.ts'
import { scaled } from '../../core/timings.ts'
import { nowAfter, sleep } from '../engine/clock.ts'
import { describeError, summarizeError } from '../engine/describe-error.ts'
import type { FlowDefinition } from '../engine/flow-definition.ts'
import { runFlow } from '../engine/flow-engine.ts'
import { beginRun, type FlowOutcome } from '../engine/flow-start.ts'
import type { Session } from '../engine/flow-run-scope.ts'
import { printLine } from '../engine/print-line.ts'
import { recordNothing, type FlowRunRecord, type Recorder } from '../engine/recorder.ts'
import { RunStopped, RunTerminated } from '../engine/run-stopped.ts'
import { RunCancelled } from '../errors.ts'
import { wantedLogLevel } from '../logger.ts'
import { redactFact, redactJson, redactText } from '../redaction/hidden-values.ts'
import { LOOKS, ReportedResumption, type Resumption } from '../pauses/resumption.ts'
import type { ControlPlane } from './control-plane.ts'
import { deliverSpools } from './reporting/deliver-spools.ts'
import { httpTransport } from './reporting/http-transport.ts'
import { ReportDriver } from './reporting/report-driver.ts'
import { readSettings, type Settings, spoolsOf } from './settings.ts'
import type { Speaker } from './reporting/say-last-word.ts'
import { watchScript } from '../limits/watch-script.ts'

/** Milliseconds that the end of a script waits for its last reports. */
const PATIENCE = 5_000
/** … when nobody answered so far: one more try. */
const LAST_TRY = 1_000
/** … and for those of earlier ones. */
const LEFT_PATIENCE = 2_000
/** … and the start of one with a time limit, until the record knows it. */
const TO_BE_KNOWN = 5_000

/** Runs the flow to its end; all that is to be said about it is delivered or on disk then. Rejects for nothing that author's code does. */
export async function runScript(flow: FlowDefinition, parameters: unknown): Promise<FlowOutcome> {
  const controller = new AbortController()
  const tracking = track(flow, controller)
  const stopListening = listenToSignals(controller)
  const session: Session = {
    recorder: tracking.recorder,
    print: printLine,
    logLevel: wantedLogLevel(),
    signal: controller.signal,
    mayRelease: false,
    permission: flow.timeout === null ? null : () => tracking.known(),
    onStart: null,
    onLimit: (limit) => watchScript(limit, tracking.speaker(), timeScale()),
    controlPlane: tracking.controlPlane,
    resumption: tracking.resumption,
  }
  try {
    const about = { url: tracking.url, deployment: null, deploymentVersion: null, scheduledTime: null, jobVariables: {}, parentFlowRunId: null }
    return await runFlow(flow, beginRun({ session, about, parameters, id: tracking.id, onRecord: tracking.begin }))
  } finally {
    stopListening()
    await tracking.end()
  }
}

interface Tracking {
  id: string
  url: string | null
  recorder: Recorder
  controlPlane: ControlPlane | null
  resumption: Resumption | null
  /** Resolves when the record knows the run, or is not to be waited for any longer: a flow that computes at once could not tell it before it is ended. */
  known(): Promise<void>
  /** Who may speak for the run, as far as it is known. */
  speaker(): Speaker | null
  /** The run has its name. */
  begin(record: FlowRunRecord): void
  end(): Promise<void>
}

function track(flow: FlowDefinition, controller: AbortController): Tracking {
  const id = newId()
  let settings: Settings
  try {
    settings = readSettings()
  } catch (error) {
    say(`not tracked: ${(error as Error).message}`)
    return untracked(id)
  }
  const { apiUrl, apiKey, home } = settings
  if (apiUrl === null) {
    say('not tracked: no control plane is configured (start one with "weir server start", or set WEIR_API_URL)')
    return untracked(id)
  }
  return tracked(flow, controller, { id, apiUrl, apiKey, home })
}

const untracked = (id: string): Tracking => ({
  id,
  url: null,
  recorder: recordNothing,
  controlPlane: null,
  resumption: null,
  async known() {},
  speaker: () => null,
  begin() {},
  async end() {},
})

function tracked(
  flow: FlowDefinition,
  controller: AbortController,
  { id, apiUrl, apiKey, home }: { id: string; apiUrl: string; apiKey: string | null; home: string },
): Tracking {
  const url = `${apiUrl}/flow-runs/${id}`
  const spoolFolder = spoolsOf(home)
  let driver: ReportDriver | null = null
  /** The record's first state of the run is RUNNING under this id, whoever writes it. */
  const firstStateId = newId()
  const controlPlane: ControlPlane = {
    apiUrl,
    credential: () => apiKey,
    async asRun(signal, patience) {
      const begun = driver
      if (!begun) return controlPlane
      const known = new AbortController()
      const late = sleep(patience, AbortSignal.any([signal, known.signal])).catch(() => {})
      await Promise.race([begun.acknowledged(firstStateId), late])
      // A timer that is left over would keep the script's process alive.
      known.abort()
      const { reporter } = begun
      return reporter.runToken === '' ? controlPlane : { apiUrl, credential: () => reporter.runToken, renew: () => begun.ask() }
    },
  }
  const resumption = new ReportedResumption(id, controlPlane, LOOKS.alone, () => driver)
  /** Nobody takes its reports. */
  const away = Promise.withResolvers<void>()
  let lastState: State | null = null
  let runCount = 0
  let isFirst = true

  const begin = (record: FlowRunRecord) => {
    driver = new ReportDriver({
      name: record.name,
      flowRunId: id,
      epoch: 1,
      stateId: firstStateId,
      runToken: '',
      creation: {
        flowName: flow.name,
        ...(flow.version === null ? {} : { flowVersion: redactText(flow.version) }),
        name: redactText(record.name),
        parameters: redactJson(record.parameters),
        tags: record.tags,
        createdAt: record.createdAt,
      },
      timings: scaled(timeScale()),
      heartbeat: true,
      transport: httpTransport(apiUrl, apiKey),
      apiUrl,
      spoolFolder,
      onDirective: (directive) => {
        obey(directive, controller)
        resumption.heard(directive)
      },
      onAnswer() {
        if (isFirst) say(`${record.name}: ${url}`)
        isFirst = false
      },
      onRefused({ message }) {
        say(`not tracked: ${apiUrl} does not take this run (${message})`)
        away.resolve()
      },
      onAway(reason) {
        say(`${apiUrl} cannot be reached (${reason}); the run goes on, and its record waits in ${spoolFolder}`)
        away.resolve()
      },
    })
    process.on('uncaughtExceptionMonitor', onCrash)
    process.on('exit', onExit)
  }
  const onCrash = (thrown: unknown) =>
    leave('CRASHED', `The process died of an uncaught error: ${summarizeError(thrown)}`, { cause: 'exit', error: describeError(thrown) })
  const onExit = (code: number) => {
    const { reason } = controller.signal
    if (reason instanceof RunStopped) return
    if (reason instanceof RunCancelled) leave('CANCELLED', reason.message, {})
    else leave('CRASHED', `The process ended with code ${code} before its flow did`, { cause: 'exit', exit: { code, signal: null } })
  }
  /** The process is about to end and cannot send any more; whoever runs here next delivers this. */
  const leave = (type: 'CANCELLED' | 'CRASHED', message: string, details: StateDetails) => {
    if (!driver || !lastState || isFinal(lastState.type)) return
    lastState = makeState({ id: newId(), type, timestamp: nowAfter(lastState.timestamp), message, details })
    driver.reporter.append(redactFact({ kind: 'flow-run-state', state: lastState, runCount }))
    driver.leaveNow()
  }
  const recorder: Recorder = {
    flowRunState(run, state, release) {
      if (run.id === id) {
        if (lastState === null && state.type === 'RUNNING') state = { ...state, id: firstStateId }
        lastState = state
        runCount = run.runCount
      }
      driver?.flowRunState(run, state, release)
    },
    taskRun: (record) => driver?.taskRun(record),
    log: (flowRunId, line) => driver?.log(flowRunId, line),
    artifact: (fact) => driver?.artifact(fact),
    event: (fact) => driver?.event(fact),
  }
  return {
    id,
    url,
    recorder,
    controlPlane,
    resumption,
    async known() {
      const enough = new AbortController()
      const late = sleep(TO_BE_KNOWN, AbortSignal.any([controller.signal, enough.signal])).catch(() => {})
      await Promise.race([driver?.acknowledged(firstStateId), away.promise, late])
      // A timer that is left over would keep the script's process alive.
      enough.abort()
    },
    speaker: () => (driver?.reporter.runToken ? { flowRunId: id, epoch: 1, runToken: driver.reporter.runToken, apiUrl } : null),
    begin,
    async end() {
      process.off('uncaughtExceptionMonitor', onCrash)
      process.off('exit', onExit)
      if (!driver) return
      const { delivered } = await driver.drain(driver.isAway ? LAST_TRY : PATIENCE, {
        untilFailure: driver.isAway || driver.reporter.acknowledged === 0,
      })
      if (delivered && driver.reporter.acknowledged > 0)
        await deliverSpools(spoolFolder, { apiUrl, apiKey, signal: AbortSignal.timeout(LEFT_PATIENCE) })
    },
  }
}

function obey(directive: Directive, controller: AbortController): void {
  if (directive.kind === 'cancel') controller.abort(new RunCancelled())
  if (directive.kind === 'stop') controller.abort(new RunStopped(directive.reason))
}

/** Ctrl-C cancels the run and lets it end; a second one ends the process as always. */
function listenToSignals(controller: AbortController): () => void {
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new RunCancelled('it was interrupted from the terminal (Ctrl-C)'))
  }
  const terminate = () => {
    if (controller.signal.aborted) process.exit(143)
    controller.abort(new RunTerminated('SIGTERM'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', terminate)
  return () => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', terminate)
  }
}

const timeScale = (): number => Number(process.env['WEIR_TIME_SCALE']) || 1

const say = (text: string): boolean => process.stderr.write(`weir: ${text}\n`)
