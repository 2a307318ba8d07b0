/** What people may change of a run at any time: how it is called, and its tags. */
import { FLOW_RUNS_TOPIC, flowRunTopic } from '../../core/topics.ts'
import { type FlowRunLabels, updateFlowRun as updateRow } from '../../db/queries/flow-runs/update-flow-run.ts'
import { checkName, checkTags } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'

/** Gives a run another name or other tags; what is left out stays. Throws Invalid, NotFound. */
export async function updateFlowRun(
  context: Context,
  flowRunId: string,
  { name, tags }: { name?: string | null; tags?: string[] | null },
): Promise<void> {
  permit(context.actor, 'flow-runs:update')
  const issues = [...(name == null ? [] : checkName(name, ['name'])), ...checkTags(tags ?? [], ['tags'])]
  if (issues.length > 0) throw new Invalid(issues)
  const change: FlowRunLabels = { ...(name == null ? {} : { name }), ...(tags == null ? {} : { tags: [...new Set(tags)] }) }
  const changed = await context.db.run(updateRow(flowRunId, change))
  if (changed === null) throw new NotFound('flow run', flowRunId, { path: ['id'] })
  const { workspaceId, coordinators, reader } = context
  if (changed) for (const topic of [FLOW_RUNS_TOPIC, flowRunTopic(flowRunId)]) coordinators.ringFeed({ workspaceId, topic })
  reader.forget()
}
