/** How the last runs of a flow or a deployment went: what a list of those shows beside each, in one statement for the whole list. */
import {
  type LastRun as LastRunValue,
  type LastRuns,
  listLastRunsOfDeployments,
  listLastRunsOfFlows,
} from '../../db/queries/flow-runs/list-last-runs.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { encodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'
import { StateType } from '../states/graphql.ts'

const ofFlows = loader(listLastRunsOfFlows, ({ id }: LastRuns) => id)
const ofDeployments = loader(listLastRunsOfDeployments, ({ id }: LastRuns) => id)

/** A run that has ended, in short. */
export const LastRun = builder.objectRef<LastRunValue>('LastRun').implement({
  description: 'One of the last runs of something, in short: all of it is `flowRun(id:)`.',
  fields: (t) => ({
    id: t.id({ description: 'Opaque id of the flow run.', resolve: (run) => encodeId('FlowRun', run.id) }),
    uuid: t.exposeString('id', { description: 'Raw id of the flow run.' }),
    name: t.exposeString('name', { description: 'For people.' }),
    stateType: t.expose('stateType', { type: StateType, description: 'How it ended.' }),
    stateName: t.exposeString('stateName', { description: 'The same for people.' }),
    startTime: t.field({ type: 'DateTime', nullable: true, description: 'Null when it ended before it began.', resolve: (run) => run.startTime }),
    endTime: t.field({ type: 'DateTime', description: 'When it ended.', resolve: (run) => run.endTime }),
  }),
})

/** The last ten that have ended, the one that ended last first. */
export async function lastRunsOf({ actor, reader }: Context, subject: 'flow' | 'deployment', id: string): Promise<LastRunValue[]> {
  permit(actor, 'flow-runs:read')
  return (await reader.load(subject === 'flow' ? ofFlows : ofDeployments, id))?.runs ?? []
}
