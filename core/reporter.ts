/**
 * The runner's side of reports, as a state machine without clock or I/O: facts go in, numbered batches come out, answers move it on.
 *
 * 1. A batch is frozen once it has a number: what is sent again under the same n is the same.
 * 2. One batch is in flight; the next number follows only on its acknowledgement.
 * 3. A task run's facts fold into one as long as they wait; a flow run's states never fold and are never dropped.
 * 4. Memory and spool are bounded: when both are full, debug lines go first, then other lines, states never; what went is counted and told.
 */
import { sizeOf, sizeOfLine } from './fact-size.ts'
import type { Instant } from './instant.ts'
import { cutFact } from './protocol/cut-fact.ts'
import type { Directive, Fact, LogFact, LogLine, RunAnswer, RunCreation, RunReport } from './protocol/reports.ts'
import type { Timings } from './timings.ts'

/** Facts under a number: what the spool keeps, one a line. */
export interface NumberedFacts {
  n: number
  facts: Fact[]
}

/** What a Reporter begins with. */
export interface ReporterStart {
  flowRunId: string
  epoch: number
  /** The state that the assignment (or startFlowRun) named. */
  stateId: string
  runToken: string
  /** For a run that started without the API: goes with report 1. */
  creation?: RunCreation
  timings: Timings
  /** A batch is closed at about this size. */
  maxBatchBytes?: number
  /** Pending facts beyond this want to be spilled to the spool. */
  maxMemoryBytes?: number
  /** Memory and spool together. */
  maxBytes?: number
  /** A runner without a worker is the holder of its run and sends empty batches. */
  heartbeat: boolean
}

const MEBIBYTE = 1024 * 1024
/** From this size on lines begin a fact of their own. */
const LARGEST_LOG_FACT = MEBIBYTE / 4
/** Gateways that take bodies of a mebibyte, and no more, are many. */
const BATCH = MEBIBYTE / 2

/** Of one run, in one epoch. */
export class Reporter {
  readonly flowRunId: string
  readonly epoch: number
  /** Last number that the record has stored. */
  acknowledged = 0
  /** The record's state of the run, as last told; the next report names it. */
  stateId: string
  stateType: string | null = null
  runToken: string
  /** Why the runner must end without reporting; null while it may report. */
  stopped: string | null = null
  /** The record wants the run cancelled. */
  cancelRequested = false
  /** Estimated bytes of facts in memory that are not acknowledged, the batch in flight included. */
  pendingBytes = 0
  /** Estimated bytes in the spool. */
  spilledBytes = 0
  /** Log lines that were dropped because memory and spool were full. */
  droppedLines = 0

  #start: ReporterStart
  #facts: Fact[] = []
  #sizes: number[] = []
  #taskRuns = new Map<string, number>()
  #logs = new Map<string, number>()
  #inFlight: (NumberedFacts & { bytes: number; sending: boolean }) | null = null
  /** Numbers given to batches that lie in the spool: first … last, and their sizes. */
  #spilled: { n: number; bytes: number }[] = []
  #lastNumber = 0
  #urgent = false
  #asked = false
  #lastSent: Instant | null = null
  /** A batch that had something, or renews the lease; looks do neither. */
  #lastBatch: Instant | null = null
  #isLooking = false
  #notBefore: Instant | null = null
  #failures = 0
  #watchedUntil: Instant | null = null
  #unacknowledgedStates = new Map<string, number | null>()
  #untoldDrops = 0
  readonly #toldCuts = new Set<string>()

  constructor(start: ReporterStart) {
    this.#start = start
    this.flowRunId = start.flowRunId
    this.epoch = start.epoch
    this.stateId = start.stateId
    this.runToken = start.runToken
  }

