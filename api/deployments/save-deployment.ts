/** A deployment from what `weir deploy` or a program says: one statement makes or changes it, and a version when the code is new. */
import { shellWord } from '../../core/shell-word.ts'
import { newId } from '../../core/ids.ts'
import { mergeJobVariables } from '../../core/job-variables.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { DEPLOYMENTS_TOPIC } from '../../core/topics.ts'
import type { RetryPolicy } from '../../core/retry-policy.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import { saveDeployment as saveRow } from '../../db/queries/deployments/save-deployment.ts'
import { findWorkPoolByName } from '../../db/queries/work-pools/find-work-pools.ts'
import { type CollisionStrategy, setCollisionStrategy } from '../../db/queries/limits/set-collision-strategy.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkConcurrencyLimit, checkJobVariables, checkJson, checkName, checkObject, checkTags, sizeOfJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, type Issue, NotFound } from '../errors.ts'
import { MAX_PARAMETER_BYTES } from '../flow-runs/parameter-limit.ts'
import { validateParameters, validateSchema } from '../flow-runs/validate-parameters.ts'
import { permit } from '../permissions.ts'
import type { NewScheduleInput } from '../schedules/create-schedule.ts'
import { fillDeployments } from '../schedules/fill-schedules.ts'
import { readSchedules, saveSchedules } from '../schedules/save-schedules.ts'
import { fitJobVariables } from '../work-pools/fit-job-variables.ts'
import { readRetryPolicy } from './read-retry-policy.ts'
import { deploymentLoader } from './types.ts'

interface DeploymentInput {
  flowName: string
  name: string
  description?: string | null
  tags?: string[] | null
  entrypoint: string
  path: string
  contentHash?: string | null
  parameters?: JsonValue
  parameterSchema?: JsonObject | boolean | null
  workPoolName: string
  workQueueName?: string | null
  jobVariables?: JsonValue
  concurrencyLimit?: number | null
  collisionStrategy?: CollisionStrategy | null
  reuse?: boolean | null
  preload?: boolean | null
  retries?: { count: number; delay?: JsonValue; jitter?: number | null } | null
  retryOnCrash?: number | null
  onContactLost?: 'continue' | 'stop' | null
  startAgain?: boolean | null
  schedules?: NewScheduleInput[] | null
}

const LONGEST = { description: 10_000, entrypoint: 1_000, path: 4_000 } as const

/** Makes or changes a deployment. Idempotent. Throws Invalid, NotFound (pool, queue). */
export async function saveDeployment(
  context: Context,
  input: DeploymentInput,
): Promise<{ deployment: DeploymentRow; created: boolean; changed: boolean }> {
  permit(context.actor, 'deployments:save')
  const retries = readRetryPolicy(input.retries ?? null, ['retries'])
  const issues = [...check(input), ...retries.issues]
  const schedules = issues.length === 0 && input.schedules ? readSchedules(context, input.schedules, rowOf(input, retries.policy)) : null
  issues.push(...(schedules?.issues ?? []))
  if (issues.length > 0) throw new Invalid(issues)
  await refuseMisfits(context, input)
  const { flowName, name, entrypoint, workPoolName } = input
  const deed = deedOf(context.actor, 'deployments:save', { name: `${flowName}/${name}`, entrypoint, workPoolName })
  const result = await context.db.run(saveRow(rowOf(input, retries.policy), deed))
  if (result.outcome === 'no-work-pool') {
    throw new NotFound('work pool', input.workPoolName, { path: ['workPoolName'], hint: `weir work-pool create ${shellWord(input.workPoolName)}` })
  }
  if (result.outcome === 'no-work-queue')
    throw new NotFound('work queue', `${input.workPoolName}/${input.workQueueName}`, { path: ['workQueueName'] })
  if (result.outcome === 'no-fence') {
    const message = 'needs `onContactLost: STOP`: a runner out of contact must stop before its run is tried again'
    throw new Invalid([{ path: ['retryOnCrash'], message, expected: '0, or `onContactLost: STOP`' }], {
      hint: 'Set onContactLost to STOP (weir deploy --on-contact-lost stop), or retryOnCrash to 0.',
    })
  }
  const { workspaceId, coordinators } = context
  const changedSchedules = schedules !== null && (await saveSchedules(context, result.deploymentId, schedules.wanted))
  const { collisionStrategy } = input
  const changedStrategy =
    collisionStrategy != null && (await context.db.run(setCollisionStrategy({ id: result.deploymentId, strategy: collisionStrategy })))
  const changed = result.changed || changedSchedules || changedStrategy
  if (changed) {
    await fillDeployments(context, [result.deploymentId])
    coordinators.ringFeed({ workspaceId, topic: DEPLOYMENTS_TOPIC })
    coordinators.ringWorkPool({ workspaceId, workPoolId: result.workPoolId })
  }
  context.reader.forget()
  const deployment = (await context.reader.load(deploymentLoader, result.deploymentId)) as DeploymentRow
  return { deployment, created: result.created, changed }
}

