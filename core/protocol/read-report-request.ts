/**
 * A POST /reports body, from text that a stranger may have written. The envelope must be right, or nothing can be answered.
 * 1. A report whose facts or creation cannot be read at all is refused alone, by its (run, epoch, n), and the others go on.
 * 2. Facts are read one by one: what is too large in one is cut, and one that cannot be read costs no other. A log line of the run says what is missing.
 * Limits: limits.ts, docs/protocol.md.
 */
import { eventFields } from '../events/read-event.ts'
import type { Instant } from '../instant.ts'
import { cutTo, LIMITS } from '../limits.ts'
import { cutCreation, cutFact, type SayCut } from './cut-fact.ts'
import { state } from './read-state.ts'
import {
  type ArtifactFact,
  type ChildFlowRunFact,
  type EventFact,
  type Fact,
  type FlowRunStateFact,
  type HolderFact,
  LOG_LEVELS,
  type LogFact,
  type LogLine,
  type ReportRequest,
  type RunCreation,
  type RunReport,
  type TaskRunFact,
  type TimedOutFact,
  type TimedOutPart,
} from './reports.ts'
import {
  boolean,
  cutText,
  instant,
  integer,
  isRecord,
  json,
  jsonObject,
  list,
  Malformed,
  matching,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Reader,
  text,
  uuid,
  variant,
} from './shape.ts'

const EPOCH = integer(1, 2_147_483_647)
const N = integer(1, Number.MAX_SAFE_INTEGER)
const COUNT = integer(0, 2_147_483_647)
const NAME = text(LIMITS.name, 1)
const TAGS = list(text(LIMITS.tag, 1), LIMITS.tags)
/** Lines of one report that say what of it was not stored. */
const MOST_NOTES = 20

const flowRunState = object<FlowRunStateFact>({
  kind: oneOf(['flow-run-state']),
  state,
  runCount: COUNT,
  release: optional(boolean),
  name: optional(NAME),
})

const taskRun = object<TaskRunFact>({
  kind: oneOf(['task-run']),
  taskRunId: uuid,
  flowRunId: uuid,
  name: NAME,
  taskKey: NAME,
  dynamicKey: text(1_024),
  tags: TAGS,
  runCount: COUNT,
  states: notEmpty(list(state, LIMITS.states)),
  startTime: nullable(instant),
  endTime: nullable(instant),
  runTime: number(0, Number.MAX_SAFE_INTEGER),
  upstream: list(uuid, LIMITS.upstream),
  parentTaskRunId: nullable(uuid),
  childFlowRunId: optional(uuid),
  cacheKey: optional(text(2_048)),
})

const logLine = object<LogLine>({
  time: instant,
  level: oneOf(LOG_LEVELS),
  message: cutText(LIMITS.logMessage),
  taskRunId: optional(uuid),
  fields: optional(jsonObject(LIMITS.logFields)),
  source: optional(oneOf(['stdout', 'stderr', 'weir'])),
})

const logs = object<LogFact>({ kind: oneOf(['logs']), flowRunId: uuid, lines: list(logLine, LIMITS.facts) })

const artifact = object<ArtifactFact>({
  kind: oneOf(['artifact']),
  artifactId: uuid,
  flowRunId: uuid,
  taskRunId: nullable(uuid),
  key: nullable(matching(/^[a-z0-9-]{1,255}$/, 'a key of 1 to 255 characters a-z, 0-9 and -')),
  type: oneOf(['markdown', 'table', 'link', 'image', 'progress']),
  description: nullable(cutText(LIMITS.description)),
  data: json(LIMITS.artifact),
  time: instant,
})

const event = object<EventFact>({
  kind: oneOf(['event']),
  eventId: uuid,
  flowRunId: uuid,
  taskRunId: nullable(uuid),
  ...eventFields,
  occurred: nullable(instant),
  time: instant,
})

const childFlowRun = object<ChildFlowRunFact>({
  kind: oneOf(['child-flow-run']),
  flowRunId: uuid,
  parentFlowRunId: uuid,
  parentTaskRunId: nullable(uuid),
  flowName: NAME,
  name: NAME,
  parameters: jsonObject(LIMITS.parameters),
  tags: TAGS,
  runCount: COUNT,
  createdAt: instant,
  states: list(state, LIMITS.states),
})