  /** Takes a fact, cut to what the record takes. Flow-run states leave at once, everything else with the next batch. */
  append(given: Fact): void {
    if (this.stopped !== null) return
    const cuts: string[] = []
    // Log lines are cut where they are written, and are many.
    const fact = given.kind === 'logs' ? given : (cutFact(given, (part, message) => this.#tellCut(given, part, message, cuts)) as Fact)
    this.#take(fact)
    if (cuts.length > 0)
      this.#appendLogs({ kind: 'logs', flowRunId: this.flowRunId, lines: cuts.map((message) => this.#warn(message, timeOf(fact))) })
  }

  #take(fact: Fact): void {
    switch (fact.kind) {
      case 'flow-run-state':
        this.#urgent = true
        this.#unacknowledgedStates.set(fact.state.id, null)
        // Facts fold only up to a state of the run, so that everything before it is stored with it or before it.
        this.#taskRuns.clear()
        this.#logs.clear()
        this.#push(fact)
        return
      case 'task-run': {
        const at = this.#taskRuns.get(fact.taskRunId)
        if (at !== undefined) this.#replace(at, fact)
        else {
          this.#taskRuns.set(fact.taskRunId, this.#facts.length)
          this.#push(fact)
        }
        return
      }
      case 'logs':
        this.#appendLogs(fact)
        return
      default:
        this.#push(fact)
    }
  }

  /** The record is to hear of the run now, whether or not there is anything new: its answer says whether the run goes on. */
  ask(): void {
    // What is on its way, or waits to be sent again, asks as well.
    this.#asked ||= this.stopped === null && this.#inFlight === null
  }

  /** What failed is tried again without waiting: it is the last chance. */
  hurry(): void {
    this.#notBefore = null
  }

  /** When the next batch is due; null = nothing to send before something changes. In the past = now. */
  due(now: Instant): Instant | null {
    if (this.stopped !== null || this.#inFlight?.sending || this.#isLooking) return null
    const wanted = this.#wantedAt(now)
    if (wanted === null) return null
    return this.#notBefore !== null && this.#notBefore > wanted ? this.#notBefore : wanted
  }

  #wantedAt(now: Instant): Instant | null {
    if (this.#asked) return now
    if (this.#urgent || this.#inFlight !== null || this.#spilled.length > 0 || this.#lastSent === null) {
      return this.#hasSomething() || this.#start.heartbeat ? now : null
    }
    const { timings } = this.#start
    if (this.#facts.length > 0)
      return (this.#lastBatch ?? this.#lastSent) + (this.isWatched(now) ? timings.reportIntervalWatched : timings.reportInterval)
    if (!this.#start.heartbeat) return null
    const heartbeat = (this.#lastBatch ?? this.#lastSent) + timings.runnerHeartbeat
    return this.acknowledged > 0 ? Math.min(heartbeat, this.#lastSent + timings.runnerLook) : heartbeat
  }

  #hasSomething(): boolean {
    return this.#inFlight !== null || this.#spilled.length > 0 || this.#facts.length > 0
  }

  isWatched(now: Instant): boolean {
    return this.#watchedUntil !== null && now < this.#watchedUntil
  }

  /** Whether everything that was appended is stored in the record. */
  get isDelivered(): boolean {
    return this.stopped !== null || !this.#hasSomething()
  }

  /** Whether a flow-run state that was appended is stored. False for ever once stopped before that. */
  isAcknowledged(stateId: string): boolean {
    return !this.#unacknowledgedStates.has(stateId)
  }

  /**
   * The batch to send now; call it when `due`. `load` asks for a batch out of the spool: hand it to `loaded`, then call again.
   * Null when nothing is to be sent. After sending, exactly one of `onAnswer` and `onFailure` follows.
   */
  take(now: Instant): { kind: 'send'; report: RunReport } | { kind: 'load'; n: number } | null {
    const due = this.due(now)
    if (due === null || due > now) return null
    const { flowRunId, epoch, stateId, runToken } = this
    if (this.#isLook(now)) {
      this.#isLooking = true
      this.#lastSent = now
      return { kind: 'send', report: { flowRunId, epoch, n: this.acknowledged, stateId, runToken, facts: [] } }
    }
    if (this.#inFlight === null) {
      const spilled = this.#spilled[0]
      if (spilled) return { kind: 'load', n: spilled.n }
      this.#inFlight = { ...this.#number(), sending: false }
    }
    const { n, facts } = this.#inFlight
    this.#inFlight.sending = true
    this.#lastSent = now
    this.#lastBatch = now
    const report: RunReport = { flowRunId, epoch, n, stateId, runToken, facts }
    if (n === 1 && this.#start.creation) report.creation = this.#start.creation
    return { kind: 'send', report }
  }

  /** Nothing is there to be told, and the lease needs no renewal: a number that is stored already is only answered. */
  #isLook(now: Instant): boolean {
    if (this.#asked || this.#urgent || this.#hasSomething() || this.#lastBatch === null) return false
    return this.acknowledged > 0 && now < this.#lastBatch + this.#start.timings.runnerHeartbeat
  }

  /** A batch came back from the spool: it is the next to be sent. */
  loaded(batch: NumberedFacts): void {
    const spilled = this.#spilled.shift()
    if (!spilled || spilled.n !== batch.n) throw new Error(`The spool gave batch ${batch.n} where ${spilled?.n ?? 'none'} was expected`)
    this.spilledBytes -= spilled.bytes
    this.pendingBytes += spilled.bytes
    this.#inFlight = { ...batch, bytes: spilled.bytes, sending: false }
  }

  /** The answer to the batch in flight. Returns the directives that the runner has to act upon. */
  onAnswer(answer: RunAnswer, now: Instant): Directive[] {
    if (answer.flowRunId !== this.flowRunId || answer.epoch !== this.epoch) return []
    if (this.#inFlight) this.#inFlight.sending = false
    this.#isLooking = false
    this.#failures = 0
    this.#notBefore = null
    this.#acknowledge(answer.acknowledged)
    if (answer.stateId !== null) this.stateId = answer.stateId
    this.stateType = answer.stateType
    if (answer.runToken !== undefined) this.runToken = answer.runToken
    for (const directive of answer.directives) this.#obey(directive, now)
    return answer.directives
  }

  /** A directive that came another way: over the worker's socket. */
  onDirective(directive: Directive, now: Instant): void {
    this.#obey(directive, now)
  }

  /** No answer, or one that says "later": the same batch goes again after a growing wait. `random` in [0, 1) spreads the runners. */
  onFailure(now: Instant, random: number): void {
    if (this.#inFlight) this.#inFlight.sending = false
    this.#isLooking = false
    this.#failures += 1
    const wait = Math.min(10_000, 250 * 2 ** Math.min(this.#failures, 10))
    this.#notBefore = now + wait * (0.5 + random / 2)
  }

  #acknowledge(acknowledged: number): void {
    if (acknowledged > this.acknowledged) this.acknowledged = acknowledged
    for (const [stateId, n] of this.#unacknowledgedStates) if (n !== null && n <= acknowledged) this.#unacknowledgedStates.delete(stateId)
    if (this.#inFlight === null) return
    if (this.#inFlight.n <= acknowledged) {
      this.pendingBytes -= this.#inFlight.bytes
      this.#inFlight = null
      // A spool that was taken up may begin with batches that the record has had for long.
      for (let first = this.#spilled[0]; first && first.n <= acknowledged; first = this.#spilled[0]) {
        this.spilledBytes -= first.bytes
        this.#spilled.shift()
      }
    } else if (acknowledged < this.acknowledged) {
      // The record knows less than it has acknowledged (it was restored from a backup): what is left goes on from there.
      this.acknowledged = acknowledged
      this.#renumberFrom(acknowledged + 1)
    }
  }

  #renumberFrom(n: number): void {
    if (!this.#inFlight) return
    const shift = this.#inFlight.n - n
    if (shift <= 0 || this.#spilled.length > 0) return
    for (const [stateId, number] of this.#unacknowledgedStates) if (number !== null) this.#unacknowledgedStates.set(stateId, number - shift)
    this.#inFlight.n = n
    this.#lastNumber = n
  }

  #obey(directive: Directive, now: Instant): void {
    switch (directive.kind) {
      case 'cancel':
        this.cancelRequested = true
        return
      case 'stop':
        this.stopped = directive.reason
        this.#facts = []
        this.#sizes = []
        this.#taskRuns.clear()
        this.#logs.clear()
        this.#spilled = []
        this.#inFlight = null
        this.pendingBytes = 0
        this.spilledBytes = 0
        return
      case 'watch':
        this.#watchedUntil = directive.until
        return
      case 'back-off':
        this.#notBefore = now + directive.delay
        return
      case 'resume':
      case 'suspend':
        return
    }
  }

  /** Whether memory holds more than it should: call `spill`. */
  get wantsToSpill(): boolean {
    return this.pendingBytes > (this.#start.maxMemoryBytes ?? 16 * MEBIBYTE) && this.#facts.length > 0
  }

  /** Numbers everything that waits and hands it over to be written to the spool, in this order. The batch in flight stays in memory. */
  spill(): NumberedFacts[] {
    const batches: NumberedFacts[] = []
    while (this.#facts.length > 0) {
      const { n, facts, bytes } = this.#number()
      this.#spilled.push({ n, bytes })
      this.spilledBytes += bytes
      this.pendingBytes -= bytes
      batches.push({ n, facts })
    }
    return batches
  }

  /**
   * Everything that is not acknowledged, numbered, for the spool of a runner that must end before it could deliver: first the batch in flight, then what waits.
   * What lies in the spool already has numbers between the two.
   */
  leave(): { first: NumberedFacts | null; rest: NumberedFacts[] } {
    const first = this.#inFlight ? { n: this.#inFlight.n, facts: this.#inFlight.facts } : null
    return { first, rest: this.spill() }
  }

  /** Takes up a spool: batches in order of their numbers, of which the record may have some already. Only on a new Reporter. */
  adopt(spooled: readonly { n: number; bytes: number }[]): void {
    this.#spilled = [...spooled]
    this.#lastNumber = spooled.at(-1)?.n ?? 0
    this.acknowledged = (spooled[0]?.n ?? 1) - 1
    for (const { bytes } of spooled) this.spilledBytes += bytes
  }

  /** Closes a batch of what waits, in order, up to the size limit; at least one fact. */
  #number(): NumberedFacts & { bytes: number } {
    const limit = this.#start.maxBatchBytes ?? BATCH
    let count = 0
    let bytes = 0
    while (count < this.#facts.length && (count === 0 || bytes + (this.#sizes[count] as number) <= limit)) {
      bytes += this.#sizes[count] as number
      count += 1
    }
    // Facts whose lines were all dropped to make room say nothing.
    const facts = this.#facts.splice(0, count).filter((fact) => fact.kind !== 'logs' || fact.lines.length > 0)
    this.#sizes.splice(0, count)
    this.#taskRuns.clear()
    this.#logs.clear()
    this.#facts.forEach((fact, at) => {
      if (fact.kind === 'task-run') this.#taskRuns.set(fact.taskRunId, at)
    })
    this.#lastNumber += 1
    this.#asked = false
    for (const fact of facts) if (fact.kind === 'flow-run-state') this.#unacknowledgedStates.set(fact.state.id, this.#lastNumber)
    this.#urgent = this.#facts.some((fact) => fact.kind === 'flow-run-state')
    return { n: this.#lastNumber, facts, bytes }
  }

  #push(fact: Fact): void {
    const bytes = sizeOf(fact)
    this.#facts.push(fact)
    this.#sizes.push(bytes)
    this.pendingBytes += bytes
  }

  #replace(at: number, fact: Fact): void {
    const bytes = sizeOf(fact)
    this.pendingBytes += bytes - (this.#sizes[at] as number)
    this.#facts[at] = fact
    this.#sizes[at] = bytes
  }

  /** Lines of one run share a fact, which becomes one row. */
  #appendLogs({ flowRunId, lines }: LogFact): void {
    const { kept, bytes } = this.#linesThatFit(lines)
    if (kept.length === 0) return
    let at = this.#logs.get(flowRunId)
    if (at === undefined || (this.#sizes[at] as number) >= LARGEST_LOG_FACT) {
      at = this.#facts.length
      this.#logs.set(flowRunId, at)
      this.#push({ kind: 'logs', flowRunId, lines: [] })
    }
    ;(this.#facts[at] as LogFact).lines.push(...kept)
    this.#sizes[at] = (this.#sizes[at] as number) + bytes
    this.pendingBytes += bytes
  }

  /** Measured once: a line's size is its JSON's. */
  #linesThatFit(lines: readonly LogLine[]): { kept: LogLine[]; bytes: number } {
    const limit = this.#start.maxBytes ?? 256 * MEBIBYTE
    const sizes = lines.map(sizeOfLine)
    let room = limit - this.pendingBytes - this.spilledBytes
    if (sizes.reduce((sum, size) => sum + size, 0) > room) room += this.#dropPendingDebugLines()
    // A quarter of the room is kept for lines that matter more than debug.
    const floor = limit / 4
    const kept: LogLine[] = []
    let bytes = 0
    for (const [at, line] of lines.entries()) {
      const size = sizes[at] as number
      if (room - bytes - size >= (line.level === 'debug' ? floor : 0)) {
        bytes += size
        kept.push(line)
      } else this.#countDrop(1)
    }
    // Told when there is room again, not while each further drop would make another such line.
    if (this.#untoldDrops > 0 && kept[0] && room - bytes - NOTICE_BYTES >= floor) {
      const notice = this.#warn(`${this.#untoldDrops} log lines were dropped here: the spool was full`, kept[0].time)
      kept.unshift(notice)
      bytes += sizeOfLine(notice)
      this.#untoldDrops = 0
    }
    return { kept, bytes }
  }

  /** Answers how many bytes that gave. */
  #dropPendingDebugLines(): number {
    const before = this.pendingBytes
    this.#facts.forEach((fact, at) => {
      if (fact.kind !== 'logs') return
      const kept = fact.lines.filter(({ level }) => level !== 'debug')
      this.#countDrop(fact.lines.length - kept.length)
      if (kept.length !== fact.lines.length) this.#replace(at, { ...fact, lines: kept })
    })
    return before - this.pendingBytes
  }

  /** Said once of each part of each thing, however often its fact comes. */
  #tellCut(fact: Fact, part: string, message: string, cuts: string[]): void {
    const [id, name] = aboutOf(fact, this.flowRunId)
    const key = `${id} ${part}`
    if (this.#toldCuts.has(key)) return
    this.#toldCuts.add(key)
    cuts.push(`Of ${name}: ${message}`)
  }

  #warn(message: string, time: Instant): LogLine {
    return { time, level: 'warn', message, source: 'weir' }
  }

  #countDrop(lines: number): void {
    this.droppedLines += lines
    this.#untoldDrops += lines
  }
}

/** Room for the line that says how many lines were dropped. */
const NOTICE_BYTES = 256

/** What a fact is about: its id, and its name for people. */
function aboutOf(fact: Fact, flowRunId: string): [id: string, name: string] {
  switch (fact.kind) {
    case 'task-run':
      return [fact.taskRunId, `task run ${fact.name}`]
    case 'artifact':
      return [fact.artifactId, `artifact ${fact.key ?? fact.type}`]
    case 'event':
      return [fact.eventId, `event ${fact.name}`]
    case 'child-flow-run':
      return [fact.flowRunId, `subflow run ${fact.name}`]
    default:
      return [flowRunId, 'this run']
  }
}

/** When what a fact says was so. */
function timeOf(fact: Fact): Instant {
  switch (fact.kind) {
    case 'flow-run-state':
      return fact.state.timestamp
    case 'task-run':
    case 'child-flow-run':
      return fact.states.at(-1)?.timestamp ?? 0
    case 'artifact':
    case 'event':
      return fact.time
    case 'logs':
      return fact.lines[0]?.time ?? 0
  }
}
