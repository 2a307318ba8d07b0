/**
 * Makes a run of a deployment: the deployment is read, and the run is inserted, by the WorkPool already given to a worker (optimistic dispatch) or here as
 * SCHEDULED. The id is made first, so that both inserts are the same run however the answers cross.
 * The hot path is one round trip: a deployment that this isolate remembers is offered without being read, and the record refuses what is stale. Whatever else
 * comes of that (nobody has room, parameters that do not fit, no answer) is decided by what is read then.
 */
import { isUuid, newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { mergeJobVariables } from '../../core/job-variables.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { NewFlowRun } from '../../core/new-flow-run.ts'
import { makeState } from '../../core/states.ts'
import { FLOW_RUNS_TOPIC } from '../../core/topics.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import { findDeploymentByName, findDeployments } from '../../db/queries/deployments/find-deployments.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { readFlowRunFacts } from '../../db/queries/flow-runs/read-flow-run-facts.ts'
import type { Statement } from '../../db/statement.ts'
import { insertFlowRun } from '../../db/transitions/insert-flow-run.ts'
import { waitForFlowRun } from '../../db/transitions/wait-for-flow-run.ts'
import { describeActor } from '../auth/actor.ts'
import { checkJobVariables, checkJson, checkName, checkObject, checkTags, sizeOfJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import type { OfferAnswer } from '../coordinators.ts'
import { splitFullName } from '../deployments/find-deployment.ts'
import { type DeploymentName, recallDeployment, rememberDeployment } from '../deployments/remember-deployment.ts'
import { Forbidden, Invalid, type Issue, LimitExceeded, NotFound, WeirError } from '../errors.ts'
import { permit } from '../permissions.ts'
import { fitJobVariables } from '../work-pools/fit-job-variables.ts'
import { flowRunLoader } from './load-flow-run.ts'
import { makeUpName } from './make-up-name.ts'
import { MAX_PARAMETER_BYTES } from './parameter-limit.ts'
import { flowRunOfNew } from './flow-run-of-new.ts'
import { validateParameters } from './validate-parameters.ts'

interface CreateInput {
  deploymentId?: string | null
  /** `flow/deployment`. */
  deploymentName?: string | null
  parameters?: JsonValue
  name?: string | null
  tags?: string[] | null
  scheduledTime?: Instant | null
  jobVariables?: JsonValue
  idempotencyKey?: string | null
  /** Undefined = the run that asks, if it is one; null = nobody. */
  parent?: ParentInput | null
}

/** The run that starts it. */
interface ParentInput {
  /** UUID. It may not be recorded yet: its own reports are on their way. */
  flowRunId: string
  /** UUID of the task run that stands for the new run. */
  taskRunId?: string | null
  isWaiting?: boolean | null
  waitsUntil?: Instant | null
}

export interface CreatedFlowRun {
  flowRun: FlowRunRow
  /** The idempotency key had been used: this is the run that exists. */
  existed: boolean
  warnings: string[]
}

/** Idempotent by (flow, idempotencyKey). Throws Invalid, NotFound, LimitExceeded. */
export async function createFlowRun(context: Context, input: CreateInput): Promise<CreatedFlowRun> {
  permit(context.actor, 'flow-runs:create')
  const issues = check(input)
  if (issues.length > 0) throw new Invalid(issues)
  if (input.parent) await checkParent(context, input.parent.flowRunId)
  const named = nameOf(context, input)
  const flowRunId = newId()
  const remembered = recallDeployment(named, context.clock.now())
  const offered = remembered && (await offerRemembered(context, input, remembered, flowRunId))
  if (offered) return offered
  const deployment = await findDeployment(context, input)
  const flowRun = newFlowRun(context, input, deployment, flowRunId)
  const { revision } = deployment
  rememberDeployment(named, deployment, context.clock.now())
  // One that was offered before is not offered again: nobody had room a moment ago. Unless it was another deployment then.
  const isNews = remembered?.revision !== revision
  const answer = isNews && isOffered(flowRun, deployment, context.clock.now()) ? await offer(context, flowRun, deployment) : null
  return record(context, flowRun, deployment, answer, waitsOf(context, input))
}

/** Null when it came to nothing: whoever remembers has to look. */
async function offerRemembered(context: Context, input: CreateInput, deployment: DeploymentRow, id: string): Promise<CreatedFlowRun | null> {
  let flowRun: NewFlowRun
  try {
    flowRun = newFlowRun(context, input, deployment, id)
  } catch (error) {
    if (error instanceof WeirError) return null
    throw error
  }
  if (!isOffered(flowRun, deployment, context.clock.now())) return null
  const answer = await offer(context, flowRun, deployment)
  return answer?.outcome === 'assigned' || answer?.outcome === 'existed'
    ? record(context, flowRun, deployment, answer, waitsOf(context, input))
    : null
}

async function offer(context: Context, flowRun: NewFlowRun, { workPool, revision }: DeploymentRow): Promise<OfferAnswer | null> {
  const { workspaceId, credential, coordinators } = context
  const answer = await coordinators.offer({ workspaceId, workPoolId: workPool.id, flowRun, revision, credential })
  // Nobody has asked the record when nobody had room.
  if (answer?.outcome === 'assigned' || answer?.outcome === 'existed') context.credentialCheck.heldElsewhere = true
  return answer
}

/** A runner starts runs for itself and for the subflows of its process; the link of anybody else is only information. */
async function checkParent({ actor, db }: Context, parentId: string): Promise<void> {
  if (actor.kind !== 'runner' || parentId === actor.flowRunId) return
  const parent = (await db.run(readFlowRunFacts([parentId]))).runs.get(parentId)?.facts
  if (parent && parent.rootFlowRunId !== actor.flowRunId) throw new Forbidden(`${describeActor(actor)} may not start runs for another run.`)
}

const askingRun = (actor: Context['actor']): string | null => (actor.kind === 'runner' ? actor.flowRunId : null)

/** Notes that the process which asks waits for this run, and so lends it its slots. Only a runner's process holds any. */
const waitsOf =
  ({ actor }: Context, { parent }: CreateInput) =>
  (flowRunId: string): Statement<void>[] =>
    actor.kind === 'runner' && parent?.isWaiting ? [waitForFlowRun({ flowRunId, waiterId: actor.flowRunId, until: parent.waitsUntil ?? null })] : []

/** The run as the record has it after whatever the WorkPool answered. */
async function record(
  context: Context,
  flowRun: NewFlowRun,
  deployment: DeploymentRow,
  answer: OfferAnswer | null,
  waits: (flowRunId: string) => Statement<void>[],
): Promise<CreatedFlowRun> {
  const { workspaceId, coordinators, db } = context
  const noteWait = async (flowRunId: string) => {
    for (const wait of waits(flowRunId)) await db.run(wait)
  }
  if (answer?.outcome === 'assigned') {
    const { stateId: id, timestamp } = answer
    await noteWait(flowRun.id)
    // The WorkPool has rung the feed for its assignment.
    return { flowRun: flowRunOfNew(context, flowRun, deployment, makeState({ id, type: 'PENDING', timestamp })), existed: false, warnings: [] }
  }
  if (answer?.outcome === 'existed') {
    await noteWait(answer.flowRunId)
    return existing(context, flowRun, answer.flowRunId)
  }
  const [inserted] = await db.batch(insertFlowRun(flowRun), ...waits(flowRun.id))
  if (inserted.existed) {
    if (inserted.flowRunId !== flowRun.id) await noteWait(inserted.flowRunId)
    return existing(context, flowRun, inserted.flowRunId)
  }
  coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
  coordinators.ringWorkPool({ workspaceId, workPoolId: deployment.workPool.id, dueAt: flowRun.scheduledTime })
  return { flowRun: flowRunOfNew(context, flowRun, deployment, flowRun.state), existed: false, warnings: [] }
}

/** Either the late insert of this very run by its WorkPool, or the run that used the idempotency key before. */
async function existing(context: Context, asked: NewFlowRun, flowRunId: string): Promise<CreatedFlowRun> {
  const flowRun = await context.reader.load(flowRunLoader, flowRunId)
  if (!flowRun) throw new NotFound('flow run', flowRunId)
  if (flowRunId === asked.id) return { flowRun, existed: false, warnings: [] }
  return { flowRun, existed: true, warnings: warningsOf(asked, flowRun) }
}

function warningsOf(asked: NewFlowRun, existing: FlowRunRow): string[] {
  const used = `The idempotency key "${asked.idempotencyKey}" was used for the run "${existing.name}"`
  const warnings: string[] = []
  if (canonical(asked.parameters) !== canonical(existing.parameters)) warnings.push(`${used} with other parameters; they stay as they were.`)
  if (asked.deploymentId !== existing.deployment?.id) warnings.push(`${used} of another deployment.`)
  return warnings
}

/** JSON with sorted keys: the record does not keep their order. */
const canonical = (value: JsonValue): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** Only what is due and meets no pause can be given to a worker at once. */
const isOffered = (run: NewFlowRun, { isPaused, workPool, workQueue }: DeploymentRow, now: Instant): boolean =>
  !isPaused && !workPool.isPaused && !workQueue.isPaused && (run.scheduledTime ?? now) <= now

/** How the caller names the deployment. Throws Invalid unless in exactly one way. */
function nameOf({ workspaceId }: Context, { deploymentId, deploymentName }: CreateInput): DeploymentName {
  if ((deploymentId == null) === (deploymentName == null)) {
    throw new Invalid([{ path: ['deploymentId'], message: 'expected either `deploymentId` or `deploymentName`', expected: 'one of them' }])
  }
  return { workspaceId, name: (deploymentId ?? deploymentName) as string }
}

async function findDeployment(context: Context, { deploymentId, deploymentName }: CreateInput): Promise<DeploymentRow> {
  if (deploymentId != null) {
    const [deployment] = await context.db.run(findDeployments([deploymentId]))
    if (!deployment) throw new NotFound('deployment', deploymentId, { path: ['deploymentId'] })
    return deployment
  }
  const name = deploymentName as string
  const deployment = await context.db.run(findDeploymentByName(splitFullName(name, ['deploymentName'])))
  if (!deployment)
    throw new NotFound('deployment', name, { path: ['deploymentName'], hint: '`deployments { nodes { fullName } }` lists what there is.' })
  return deployment
}

/** Throws Invalid when the parameters do not fit the deployment, LimitExceeded when they are too large. */
function newFlowRun(context: Context, input: CreateInput, deployment: DeploymentRow, id: string): NewFlowRun {
  const parameters = { ...deployment.parameters, ...((input.parameters ?? {}) as JsonObject) }
  refuseTooMuch('parameters', parameters)
  if (deployment.parameterSchema) {
    const mismatches = validateParameters(deployment.parameterSchema, parameters, ['parameters'])
    if (mismatches.length > 0) throw new Invalid(mismatches, { hint: `Parameters of ${deployment.fullName} are described by its parameterSchema.` })
  }
  const jobVariables = mergeJobVariables(deployment.workPool.jobVariables, deployment.jobVariables, (input.jobVariables ?? {}) as JsonObject)
  refuseTooMuch('jobVariables', jobVariables)
  const { issues } = fitJobVariables({ workPool: deployment.workPool, jobVariables })
  if (issues.length > 0)
    throw new Invalid(issues, { hint: `Job variables are described by the base job template of the work pool ${deployment.workPool.name}.` })
  const now = context.clock.now()
  const scheduledTime = input.scheduledTime ?? now
  const { actor } = context
  return {
    id,
    flowId: deployment.flow.id,
    name: input.name ?? makeUpName(Math.random),
    state: makeState({ id: newId(), type: 'SCHEDULED', timestamp: now, details: { scheduledTime } }),
    parameters,
    tags: [...new Set([...deployment.tags, ...(input.tags ?? [])])],
    idempotencyKey: input.idempotencyKey ?? null,
    deploymentId: deployment.id,
    deploymentVersionId: deployment.version.id,
    workPoolId: deployment.workPool.id,
    workPoolType: deployment.workPool.type,
    workQueueId: deployment.workQueue.id,
    queuePriority: deployment.workQueue.priority,
    jobVariables,
    scheduledTime,
    createdAt: now,
    createdBy: describeActor(actor),
    parentFlowRunId: input.parent === undefined ? askingRun(actor) : (input.parent?.flowRunId ?? null),
    parentTaskRunId: input.parent?.taskRunId ?? null,
    policy: {
      retries: deployment.retries,
      retryOnCrash: deployment.retryOnCrash,
      onContactLost: deployment.onContactLost,
      startAgain: deployment.startAgain,
    },
  }
}

function refuseTooMuch(field: 'parameters' | 'jobVariables', value: JsonObject): void {
  const size = sizeOfJson(value)
  if (size > MAX_PARAMETER_BYTES) {
    throw new LimitExceeded(`The ${field} are ${Math.ceil(size / 1024)} KiB as JSON; at most 512 KiB are allowed.`, MAX_PARAMETER_BYTES, {
      path: [field],
      hint: 'Keep large data in your own storage and pass a reference.',
    })
  }
}

function check({ name, tags, parameters, jobVariables, idempotencyKey, parent }: CreateInput): Issue[] {
  const issues: Issue[] = []
  if (parent?.taskRunId != null && !isUuid(parent.taskRunId))
    issues.push({ path: ['parent', 'taskRunId'], message: 'expected a uuid', expected: 'a uuid' })
  if (name != null) issues.push(...checkName(name, ['name']))
  if (tags != null) issues.push(...checkTags(tags, ['tags']))
  if (parameters != null) issues.push(...checkJson(parameters, ['parameters']), ...checkObject(parameters, ['parameters']))
  if (jobVariables != null) {
    const found = [...checkJson(jobVariables, ['jobVariables']), ...checkObject(jobVariables, ['jobVariables'])]
    issues.push(...found, ...(found.length === 0 ? checkJobVariables(jobVariables as JsonObject) : []))
  }
  if (idempotencyKey != null) {
    issues.push(...checkJson(idempotencyKey, ['idempotencyKey']))
    if (idempotencyKey === '' || idempotencyKey.length > 255) {
      issues.push({
        path: ['idempotencyKey'],
        message: `expected 1 to 255 characters, got ${idempotencyKey.length}`,
        expected: '1 to 255 characters',
      })
    }
  }
  return issues
}