const fact = variant<Fact>('kind', { 'flow-run-state': flowRunState, 'task-run': taskRun, logs, artifact, event, 'child-flow-run': childFlowRun })

const creation = object<RunCreation>({
  flowName: NAME,
  flowVersion: optional(cutText(LIMITS.name)) as Reader<string>,
  name: NAME,
  parameters: jsonObject(LIMITS.parameters),
  tags: TAGS,
  createdAt: instant,
})

const envelope = object<Omit<RunReport, 'facts' | 'creation'>>({ flowRunId: uuid, epoch: EPOCH, n: N, stateId: uuid, runToken: cutText(4_096) })

/** How a run ended matters more than what it left: a part that cannot be read is none. */
const timedOutPart = (value: unknown): TimedOutPart[] => {
  try {
    const cut = Array.isArray(value) ? value.map((part) => cutFact(part, () => {})) : value
    return list(variant<TimedOutPart>('kind', { 'task-run': taskRun, 'child-flow-run': childFlowRun }), LIMITS.facts)(cut)
  } catch {
    return []
  }
}

const runFields = { flowRunId: uuid, epoch: EPOCH }
const holderFact = variant<HolderFact>('kind', {
  submitted: object<HolderFact & { kind: 'submitted' }>({ kind: oneOf(['submitted']), ...runFields, infrastructureId: text(1_024) }),
  exited: object<HolderFact & { kind: 'exited' }>({
    kind: oneOf(['exited']),
    ...runFields,
    code: nullable(integer(-2_147_483_648, 4_294_967_295)),
    signal: nullable(text(32)),
    stderr: cutText(4_096),
    reason: nullable(cutText(1_024)),
    timedOut: optional(
      object<TimedOutFact>({ message: cutText(1_024), retryAfter: nullable(number(0, 3_155_760_000_000)), part: optional(timedOutPart) }),
    ),
  }),
  killed: object<HolderFact & { kind: 'killed' }>({ kind: oneOf(['killed']), ...runFields }),
  output: object<HolderFact & { kind: 'output' }>({ kind: oneOf(['output']), ...runFields, chunkId: uuid, lines: list(logLine, LIMITS.facts) }),
  'worker-gone': object<HolderFact & { kind: 'worker-gone' }>({ kind: oneOf(['worker-gone']), ...runFields }),
})

const request = object<{ protocol: number; sentAt: number; sessionId: string | null; reports: unknown[]; holderFacts: unknown[] }>({
  protocol: integer(1, 1_000),
  sentAt: instant,
  sessionId: nullable(uuid),
  reports: list((value) => value, LIMITS.reports),
  holderFacts: (value) => (value === undefined ? [] : list((entry) => entry, LIMITS.reports)(value)),
})

function notEmpty<T>(reader: Reader<T[]>): Reader<T[]> {
  return (value) => {
    const entries = reader(value)
    if (entries.length === 0) throw new Malformed('at least one entry')
    return entries
  }
}

/** A report whose facts cannot be read. Its number counts as used, so that the run's sequence goes on without them. */
export interface RefusedReport {
  flowRunId: string
  epoch: number
  n: number
  stateId: string
  runToken: string
  refused: { code: 'malformed_fact' | 'unstorable'; message: string }
}

export interface ReadReports extends Omit<ReportRequest, 'reports'> {
  reports: (RunReport | RefusedReport)[]
  /** Entries that do not even say which run they are about; they cannot be answered one by one. */
  unaddressed: string[]
}

export const isRefused = (report: RunReport | RefusedReport): report is RefusedReport => 'refused' in report

/** Reads a whole body. Throws `Malformed` when the envelope is not one. */
export function readReportRequest(value: unknown): ReadReports {
  const { reports: rawReports, holderFacts: rawFacts, ...rest } = request(value)
  const unaddressed: string[] = []
  const reports: ReadReports['reports'] = []
  rawReports.forEach((raw, index) => {
    let head: Omit<RunReport, 'facts' | 'creation'>
    try {
      head = envelope(raw)
    } catch (error) {
      unaddressed.push(explain(error, `reports.${index}`))
      return
    }
    try {
      reports.push({ ...head, ...readBody(raw as Record<string, unknown>, head.flowRunId, rest.sentAt) })
    } catch (error) {
      reports.push({ ...head, refused: { code: 'malformed_fact', message: explain(error, `reports.${index}`) } })
    }
  })
  const holderFacts: HolderFact[] = []
  rawFacts.forEach((raw, index) => {
    try {
      holderFacts.push(holderFact(raw))
    } catch (error) {
      unaddressed.push(explain(error, `holderFacts.${index}`))
    }
  })
  return { ...rest, reports, holderFacts, unaddressed }
}

