/** Runs that start without a deployment (scripts): the client made the id, and its own process is the holder. */
import { instantOfId, newId } from '../../core/ids.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { makeState } from '../../core/states.ts'
import { FLOW_RUNS_TOPIC } from '../../core/topics.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { startFlowRun as startRow } from '../../db/transitions/start-flow-run.ts'
import { describeActor } from '../auth/actor.ts'
import { mintRunToken } from '../auth/mint-run-token.ts'
import { checkJson, checkName, checkObject, checkTags, sizeOfJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, type Issue } from '../errors.ts'
import { permit } from '../permissions.ts'
import { flowRunLoader } from './load-flow-run.ts'
import { makeUpName } from './make-up-name.ts'
import { MAX_PARAMETER_BYTES } from './parameter-limit.ts'

interface StartInput {
  /** UUID v7 made by the client. */
  id: string
  flowName: string
  name?: string | null
  parameters?: JsonValue
  tags?: string[] | null
}

/** An id carries its time, and a run's children are stored by it: one that lies far from now would land where nobody looks. */
const FURTHEST_FROM_NOW = 86_400_000

/** Registers a run that starts by itself, RUNNING at epoch 1 with its runner as holder. Idempotent by id. Throws Invalid, Conflict. */
export async function startFlowRun(context: Context, input: StartInput): Promise<{ flowRun: FlowRunRow; runToken: string; stateId: string }> {
  permit(context.actor, 'flow-runs:start')
  const now = context.clock.now()
  const issues = check(input, now)
  if (issues.length > 0) throw new Invalid(issues)
  const started = await context.db.run(
    startRow({
      id: input.id,
      flowId: newId(),
      flowName: input.flowName,
      name: input.name ?? makeUpName(Math.random),
      parameters: (input.parameters ?? {}) as JsonObject,
      tags: [...new Set(input.tags ?? [])],
      createdAt: now,
      createdBy: describeActor(context.actor),
      state: makeState({ id: newId(), type: 'RUNNING', timestamp: now }),
    }),
  )
  const flowRun = (await context.reader.load(flowRunLoader, input.id)) as FlowRunRow
  if (started.existed && (flowRun.deployment !== null || flowRun.facts.holder?.kind !== 'runner')) {
    throw new Conflict(`There is another flow run with the id "${input.id}": "${flowRun.name}", ${flowRun.state.name}.`, {
      path: ['id'],
      hint: 'Make a new id.',
    })
  }
  const { workspaceId, coordinators, tokenSecret, timings } = context
  if (!started.existed) coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
  const runToken = await mintRunToken(tokenSecret, timings, { workspaceId, flowRunId: input.id, epoch: started.epoch, now: started.now })
  return { flowRun, runToken, stateId: started.stateId }
}

function check({ id, flowName, name, parameters, tags }: StartInput, now: number): Issue[] {
  const issues = [...checkName(flowName, ['flowName']), ...checkTags(tags ?? [], ['tags'])]
  const made = instantOfId(id)
  if (made === null || Math.abs(made - now) > FURTHEST_FROM_NOW) {
    issues.push({ path: ['id'], message: 'expected a UUID v7 made within a day of now', expected: 'UUID v7' })
  }
  if (name != null) issues.push(...checkName(name, ['name']))
  if (parameters != null) {
    const found = [...checkJson(parameters, ['parameters']), ...checkObject(parameters, ['parameters'])]
    issues.push(...found)
    if (found.length === 0 && sizeOfJson(parameters) > MAX_PARAMETER_BYTES) {
      issues.push({ path: ['parameters'], message: 'expected at most 512 KiB as JSON', expected: 'at most 512 KiB' })
    }
  }
  return issues
}
