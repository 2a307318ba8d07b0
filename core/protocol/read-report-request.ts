/**
 * A POST /reports body, from text that a stranger may have written. The envelope must be right, or nothing can be answered;
 * a report or fact that is not is refused alone, by its (run, epoch, n), and the others go on. Limits: docs/protocol.md.
 */
import { STATE_TYPES, type State, type StateDetails } from '../states.ts'
import {
  type ArtifactFact,
  type ChildFlowRunFact,
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
} from './reports.ts'
import {
  boolean,
  cutText,
  instant,
  integer,
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
/** Flow runs in one batch. */
const MAX_REPORTS = 1_000
const MAX_FACTS = 50_000
const NAME = text(255, 1)
const TAGS = list(text(255, 1), 50)

const details = object<StateDetails>({
  scheduledTime: optional(instant),
  cause: optional(oneOf(['lost', 'exit'])),
  error: optional(object<NonNullable<StateDetails['error']>>({ name: cutText(255), message: cutText(16_384), stack: optional(cutText(8_192)) })),
  result: optional(object<NonNullable<StateDetails['result']>>({ type: text(64), reference: text(2_048) })),
  exit: optional(
    object<NonNullable<StateDetails['exit']>>({
      code: nullable(integer(-2_147_483_648, 4_294_967_295)),
      signal: nullable(text(32)),
      stderr: optional(cutText(4_096)),
    }),
  ),
  by: optional(text(255)),
  pauseUntil: optional(instant),
})

const state = object<State>({
  id: uuid,
  type: oneOf(STATE_TYPES),
  name: NAME,
  timestamp: instant,
  message: nullable(cutText(4_096)),
  details: (value) => (value === undefined ? {} : details(value)),
})

const flowRunState = object<FlowRunStateFact>({ kind: oneOf(['flow-run-state']), state, runCount: COUNT, release: optional(boolean) })

const taskRun = object<TaskRunFact>({
  kind: oneOf(['task-run']),
  taskRunId: uuid,
  flowRunId: uuid,
  name: NAME,
  taskKey: NAME,
  dynamicKey: text(1_024),
  tags: TAGS,
  runCount: COUNT,
  states: notEmpty(list(state, 1_000)),
  startTime: nullable(instant),
  endTime: nullable(instant),
  runTime: number(0, Number.MAX_SAFE_INTEGER),
  upstream: list(uuid, 10_000),
  parentTaskRunId: nullable(uuid),
  childFlowRunId: optional(uuid),
  cacheKey: optional(text(2_048)),
})

const logLine = object<LogLine>({
  time: instant,
  level: oneOf(LOG_LEVELS),
  message: cutText(65_536),
  taskRunId: optional(uuid),
  fields: optional(jsonObject(65_536)),
  source: optional(oneOf(['stdout', 'stderr', 'weir'])),
})

const logs = object<LogFact>({ kind: oneOf(['logs']), flowRunId: uuid, lines: list(logLine, MAX_FACTS) })

const artifact = object<ArtifactFact>({
  kind: oneOf(['artifact']),
  artifactId: uuid,
  flowRunId: uuid,
  taskRunId: nullable(uuid),
  key: nullable(matching(/^[a-z0-9-]{1,255}$/, 'a key of 1 to 255 characters a-z, 0-9 and -')),
  type: oneOf(['markdown', 'table', 'link', 'image', 'progress']),
  description: nullable(cutText(4_096)),
  data: json(524_288),
  time: instant,
})

const childFlowRun = object<ChildFlowRunFact>({
  kind: oneOf(['child-flow-run']),
  flowRunId: uuid,
  parentFlowRunId: uuid,
  parentTaskRunId: nullable(uuid),
  flowName: NAME,
  name: NAME,
  parameters: jsonObject(524_288),
  tags: TAGS,
  runCount: COUNT,
  createdAt: instant,
  states: list(state, 1_000),
})

const fact = variant<Fact>('kind', { 'flow-run-state': flowRunState, 'task-run': taskRun, logs, artifact, 'child-flow-run': childFlowRun })

const creation = object<RunCreation>({ flowName: NAME, name: NAME, parameters: jsonObject(524_288), tags: TAGS, createdAt: instant })

const envelope = object<Omit<RunReport, 'facts' | 'creation'>>({ flowRunId: uuid, epoch: EPOCH, n: N, stateId: uuid, runToken: cutText(4_096) })
const body = object<Pick<RunReport, 'facts' | 'creation'>>({ creation: optional(creation), facts: list(fact, MAX_FACTS) })

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
  }),
  killed: object<HolderFact & { kind: 'killed' }>({ kind: oneOf(['killed']), ...runFields }),
  output: object<HolderFact & { kind: 'output' }>({ kind: oneOf(['output']), ...runFields, chunkId: uuid, lines: list(logLine, MAX_FACTS) }),
  'worker-gone': object<HolderFact & { kind: 'worker-gone' }>({ kind: oneOf(['worker-gone']), ...runFields }),
})

const request = object<{ protocol: number; sentAt: number; sessionId: string | null; reports: unknown[]; holderFacts: unknown[] }>({
  protocol: integer(1, 1_000),
  sentAt: instant,
  sessionId: nullable(uuid),
  reports: list((value) => value, MAX_REPORTS),
  holderFacts: (value) => (value === undefined ? [] : list((entry) => entry, MAX_REPORTS)(value)),
})

function notEmpty<T>(reader: Reader<T[]>): Reader<T[]> {
  return (value) => {
    const entries = reader(value)
    if (entries.length === 0) throw new Malformed('at least one entry')
    return entries
  }
}

/** A report whose facts cannot be read. Its number counts as used, so that the run's sequence goes on without them. */
interface RefusedReport {
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
      reports.push({ ...head, ...body(raw) })
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

function explain(error: unknown, place: string): string {
  if (!(error instanceof Malformed)) throw error
  return `${[place, ...error.path].join('.')}: expected ${error.expected}`
}
