/** A batch of reports with everything that the decisions about it need. */
import type { FlowRunFacts, Holder } from '../../core/flow-run.ts'
import { instantOfId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import type { ReadReports } from '../../core/protocol/read-report-request.ts'
import { clockShiftAfter, shiftTime } from '../../core/state-clock.ts'
import { makeState } from '../../core/states.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import { type GivenTo, listRunsGivenToSession } from '../../db/queries/flow-runs/list-runs-given-to-session.ts'
import { type StartedRun, startFlowRun } from '../../db/transitions/start-flow-run.ts'
import { describeActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { mayDo } from '../permissions.ts'
import { holderOf, type Sender } from './sender.ts'

export interface IngestContext extends Pick<Context, 'workspaceId' | 'db' | 'coordinators' | 'timings' | 'log'> {
  tokenSecret: string
  newId: () => string
}

/** A batch with what the record says about its runs. Decisions replace `runs` as they are written. */
export interface Batch {
  request: ReadReports
  sender: Sender
  /** The worker session that sends, when its key may report. */
  sessionId: string | null
  from: Holder
  /** The database's clock when the runs were read. */
  now: Instant
  runs: Map<string, { facts: FlowRunFacts; watchedUntil: Instant | null }>
  /** Runs that were given last to the sending worker, in this life of it or an earlier one. */
  given: ReadonlyMap<string, GivenTo>
}

/** Reads them in one round trip. Runs that started without us are made first. */
export async function readBatch(context: IngestContext, sender: Sender, request: ReadReports): Promise<Batch> {
  const sessionId = sender.kind === 'key' && mayDo(sender.actor, 'workers:report') ? request.sessionId : null
  const from = holderOf(sender, sessionId)
  const started =
    sender.kind === 'key' && mayDo(sender.actor, 'flow-runs:start') ? startedWithoutUs(context, describeActor(sender.actor), request) : []
  if (started.length > 0) await context.db.batch(...started.map(startFlowRun))
  const ids = [...new Set([...request.reports, ...request.holderFacts].map(({ flowRunId }) => flowRunId))]
  if (sessionId === null || ids.length === 0)
    return { request, sender, sessionId, from, given: new Map(), ...(await context.db.run(readFlowRunFacts(ids))) }
  const [read, given] = await context.db.batch(readFlowRunFacts(ids), listRunsGivenToSession({ sessionId, flowRunIds: ids }))
  return { request, sender, sessionId, from, given, ...read }
}

/** First reports of scripts that began while the API was away. Idempotent by the run's id, which its script made. */
function startedWithoutUs(context: IngestContext, createdBy: string, request: ReadReports): StartedRun[] {
  const now = Date.now()
  const shift = clockShiftAfter(null, now, request.sentAt)
  return request.reports.flatMap((report) => {
    if (!('creation' in report) || !report.creation || report.n !== 1 || report.epoch !== 1 || !isRecent(report.flowRunId)) return []
    const { flowRunId, stateId } = report
    const { flowVersion, ...creation } = report.creation
    const createdAt = shiftTime(creation.createdAt, shift, now)
    return [
      {
        id: flowRunId,
        flowId: context.newId(),
        ...creation,
        createdAt,
        createdBy,
        state: makeState({ id: stateId, type: 'RUNNING', timestamp: createdAt, details: flowVersion === undefined ? {} : { flowVersion } }),
      },
    ]
  })
}

/** Its rows go where its id's time says: an id of another age would land in a partition that nobody keeps. */
function isRecent(id: string): boolean {
  const made = instantOfId(id)
  return made !== null && made > Date.now() - 8 * 86_400_000 && made < Date.now() + 86_400_000
}
