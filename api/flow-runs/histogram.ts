/** `flowRunHistogram`: how many runs there were over time, in columns, for whoever draws it. */
import type { Instant } from '../../core/instant.ts'
import { type CountsOverTime, countFlowRunsOverTime, MOST_COUNTED } from '../../db/queries/flow-runs/count-flow-runs-over-time.ts'
import { builder } from '../builder.ts'
import { Invalid, type Issue } from '../errors.ts'
import { permit } from '../permissions.ts'
import { StateType } from '../states/graphql.ts'

/** Parts of one answer. */
const MOST_STEPS = 200

interface HistogramValue extends CountsOverTime {
  from: Instant
  to: Instant
  steps: number
}

const FlowRunSeries = builder.objectRef<CountsOverTime['series'][number]>('FlowRunSeries').implement({
  description: 'Runs in one state, over time.',
  fields: (t) => ({
    stateType: t.field({ type: StateType, description: 'Their present state.', resolve: ({ stateType }) => stateType }),
    counts: t.exposeIntList('counts', { description: 'How many started in each step, oldest first.' }),
  }),
})

const FlowRunHistogram = builder.objectRef<HistogramValue>('FlowRunHistogram').implement({
  description: 'How many flow runs started in each step of a stretch of time, by present state.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Begin of the first step.', resolve: ({ from }) => from }),
    to: t.field({ type: 'DateTime', description: 'End of the last step.', resolve: ({ to }) => to }),
    step: t.field({ type: 'Duration', description: 'How long a step is.', resolve: ({ from, to, steps }) => (to - from) / steps / 1000 }),
    isExact: t.exposeBoolean('isExact', {
      description: `False when more than ${MOST_COUNTED.toLocaleString('en')} runs started: the newest are counted, the oldest are missing.`,
    }),
    series: t.field({ type: [FlowRunSeries], description: 'One for each state that any of them is in.', resolve: ({ series }) => series }),
  }),
})

builder.queryField('flowRunHistogram', (t) =>
  t.field({
    type: FlowRunHistogram,
    description: 'How many flow runs started when. Those that have not begun are in no step.',
    args: {
      from: t.arg({ type: 'DateTime', required: true, description: 'Then or later.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Earlier than then.' }),
      steps: t.arg.int({ required: true, description: `Into how many equal parts the time is divided: 1 to ${MOST_STEPS}.` }),
    },
    complexity: 20,
    resolve: async (_, { from, to, steps }, { actor, reader }) => {
      permit(actor, 'flow-runs:list')
      const issues: Issue[] = []
      if (to <= from) issues.push({ path: ['to'], message: 'expected an instant after `from`', expected: 'after `from`' })
      if (steps < 1 || steps > MOST_STEPS)
        issues.push({ path: ['steps'], message: `expected 1 to ${MOST_STEPS}, got ${steps}`, expected: `1 to ${MOST_STEPS}` })
      if (issues.length > 0) throw new Invalid(issues)
      return { from, to, steps, ...(await reader.run(countFlowRunsOverTime({ from, to, steps }))) }
    },
  }),
)
