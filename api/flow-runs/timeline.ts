/** `FlowRun.timeline`: what a run page draws, in columns, so that ten thousand task runs travel and are drawn quickly. */
import type { Instant } from '../../core/instant.ts'
import { isFinal, type StateType as StateTypeName } from '../../core/states.ts'
import { readTimeline, type TimelineRows, type TimelineTaskRun } from '../../db/queries/task-runs/read-timeline.ts'
import { builder } from '../builder.ts'
import { Invalid } from '../errors.ts'
import { encodeChildId } from '../node.ts'
import { permit } from '../permissions.ts'
import { StateType } from '../states/graphql.ts'
import { FlowRun } from './types.ts'

/** Task runs in one answer. */
const MOST_TASK_RUNS = 10_000

/** Kinds of segments. */
const WAITING = 0
const RUNNING = 1
const RETRY_WAIT = 2
/** End of a segment that lasts. */
const OPEN = -1

interface TimelineValue extends TimelineRows {
  flowRunId: string
}

const Timeline = builder.objectRef<TimelineValue>('Timeline').implement({
  description:
    'Columnar: lists of equal length, one entry a task run, in the order of their calls. With `after`, only what has changed since; at most 10,000 at a time, go on from `cursor` while `hasMore`.',
  fields: (t) => ({
    origin: t.field({
      type: 'DateTime',
      description: 'Where zero lies: the start of the run, or its creation while it has not started.',
      resolve: ({ origin }) => origin,
    }),
    end: t.field({ type: 'DateTime', nullable: true, description: 'When the run ended. Null before.', resolve: ({ end }) => end }),
    cursor: t.string({ description: 'Pass it as `after` to get what changes later.', resolve: ({ cursor }) => String(cursor) }),
    hasMore: t.exposeBoolean('hasMore', { description: 'There is more after `cursor`.' }),
    total: t.exposeInt('total', { description: 'Task runs of the run in all.' }),
    ids: t.idList({
      description: 'Ids of the task runs.',
      resolve: ({ taskRuns, flowRunId }) => taskRuns.map(({ id }) => encodeChildId('TaskRun', id, flowRunId)),
    }),
    names: t.stringList({ description: 'Their names.', resolve: ({ taskRuns }) => taskRuns.map(({ name }) => name) }),
    stateTypes: t.field({
      type: [StateType],
      description: 'Types of their present states.',
      resolve: ({ taskRuns }) => taskRuns.map(({ stateTypes }) => stateTypes.at(-1) as StateTypeName),
    }),
    stateNames: t.stringList({
      description: 'Names of their present states.',
      resolve: ({ taskRuns }) => taskRuns.map(({ stateName }) => stateName),
    }),
    segments: t.field({
      type: [t.listRef('Float')],
      description:
        'For each task run one flat list `[kind, start, end, kind, start, end, …]`: kinds 0 waiting, 1 running, 2 waiting for a retry; times in milliseconds since `origin`; the end of one that lasts is -1.',
      resolve: ({ taskRuns, origin }) => taskRuns.map((taskRun) => segmentsOf(taskRun, origin)),
    }),
    upstream: t.field({
      type: [t.listRef('Int')],
      description: 'For each task run the positions in `ids` of those whose results came in. Those that are not in this answer are left out.',
      resolve: ({ taskRuns }) => upstreamOf(taskRuns),
    }),
    messages: t.field({
      type: ['String'],
      nullable: { list: false, items: true },
      description: 'Messages of their present states.',
      resolve: ({ taskRuns }) => taskRuns.map(({ message }) => message),
    }),
  }),
})

builder.objectField(FlowRun, 'timeline', (t) =>
  t.field({
    type: Timeline,
    description: 'What its page draws: every task run with its times.',
    args: { after: t.arg.string({ description: '`cursor` of an earlier answer: only what has changed since.' }) },
    complexity: { field: 200, multiplier: 1 },
    resolve: async (run, { after }, { actor, reader }) => {
      permit(actor, 'task-runs:read', run)
      if (after != null && !/^\d{1,15}$/.test(after))
        throw new Invalid([{ path: ['after'], message: 'expected the `cursor` of an earlier answer', expected: 'cursor' }])
      const rows = await reader.run(readTimeline({ flowRunId: run.id, after: Number(after ?? 0), limit: MOST_TASK_RUNS }))
      return { ...(rows as TimelineRows), flowRunId: run.id }
    },
  }),
)

function segmentsOf({ stateTypes, enteredAt }: TimelineTaskRun, origin: Instant): number[] {
  const segments: number[] = []
  for (const [index, type] of stateTypes.entries()) {
    if (isFinal(type)) continue
    const end = enteredAt[index + 1]
    segments.push(kindOf(stateTypes, index), (enteredAt[index] as Instant) - origin, end === undefined ? OPEN : end - origin)
  }
  return segments
}

/** A task run is SCHEDULED again only to wait for its next attempt. */
function kindOf(stateTypes: readonly StateTypeName[], index: number): number {
  const type = stateTypes[index]
  if (type === 'RUNNING' || type === 'CANCELLING') return RUNNING
  return type === 'SCHEDULED' && stateTypes.lastIndexOf('RUNNING', index) >= 0 ? RETRY_WAIT : WAITING
}

function upstreamOf(taskRuns: readonly TimelineTaskRun[]): number[][] {
  const positions = new Map(taskRuns.map(({ id }, index) => [id, index]))
  return taskRuns.map(({ upstream }) => upstream.map((id) => positions.get(id)).filter((position) => position !== undefined))
}
