/**
 * Drives core's `Reporter` for one run: takes what the engine records, sends it when it is due, writes it to disk while nobody answers, and passes on
 * what the answers order. It decides nothing that the Reporter has not decided.
 *
 * 1. The engine never waits for it.
 * 2. What was not acknowledged within `DISK_AFTER` lies on disk, so that a kill loses at most that much.
 * 3. Task runs are turned into facts when a batch is made: many changes within a moment cost one.
 */
import type { Clocks } from '../../../core/fence.ts'
import type { ArtifactFact, Directive, EventFact, Fact, LogLine, RunAnswer } from '../../../core/protocol/reports.ts'
import { Reporter, type ReporterStart } from '../../../core/reporter.ts'
import type { State } from '../../../core/states.ts'
import { sleep, steadyNow } from '../../engine/clock.ts'
import { childFlowRunFact, type FlowRunRecord, type Recorder } from '../../engine/recorder.ts'
import type { TaskRunRecord } from '../../engine/task-run-record.ts'
import { redactFact } from '../../redaction/hidden-values.ts'
import { markOf, Spool } from './spool.ts'
import { NoAnswer, Refused, type ReportTransport } from './transport.ts'

/** Milliseconds without an acknowledgement after which things go to disk. */
const DISK_AFTER = 2_000
/** Changed task runs beyond this become facts at once, so that their memory is counted. */
const MAX_DIRTY = 5_000

interface ReportDriverOptions extends ReporterStart {
  /** What the control plane calls the run; another name of its record is told with its next state. */
  name: string
  transport: ReportTransport
  apiUrl: string
  /** Null: nothing is written to disk. */
  spoolFolder: string | null
  onDirective(directive: Directive): void
  onAnswer?(answer: RunAnswer, sent: Clocks): void
  /** The control plane does not want this run's reports; nothing more is sent. */
  onRefused?(refusal: Refused): void
  /** Reports cannot be delivered just now; told once, until they can again. */
  onAway?(reason: string): void
}

/** The engine records into it; `drain` waits for what is left to be delivered or written, `leaveNow` writes it at once because the process dies. */
export class ReportDriver implements Recorder {
  readonly reporter: Reporter
  readonly #options: ReportDriverOptions
  readonly #spool: Spool | null
  readonly #dirty = new Map<string, TaskRunRecord>()
  #toldName: string
  #timer: NodeJS.Timeout | null = null
  #timerAt = Number.POSITIVE_INFINITY
  #soon = false
  #awaySince: number | null = null
  #toldAway = false
  #diskTimer: NodeJS.Timeout | null = null
  #closed = false
  #refused: Refused | null = null
  #failures = 0
  #diskBroken = false
  readonly #waiting = new Set<() => void>()

  constructor(options: ReportDriverOptions) {
    this.#options = options
    this.#toldName = options.name
    this.reporter = new Reporter(options)
    this.#spool = options.spoolFolder === null ? null : new Spool(options.spoolFolder, options.flowRunId, options.epoch, () => this.#header())
  }

  flowRunState(run: FlowRunRecord, state: State, release: boolean): void {
    this.#collect()
    if (run.id === this.reporter.flowRunId) {
      const name = run.name === this.#toldName ? {} : { name: run.name }
      this.#toldName = run.name
      this.#append({ kind: 'flow-run-state', state, runCount: run.runCount, ...(release ? { release } : {}), ...name })
    } else this.#append(childFlowRunFact(run, [state]))
    this.#wake()
  }

