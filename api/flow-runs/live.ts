/** Live views of flow runs: a cursor with every message, so that whoever comes back misses nothing and sees nothing twice. */
import { mapAsyncIterator } from 'graphql-yoga'
import { type ChangedPart, FLOW_RUNS_TOPIC, flowRunTopic } from '../../core/topics.ts'
import type { FlowRunFilter as Filter } from '../../db/queries/flow-runs/flow-run-filter.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { filterFlowRuns } from '../../db/queries/flow-runs/list-flow-runs.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import type { FeedMessage } from '../coordinators.ts'
import { NotFound } from '../errors.ts'
import { subscribeToFeed } from '../feed/subscribe.ts'
import { decodeId, encodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { FlowRunFilter, readFlowRunFilter } from './flow-run-filter.ts'
import { loadFlowRun } from './load-flow-run.ts'
import { FlowRun } from './types.ts'

interface FlowRunEventValue {
  cursor: string
  reset: boolean
  flowRun: FlowRunRow | null
  changed: ChangedPart[]
}

const FlowRunEvent = builder.objectRef<FlowRunEventValue>('FlowRunEvent').implement({
  description: 'Something about one run has changed. The first message comes at once and shows where it stands.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Pass it as `since` to go on from here.' }),
    reset: t.exposeBoolean('reset', { description: 'The cursor given was too old: read a snapshot anew.' }),
    flowRun: t.field({
      type: FlowRun,
      nullable: true,
      description: 'The run as it is now. Null when it is gone.',
      resolve: ({ flowRun }) => flowRun,
    }),
    changed: t.exposeStringList('changed', {
      description: 'What has: `state`, `task-runs`, `logs`, `artifacts`, `events`. Empty in the first message.',
    }),
  }),
})

/** Messages about one run. Throws NotFound, FORBIDDEN. */
async function watchFlowRun(
  context: Context,
  { flowRunId, since }: { flowRunId: string; since: string | null },
): Promise<AsyncIterable<FlowRunEventValue>> {
  if (!(await loadFlowRun(context, flowRunId))) throw new NotFound('flow run', flowRunId)
  return mapAsyncIterator(subscribeToFeed(context, flowRunTopic(flowRunId), since), async ({ cursor, reset, changes }: FeedMessage) => {
    context.reader.forget()
    return { cursor, reset, flowRun: await loadFlowRun(context, flowRunId), changed: [...new Set(changes.flatMap((change) => change.changed))] }
  })
}

interface FlowRunsEventValue {
  cursor: string
  reset: boolean
  flowRuns: FlowRunRow[]
  others: string[]
}

const FlowRunsEvent = builder.objectRef<FlowRunsEventValue>('FlowRunsEvent').implement({
  description: 'Runs of the workspace have changed. The first message comes at once and shows where it stands.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Pass it as `since` to go on from here.' }),
    reset: t.exposeBoolean('reset', { description: 'The cursor given was too old: read the list anew.' }),
    flowRuns: t.field({ type: [FlowRun], description: 'Those that are in the filter, as they are now.', resolve: ({ flowRuns }) => flowRuns }),
    others: t.idList({
      description: 'Ids of those that have changed and are not in the filter (any more).',
      resolve: ({ others }) => others.map((id) => encodeId('FlowRun', id)),
    }),
  }),
})

/** Messages about the workspace's runs. Throws FORBIDDEN, Invalid. */
function watchFlowRuns(context: Context, { filter, since }: { filter: Filter | null; since: string | null }): AsyncIterable<FlowRunsEventValue> {
  permit(context.actor, 'flow-runs:list')
  return mapAsyncIterator(subscribeToFeed(context, FLOW_RUNS_TOPIC, since), async ({ cursor, reset, changes }: FeedMessage) => {
    context.reader.forget()
    const ids = changes.map((change) => change.flowRunId).filter((id) => id !== null)
    const flowRuns = ids.length > 0 ? await context.reader.run(filterFlowRuns(ids, filter)) : []
    const inFilter = new Set(flowRuns.map((run) => run.id))
    return { cursor, reset, flowRuns, others: ids.filter((id) => !inFilter.has(id)) }
  })
}

builder.subscriptionFields((t) => ({
  flowRunChanged: t.field({
    type: FlowRunEvent,
    description: 'One run: states, task runs, logs, artifacts, events. Ends after ten minutes; subscribe again with the last cursor.',
    args: {
      id: t.arg.id({ required: true, description: 'Its id or uuid.' }),
      since: t.arg.string({ description: '`cursor` of the last message seen; from now when left out.' }),
    },
    subscribe: (_, { id, since }, context) => watchFlowRun(context, { flowRunId: decodeId('FlowRun', id, ['id']), since: since ?? null }),
    resolve: (event: FlowRunEventValue) => event,
  }),
  flowRunsChanged: t.field({
    type: FlowRunsEvent,
    description: 'All runs: their states. Ends after ten minutes; subscribe again with the last cursor.',
    args: {
      filter: t.arg({ type: FlowRunFilter, description: 'Which; all when left out.' }),
      since: t.arg.string({ description: '`cursor` of the last message seen; from now when left out.' }),
    },
    subscribe: (_, { filter, since }, context) => watchFlowRuns(context, { filter: readFlowRunFilter(filter), since: since ?? null }),
    resolve: (event: FlowRunsEventValue) => event,
  }),
}))