/** The pool says which job variables its runs may be given. Only who gives some pays for the look; a pool that there is not is told by the save. */
async function refuseMisfits({ db }: Context, { workPoolName, jobVariables }: DeploymentInput): Promise<void> {
  const given = (jobVariables ?? {}) as JsonObject
  if (Object.keys(given).length === 0) return
  const workPool = await db.run(findWorkPoolByName(workPoolName))
  if (!workPool) return
  const merged = mergeJobVariables(workPool.jobVariables, given)
  const { issues } = fitJobVariables({ workPool, jobVariables: merged, isPartial: true })
  if (issues.length > 0)
    throw new Invalid(issues, { hint: `Job variables are described by the base job template of the work pool ${workPool.name}.` })
}

const rowOf = (input: DeploymentInput, retries: RetryPolicy): Parameters<typeof saveRow>[0] => ({
  newIds: { flow: newId(), deployment: newId(), version: newId() },
  flowName: input.flowName,
  name: input.name,
  description: input.description ?? null,
  tags: [...new Set(input.tags ?? [])],
  entrypoint: input.entrypoint,
  path: input.path,
  contentHash: input.contentHash ?? null,
  parameters: (input.parameters ?? {}) as JsonObject,
  parameterSchema: typeof input.parameterSchema === 'object' ? input.parameterSchema : null,
  jobVariables: (input.jobVariables ?? {}) as JsonObject,
  workPoolName: input.workPoolName,
  workQueueName: input.workQueueName ?? null,
  concurrencyLimit: input.concurrencyLimit ?? null,
  reuse: input.reuse ?? false,
  preload: input.preload ?? true,
  retries,
  retryOnCrash: input.retryOnCrash ?? null,
  onContactLost: input.onContactLost ?? null,
  startAgain: input.startAgain ?? null,
})

function check(input: DeploymentInput): Issue[] {
  const issues = [...checkName(input.flowName, ['flowName']), ...checkName(input.name, ['name']), ...checkTags(input.tags ?? [], ['tags'])]
  for (const [field, longest] of Object.entries(LONGEST)) {
    const text = input[field as keyof typeof LONGEST]
    if (text == null) continue
    issues.push(...checkJson(text, [field]))
    if (text.length > longest)
      issues.push({ path: [field], message: `expected at most ${longest} characters, got ${text.length}`, expected: `at most ${longest} characters` })
  }
  if (!/^[^:]+:(?:[\p{L}_$][\p{L}\p{N}_$]*|task\([^()\s]+\))$/u.test(input.entrypoint)) {
    issues.push({
      path: ['entrypoint'],
      message: `expected "FILE:EXPORT", got ${JSON.stringify(input.entrypoint.slice(0, 80))}`,
      expected: 'FILE:EXPORT',
    })
  }
  if (!input.path.startsWith('/')) {
    const got = input.path === '' ? 'nothing' : JSON.stringify(input.path.slice(0, 80))
    issues.push({ path: ['path'], message: `expected an absolute folder of the worker's machine, got ${got}`, expected: 'absolute folder' })
  }
  if (input.contentHash != null && !/^[0-9a-f]{64}$/.test(input.contentHash))
    issues.push({ path: ['contentHash'], message: 'expected a SHA-256 in lower-case hex', expected: '64 of 0-9 and a-f' })
  for (const field of ['workPoolName', 'workQueueName'] as const) issues.push(...checkJson(input[field] ?? null, [field]))
  for (const field of ['parameters', 'jobVariables'] as const) {
    const value = input[field] ?? {}
    const found = [...checkJson(value, [field]), ...checkObject(value, [field])]
    issues.push(...found)
    if (found.length === 0 && sizeOfJson(value) > MAX_PARAMETER_BYTES)
      issues.push({ path: [field], message: 'expected at most 512 KiB as JSON', expected: 'at most 512 KiB' })
    if (found.length === 0 && field === 'jobVariables') issues.push(...checkJobVariables(value as JsonObject))
  }
  if (input.parameterSchema != null)
    issues.push(...checkJson(input.parameterSchema, ['parameterSchema']), ...validateSchema(input.parameterSchema, ['parameterSchema']))
  if (issues.length === 0) issues.push(...checkDefaults(input))
  issues.push(...checkConcurrencyLimit(input.concurrencyLimit, ['concurrencyLimit']))
  const { retryOnCrash } = input
  if (retryOnCrash != null && (retryOnCrash < 0 || retryOnCrash > 1_000))
    issues.push({ path: ['retryOnCrash'], message: `expected 0 to 1000, got ${retryOnCrash}`, expected: '0 to 1000' })
  return issues
}

/** Defaults need not be complete, a run may bring the rest; but what is given must fit. */
function checkDefaults({ parameters, parameterSchema }: DeploymentInput): Issue[] {
  if (typeof parameterSchema !== 'object' || parameterSchema === null) return []
  const { required: _, ...schema } = parameterSchema
  return validateParameters(schema, (parameters ?? {}) as JsonObject, ['parameters'])
}