  taskRun(record: TaskRunRecord): void {
    const first = this.#dirty.size === 0
    this.#dirty.set(record.id, record)
    if (this.#dirty.size > MAX_DIRTY) this.#collect()
    if (first) this.#wake()
  }

  log(flowRunId: string, line: LogLine): void {
    this.#append({ kind: 'logs', flowRunId, lines: [line] })
    this.#wake()
  }

  artifact(fact: ArtifactFact): void {
    this.#append(fact)
    this.#wake()
  }

  event(fact: EventFact): void {
    this.#append(fact)
    this.#wake()
  }

  /** What was recorded leaves within this turn: what follows may keep the event loop to itself. */
  sendNow(): void {
    this.#send()
  }

  /** The record is to hear of the run now: its answer says whether the run goes on. */
  ask(): void {
    this.reporter.ask()
    this.#send()
  }

  /** A directive that came another way. */
  direct(directive: Directive): void {
    this.reporter.onDirective(directive, steadyNow())
    this.#options.onDirective(directive)
    this.#wake()
  }

  /** The one who carries our reports says that they do not get through. */
  away(reason: string): void {
    this.#beAway(reason, true)
  }

  /** Resolves when this state is stored, or never will be (stopped, refused). */
  async acknowledged(stateId: string): Promise<void> {
    while (!this.reporter.isAcknowledged(stateId) && this.reporter.stopped === null && this.#refused === null) await this.#nextChange()
  }

  /**
   * Resolves when everything is stored, or after `patience` milliseconds, or, with `untilFailure`, once a try has failed; nothing is taken afterwards. What
   * is left then lies on disk.
   */
  async drain(patience: number, { untilFailure = false }: { untilFailure?: boolean } = {}): Promise<{ delivered: boolean }> {
    this.#collect()
    const failures = this.#failures
    if (untilFailure) this.reporter.hurry()
    // Nobody may be looking, but somebody waits for the end.
    this.reporter.onDirective({ kind: 'watch', until: Number.POSITIVE_INFINITY }, steadyNow())
    this.#schedule(0)
    const enough = new AbortController()
    const late = sleep(patience, enough.signal).catch(() => {})
    let isLate = false
    void late.then(() => {
      isLate = true
    })
    const isHopeless = () => isLate || (untilFailure && this.#failures > failures)
    while (!this.#isDone() && !isHopeless() && this.#refused === null) await Promise.race([late, this.#nextChange()])
    enough.abort()
    const delivered = this.#isDone() || this.#refused !== null
    this.#close(delivered)
    return { delivered }
  }

  /** The process is about to die: what is not acknowledged goes to disk in this very moment. */
  leaveNow(): void {
    this.#close(this.#isDone())
  }

  /** Whether reports do not get through at present. */
  get isAway(): boolean {
    return this.#toldAway
  }

  #isDone(): boolean {
    return this.reporter.isDelivered && this.#dirty.size === 0
  }

  #close(delivered: boolean): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#diskTimer) clearTimeout(this.#diskTimer)
    if (delivered) this.#spool?.remove()
    else {
      this.#toDisk()
      this.#spool?.close()
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** What is said of a run is said without the secrets that it knows. */
  #append(fact: Fact): void {
    this.reporter.append(redactFact(fact))
  }

  /** Turns changed task runs into facts. */
  #collect(): void {
    if (this.#dirty.size === 0) return
    for (const record of this.#dirty.values()) this.#append(record.toFact())
    this.#dirty.clear()
    this.#spillIfFull()
  }

  #spillIfFull(): void {
    if (this.#spool && this.reporter.wantsToSpill) this.#write(() => this.reporter.spill())
  }

  /** Looks soon, once for many facts of the same moment, and after the code that made them. */
  #wake(): void {
    if (this.#closed || this.#soon || this.reporter.stopped !== null || this.#refused) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      this.#spillIfFull()
      this.#plan()
    })
  }

  /** Sets the timer to when the next batch is due. */
  #plan(): void {
    if (this.#closed || this.#refused) return
    const first = this.#dirty.values().next().value
    if (first) {
      // One of them tells the Reporter that something waits; the rest becomes facts when the batch is made.
      this.#append(first.toFact())
      this.#dirty.delete(first.id)
    }
    const due = this.reporter.due(steadyNow())
    if (due !== null) this.#schedule(Math.max(0, due - steadyNow()))
  }

  #schedule(delay: number): void {
    const at = performance.now() + delay
    if (this.#timer && this.#timerAt <= at) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timerAt = at
    const fire = () => {
      this.#timer = null
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#send()
    }
    this.#timer = setTimeout(fire, delay)
  }

  #send(): void {
    if (this.#closed || this.#refused) return
    this.#collect()
    for (;;) {
      const taken = this.reporter.take(steadyNow())
      if (taken === null) return this.#plan()
      if (taken.kind === 'load') {
        this.reporter.loaded((this.#spool as Spool).read(taken.n))
        continue
      }
      const urgent = taken.report.facts.some(({ kind }) => kind === 'flow-run-state') || this.reporter.isWatched(steadyNow())
      this.#diskTimer ??= setTimeout(() => this.#beAway('no answer yet', false), DISK_AFTER)
      this.#options.transport.send(taken.report, urgent).then(
        ({ answer, sent }) => this.#onAnswer(answer, sent),
        (error: unknown) => this.#onError(error),
      )
      return
    }
  }

  #onAnswer(answer: RunAnswer, sent: Clocks): void {
    if (this.#closed) return
    this.#awaySince = null
    this.#toldAway = false
    if (this.#diskTimer) clearTimeout(this.#diskTimer)
    this.#diskTimer = null
    const directives = this.reporter.onAnswer(answer, steadyNow())
    this.#options.onAnswer?.(answer, sent)
    for (const directive of directives) this.#options.onDirective(directive)
    if (this.reporter.isDelivered) this.#spool?.remove()
    this.#changed()
    this.#plan()
  }

  #onError(error: unknown): void {
    if (this.#closed) return
    if (error instanceof Refused && this.#options.onRefused) {
      this.#refused = error
      this.#options.onRefused(error)
      return this.#changed()
    }
    this.#failures += 1
    this.reporter.onFailure(steadyNow(), Math.random())
    if (error instanceof NoAnswer && error.delay !== null) this.reporter.onDirective({ kind: 'back-off', delay: error.delay }, steadyNow())
    this.#beAway((error as Error).message, true)
    this.#changed()
    this.#plan()
  }

  /** From now on what waits goes to disk, at once and then every second, until an answer comes. */
  #beAway(reason: string, certain: boolean): void {
    this.#awaySince ??= performance.now()
    if (certain && !this.#toldAway) {
      this.#toldAway = true
      this.#options.onAway?.(reason)
    }
    this.#toDisk()
    if (this.#diskTimer) clearTimeout(this.#diskTimer)
    this.#diskTimer = setTimeout(() => this.#keepToDisk(), this.#options.timings.reportInterval)
    this.#diskTimer.unref()
  }

  #keepToDisk(): void {
    this.#diskTimer = null
    if (this.#awaySince === null || this.#closed) return
    this.#toDisk()
    this.#diskTimer = setTimeout(() => this.#keepToDisk(), this.#options.timings.reportInterval)
    this.#diskTimer.unref()
  }

  #toDisk(): void {
    this.#collect()
    if (!this.#spool) return
    this.#write(() => {
      const { first, rest } = this.reporter.leave()
      return first ? [first, ...rest] : rest
    })
  }

  /** A full or broken disk must not end the run: what could not be written is lost only if the API stays away, and that is said once. */
  #write(batches: () => ReturnType<Reporter['spill']>): void {
    try {
      this.#spool?.write(batches())
    } catch (error) {
      if (!this.#diskBroken) this.#options.onAway?.(`${(error as Error).message}; the spool cannot be written`)
      this.#diskBroken = true
    }
  }

  #header() {
    const { creation, apiUrl } = this.#options
    const { flowRunId, epoch, stateId, runToken, acknowledged } = this.reporter
    const base = { spool: 1 as const, flowRunId, epoch, stateId, runToken, apiUrl, owner: markOf(process.pid) }
    return creation && acknowledged === 0 ? { ...base, creation } : base
  }
}
