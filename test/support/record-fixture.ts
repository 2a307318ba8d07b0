/** Rows that tests of the record begin with: a pool with a deployment, sessions, runs. */
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import type { NewFlowRun } from '../../core/new-flow-run.ts'
import { NO_RETRIES } from '../../core/retry-policy.ts'
import { makeState, type State, type StateInit } from '../../core/states.ts'
import type { ScheduleInput } from '../../core/schedules/schedule.ts'
import type { Db } from '../../db/client.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import { findDeployments } from '../../db/queries/deployments/find-deployments.ts'
import { type SavedDeployment, saveDeployment } from '../../db/queries/deployments/save-deployment.ts'
import { findSchedules } from '../../db/queries/schedules/find-schedules.ts'
import { createSchedule } from '../../db/queries/schedules/save-schedule.ts'
import { createWorkPool } from '../../db/queries/work-pools/create-work-pool.ts'
import { claimFlowRuns } from '../../db/transitions/claim-flow-runs.ts'
import { fillSchedules } from '../../db/transitions/fill-schedules.ts'
import { insertFlowRun } from '../../db/transitions/insert-flow-run.ts'
import { openSession } from '../../db/transitions/sessions.ts'

/** What a test says of a deployment; the rest is ordinary. */
type DeploymentInit = Partial<Omit<SavedDeployment, 'newIds'>>

export interface Fixture {
  db: Db
  workPoolId: string
  deployment: DeploymentRow
}

/** A pool, a flow and a deployment of it, all with names of their own. */
export async function makeFixture(
  db: Db,
  { poolLimit = null, ...deployment }: DeploymentInit & { poolLimit?: number | null } = {},
): Promise<Fixture> {
  const name = deployment.workPoolName ?? `pool-${newId()}`
  const pool = await db.run(
    createWorkPool({ id: newId(), defaultQueueId: newId(), name, type: 'process', description: null, concurrencyLimit: poolLimit, jobVariables: {} }),
  )
  return { db, workPoolId: pool.id, deployment: await makeDeployment(db, { flowName: `flow-${newId()}`, ...deployment, workPoolName: name }) }
}

/** Deploys, and reads what was deployed. */
export async function makeDeployment(db: Db, init: DeploymentInit & { workPoolName: string }): Promise<DeploymentRow> {
  const saved = await db.run(saveDeployment(deploymentOf(init)))
  if (saved.outcome !== 'saved') throw new Error(`the deployment was not saved: ${saved.outcome}`)
  const [deployment] = await db.run(findDeployments([saved.deploymentId]))
  return deployment as DeploymentRow
}

export const deploymentOf = (init: DeploymentInit & { workPoolName: string }): SavedDeployment => ({
  newIds: { flow: newId(), deployment: newId(), version: newId() },
  flowName: 'flow',
  name: 'deployment',
  description: null,
  tags: [],
  entrypoint: 'flow.ts:flow',
  path: '/srv/flows',
  contentHash: null,
  parameters: {},
  parameterSchema: null,
  jobVariables: {},
  workQueueName: null,
  concurrencyLimit: null,
  reuse: false,
  preload: true,
  retries: NO_RETRIES,
  retryOnCrash: 0,
  onContactLost: 'continue',
  startAgain: false,
  ...init,
})

/** A state with a new id, now unless said otherwise. */
export const stateOf = (init: Omit<StateInit, 'id' | 'timestamp'> & { timestamp?: Instant }): State =>
  makeState({ id: newId(), timestamp: Date.now(), ...init })

