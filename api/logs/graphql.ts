/** Log lines of a run. */
import { LOG_LEVELS, type LogLevel as Level } from '../../core/protocol/reports.ts'
import { type LogRow, listLogs } from '../../db/queries/logs/list-logs.ts'
import { findTaskRunNames } from '../../db/queries/task-runs/list-task-runs.ts'
import { builder, MAX_PAGE } from '../builder.ts'
import { connectionOf, pageCost, pageOf } from '../connection.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { encodeChildId, encodeId, parseId } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

export const LogLevel = builder.enumType('LogLevel', {
  description: 'How much a line matters.',
  values: Object.fromEntries(
    LOG_LEVELS.map((level) => [level.toUpperCase(), { value: level, description: `\`${level}\` and above, as a filter.` }]),
  ) as {
    [level in Uppercase<Level>]: { value: Lowercase<level>; description: string }
  },
})

/** By `<flow run>/<task run>`. */
const taskRunNames = loader(
  (keys) =>
    findTaskRunNames(
      keys.map((key) => {
        const [flowRunId = '', id = ''] = key.split('/')
        return { flowRunId, id }
      }),
    ),
  ({ flowRunId, id }) => `${flowRunId}/${id}`,
)

export const LogType = builder.objectRef<LogRow>('Log').implement({
  description: 'One log line.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Its place: pass it as `after` to get what follows.' }),
    time: t.field({ type: 'DateTime', description: "When it was written, by the server's clock.", resolve: (line) => line.time }),
    level: t.field({ type: LogLevel, description: 'How much it matters.', resolve: (line) => line.level }),
    message: t.exposeString('message', { description: 'At most 64 KiB.' }),
    taskRunId: t.id({
      nullable: true,
      description: 'The task run that wrote it. Null when the flow itself did.',
      resolve: (line) => (line.taskRunId === undefined ? null : encodeChildId('TaskRun', line.taskRunId, line.flowRunId)),
    }),
    taskRunName: t.string({
      nullable: true,
      description: 'What that task run is called. Null when the flow itself wrote it, and while the task run has not been heard of.',
      resolve: async ({ taskRunId, flowRunId }, _args, { reader }) =>
        taskRunId === undefined ? null : ((await reader.load(taskRunNames, `${flowRunId}/${taskRunId}`))?.name ?? null),
    }),
    flowRunId: t.id({ description: 'Its flow run.', resolve: (line) => encodeId('FlowRun', line.flowRunId) }),
    fields: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was logged with it. Null when nothing was.',
      resolve: (line) => line.fields ?? null,
    }),
    source: t.string({
      nullable: true,
      description: "`stdout`, `stderr` (captured output) or `weir` (ours). Null for the author's logger.",
      resolve: (line) => line.source ?? null,
    }),
  }),
})

const LogConnection = connectionOf('Log', LogType, 'log lines', { counted: false })

const LogFilter = builder.inputType('LogFilter', {
  description: 'Which lines; everything given must hold.',
  fields: (t) => ({
    level: t.field({ type: LogLevel, description: 'This one and above.' }),
    taskRunId: t.id({ description: 'Written by this task run: its id or uuid.' }),
    text: t.string({ description: 'This anywhere in the message, in any case.' }),
  }),
})

builder.objectField(FlowRun, 'logs', (t) =>
  t.field({
    type: LogConnection,
    description: 'Its log lines in the order in which they were stored.',
    args: {
      first: t.arg.int({ description: `How many: 1 to ${MAX_PAGE}, 50 when left out.` }),
      after: t.arg.string({ description: 'Cursor of the line before the page.' }),
      last: t.arg.int({ description: `The last so many instead: 1 to ${MAX_PAGE}.` }),
      filter: t.arg({ type: LogFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: async (run, { filter, ...args }, { actor, reader }) => {
      permit(actor, 'logs:read', run)
      const { limit, after, fromEnd } = pageOf(args)
      const taskRunId = filter?.taskRunId == null ? null : (parseId(filter.taskRunId)?.uuid ?? filter.taskRunId)
      const { rows, hasMore } = await reader.run(listLogs({ flowRunId: run.id, filter: { ...filter, taskRunId }, after, limit, fromEnd }))
      return {
        count: null,
        page: {
          rows,
          cursors: rows.map((row) => row.cursor),
          hasNextPage: fromEnd ? false : hasMore,
          hasPreviousPage: fromEnd ? hasMore : after !== null,
        },
      }
    },
  }),
)
