/** Doors of task runs. */
import { countTaskRuns, listTaskRuns } from '../../db/queries/task-runs/list-task-runs.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { StateFilter, StringFilter } from '../filters.ts'
import { FlowRun } from '../flow-runs/types.ts'
import { decodeChildId } from '../node.ts'
import { permit } from '../permissions.ts'
import { loadTaskRun, TaskRun, TaskRunConnection } from './types.ts'

builder.queryField('taskRun', (t) =>
  t.field({
    type: TaskRun,
    nullable: true,
    description: 'A task run by its opaque id. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its opaque `id` (the `uuid` does not say in which flow run it is).' }) },
    resolve: (_, { id }, context) => loadTaskRun(context, decodeChildId('TaskRun', id, ['id'])),
  }),
)

const TaskRunFilter = builder.inputType('TaskRunFilter', {
  description: 'Which task runs; everything given must hold.',
  fields: (t) => ({
    state: t.field({ type: StateFilter, description: 'By present state.' }),
    name: t.field({ type: StringFilter, description: 'By name.' }),
  }),
})

builder.objectField(FlowRun, 'taskRuns', (t) =>
  t.field({
    type: TaskRunConnection,
    description: 'Its task runs in the order of their calls.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: TaskRunFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: async (run, { filter, ...page }, { actor, reader }, info) => {
      permit(actor, 'task-runs:read', run)
      const rows = reader.run(listTaskRuns({ flowRunId: run.id, filter, page: pageOf(page) }))
      const count = selects(info, 'totalCount', 'totalCountIsExact') ? reader.run(countTaskRuns({ flowRunId: run.id, filter })) : null
      return { count, page: await rows }
    },
  }),
)