/** A run of the deployment as it is inserted: SCHEDULED, due a second ago. */
export function newFlowRun({ deployment }: { deployment: DeploymentRow }, init: Partial<NewFlowRun> = {}): NewFlowRun {
  const due = init.scheduledTime ?? Date.now() - 1000
  return {
    id: newId(),
    flowId: deployment.flow.id,
    name: 'run',
    state: stateOf({ type: 'SCHEDULED', timestamp: Date.now() - 1000, details: { scheduledTime: due } }),
    parameters: {},
    tags: [],
    idempotencyKey: null,
    deploymentId: deployment.id,
    deploymentVersionId: deployment.version.id,
    workPoolId: deployment.workPool.id,
    workPoolType: deployment.workPool.type,
    workQueueId: deployment.workQueue.id,
    queuePriority: deployment.workQueue.priority,
    jobVariables: {},
    scheduledTime: due,
    createdAt: Date.now(),
    createdBy: null,
    parentFlowRunId: null,
    parentTaskRunId: null,
    policy: {
      retries: deployment.retries,
      retryOnCrash: deployment.retryOnCrash,
      onContactLost: deployment.onContactLost,
      startAgain: deployment.startAgain,
    },
    ...init,
  }
}

/** Inserts runs that are due; answers their ids. */
export async function insertDueRuns(fixture: Fixture, count: number, init: Partial<NewFlowRun> = {}): Promise<string[]> {
  const runs = Array.from({ length: count }, () => newFlowRun(fixture, init))
  for (let first = 0; first < count; first += 100) await fixture.db.batch(...runs.slice(first, first + 100).map(insertFlowRun))
  return runs.map((run) => run.id)
}

export interface TestSession {
  sessionId: string
  workerId: string
}

/** A worker says hello. */
export async function makeSession({ db, workPoolId }: Fixture, { name = `worker-${newId()}`, sessionId = newId() } = {}): Promise<TestSession> {
  const worker = { name, type: 'process', version: '0.0.0', hostname: 'test', labels: {} }
  const opened = await db.run(openSession({ workPoolId, sessionId, newWorkerId: newId(), worker, queues: [], slots: 100 }))
  return { sessionId, workerId: opened.workerId }
}

/** A run that the session holds, PENDING. */
export async function makeClaimedRun(fixture: Fixture, session: TestSession): Promise<{ flowRunId: string; stateId: string }> {
  const [flowRunId] = await insertDueRuns(fixture, 1)
  const stateId = newId()
  const claimed = await fixture.db.run(
    claimFlowRuns({ workPoolId: fixture.workPoolId, claims: [{ flowRunId: flowRunId as string, stateId, ...session }] }),
  )
  if (claimed.outcome !== 'claimed') throw new Error(`the run was not claimed: ${claimed.reason}`)
  return { flowRunId: flowRunId as string, stateId }
}

/** A schedule of the deployment: every hour unless said otherwise. Nothing is filled yet. Answers its id. */
export async function makeSchedule(
  { db, deployment }: Fixture,
  init: Partial<Parameters<typeof createSchedule>[0]> & { definition?: ScheduleInput } = {},
): Promise<string> {
  const schedule = {
    id: newId(),
    deploymentId: deployment.id,
    slug: null,
    baseSlug: 'schedule',
    definition: { interval: 3_600 },
    parameters: {},
    isPaused: false,
    catchUp: 'skip',
    maxLateness: 300_000,
    overlap: 'allow',
    ...init,
  } as const
  const saved = await db.run(createSchedule(schedule, 50, { id: newId(), actor: 'test', action: 'schedules:create', details: {} }))
  if (saved.outcome !== 'created') throw new Error(`the schedule was not made: ${saved.outcome}`)
  return saved.scheduleId
}

/** Makes occurrences of a schedule at these instants, whatever its definition says; answers the ids of their runs. */
export async function makeOccurrences({ db }: Fixture, scheduleId: string, instants: readonly Instant[]): Promise<string[]> {
  const [schedule] = await db.run(findSchedules([scheduleId]))
  const occurrences = instants.map((at) => ({ at, id: newId(), stateId: newId(), name: 'run' }))
  const { revision = 0 } = schedule ?? {}
  await db.run(fillSchedules([{ scheduleId, revision, filledUntil: Math.max(...instants) + 1, fillAt: Date.now() + 3_600_000, occurrences }]))
  return occurrences.map(({ id }) => id)
}