/** The facts that can be read, in their order, and a log line for each that cannot. Throws `Malformed` when there is no list of them. */
function readBody(raw: Record<string, unknown>, flowRunId: string, sentAt: Instant): Pick<RunReport, 'facts' | 'creation'> {
  const rawFacts = raw['facts']
  if (!Array.isArray(rawFacts)) throw new Malformed('a list of facts', ['facts'])
  const notes = new Set<string>()
  let created: RunCreation | undefined
  try {
    created = optional(creation)(cutCreation(raw['creation'], (_, message) => notes.add(`Of this run: ${message}`)))
  } catch (error) {
    throw error instanceof Malformed ? new Malformed(error.expected, ['creation', ...error.path]) : error
  }
  const facts: Fact[] = []
  rawFacts.forEach((rawFact: unknown, index) => {
    const isState = isRecord(rawFact) && rawFact['kind'] === 'flow-run-state'
    if (index >= LIMITS.facts && !isState) return
    const say: SayCut = (_, message) => notes.add(`Of ${nameFact(rawFact)}: ${message}`)
    try {
      const read = fact(withReadableLines(cutFact(rawFact, say), say))
      if (read.kind !== 'logs' || read.lines.length > 0) facts.push(read)
    } catch (error) {
      notes.add(`${nameFact(rawFact)} was not stored: ${explain(error, `facts.${index}`)}`)
    }
  })
  if (rawFacts.length > LIMITS.facts) notes.add(`Only the first ${LIMITS.facts} of ${rawFacts.length} facts of one report are stored`)
  if (notes.size > 0) facts.push({ kind: 'logs', flowRunId, lines: toLines([...notes], sentAt) })
  return created === undefined ? { facts } : { creation: created, facts }
}

/** Log lines without those that cannot be read. */
function withReadableLines(raw: unknown, say: SayCut): unknown {
  if (!isRecord(raw) || raw['kind'] !== 'logs' || !Array.isArray(raw['lines'])) return raw
  const lines: LogLine[] = []
  raw['lines'].slice(0, LIMITS.facts).forEach((line: unknown, index) => {
    try {
      lines.push(logLine(line))
    } catch (error) {
      say('lines', `a line was not stored: ${explain(error, `lines.${index}`)}`)
    }
  })
  return { ...raw, lines }
}

function toLines(notes: string[], time: Instant): LogLine[] {
  const told = notes.length > MOST_NOTES ? [...notes.slice(0, MOST_NOTES), `… and ${notes.length - MOST_NOTES} more were cut or not stored`] : notes
  return told.map((message) => ({ time, level: 'warn', message: message.toWellFormed().replaceAll('\u0000', '\uFFFD'), source: 'weir' }))
}

/** What a fact is about, for people; it may be anything. */
function nameFact(raw: unknown): string {
  const about = (value: unknown, key: string): string => (isRecord(value) && typeof value[key] === 'string' ? ` ${cutTo(value[key], 100)}` : '')
  switch (isRecord(raw) ? raw['kind'] : null) {
    case 'flow-run-state':
      return `state${about((raw as { state?: unknown }).state, 'name')} of this run`
    case 'task-run':
      return `task run${about(raw, 'name')}`
    case 'child-flow-run':
      return `subflow run${about(raw, 'name')}`
    case 'artifact':
      return `artifact${about(raw, 'key') || about(raw, 'type')}`
    case 'event':
      return `event${about(raw, 'name')}`
    case 'logs':
      return 'log lines'
    default:
      return 'a fact of no known kind'
  }
}

function explain(error: unknown, place: string): string {
  if (!(error instanceof Malformed)) throw error
  return `${[place, ...error.path].join('.')}: expected ${error.expected}`
}
