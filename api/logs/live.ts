/** Following a run's log lines. The cursor is the place of the last line, so coming back with it misses nothing and repeats nothing. */
import { mapAsyncIterator } from 'graphql-yoga'
import { isFinal } from '../../core/states.ts'
import { flowRunTopic } from '../../core/topics.ts'
import { type LogRow, listLogs } from '../../db/queries/logs/list-logs.ts'
import { builder, MAX_PAGE } from '../builder.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { subscribeToFeed } from '../feed/subscribe.ts'
import { loadFlowRun } from '../flow-runs/load-flow-run.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { LogType } from './graphql.ts'

interface LogsEventValue {
  cursor: string
  logs: LogRow[]
  complete: boolean
}

const LogsEvent = builder.objectRef<LogsEventValue>('LogsEvent').implement({
  description: 'Further log lines of a run. The first message comes at once.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Pass it as `after` to go on from here. Empty before the first line.' }),
    reset: t.boolean({ description: 'Always false: log lines are kept as long as their run.', resolve: () => false }),
    logs: t.field({ type: [LogType], description: 'In the order in which they were stored.', resolve: ({ logs }) => logs }),
    complete: t.exposeBoolean('complete', { description: 'The run is final and every line that has arrived has been sent.' }),
  }),
})

/** Lines in one message. */
const MOST_LINES = MAX_PAGE * 5

/** Everything after the cursor, then whatever comes. Throws NotFound, FORBIDDEN. */
async function followLogs(
  context: Context,
  { flowRunId, after }: { flowRunId: string; after: string | null },
): Promise<AsyncIterable<LogsEventValue>> {
  const run = await loadFlowRun(context, flowRunId)
  if (!run) throw new NotFound('flow run', flowRunId)
  permit(context.actor, 'logs:read', run)
  return readOn(context, { flowRunId, after })
}

/** One message for each turn of the feed that brings lines or the end; pages until the present before it waits for the next turn. */
function readOn(context: Context, { flowRunId, after }: { flowRunId: string; after: string | null }): AsyncIterableIterator<LogsEventValue> {
  const turns = mapAsyncIterator(subscribeToFeed(context, flowRunTopic(flowRunId), null), (message) => message)
  let cursor = after
  let isBehind = false
  let isFirst = true
  let wasComplete = false
  const next = async (): Promise<IteratorResult<LogsEventValue>> => {
    for (;;) {
      if (!isBehind && (await turns.next()).done) return { done: true, value: undefined }
      context.reader.forget()
      // The state is read with the lines, in one transaction: final and nothing more means that every line has been sent.
      const [run, { rows, hasMore }] = await Promise.all([
        loadFlowRun(context, flowRunId),
        context.reader.run(listLogs({ flowRunId, filter: null, after: cursor, limit: MOST_LINES })),
      ])
      isBehind = hasMore
      cursor = rows.at(-1)?.cursor ?? cursor
      const complete = !hasMore && run !== null && isFinal(run.state.type)
      if (rows.length === 0 && !isFirst && complete === wasComplete) continue
      isFirst = false
      wasComplete = complete
      return { done: false, value: { cursor: cursor ?? '', logs: rows, complete } }
    }
  }
  const end = async (): Promise<IteratorResult<LogsEventValue>> => {
    await turns.return?.()
    return { done: true, value: undefined }
  }
  return {
    next,
    return: end,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

builder.subscriptionField('logs', (t) =>
  t.field({
    type: LogsEvent,
    description: 'Log lines of a run as they come. Ends after ten minutes; subscribe again with the last cursor.',
    args: {
      flowRunId: t.arg.id({ required: true, description: 'Id or uuid of the run.' }),
      after: t.arg.string({ description: 'Cursor of the last line seen; from the first line when left out.' }),
    },
    subscribe: (_, { flowRunId, after }, context) =>
      followLogs(context, { flowRunId: decodeId('FlowRun', flowRunId, ['flowRunId']), after: after || null }),
    resolve: (event: LogsEventValue) => event,
  }),
)
