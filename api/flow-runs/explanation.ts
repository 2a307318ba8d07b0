/** `FlowRun.why`: the answer to "why is it not running?". */
import type { WaitingHolder as HolderValue, WaitingKind as Kind, WaitingReason as ReasonValue } from '../../core/why-waiting.ts'
import { builder } from '../builder.ts'
import { encodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { explainWaiting } from './explain-waiting.ts'
import { FlowRun } from './types.ts'

const WaitingKind = builder.enumType('WaitingKind', {
  description: 'What a run waits for.',
  values: {
    NOT_DUE: { description: 'Its time has not come.' },
    DEPLOYMENT_PAUSED: { description: 'Its deployment is paused.' },
    QUEUE_PAUSED: { description: 'Its work queue is paused.' },
    POOL_PAUSED: { description: 'Its work pool is paused.' },
    EARLIER_RUN: { description: 'An earlier run of its schedule has not ended.' },
    NO_WORKER: { description: 'No worker of its pool is online, or all that are take nothing new.' },
    NO_FREE_SLOT: { description: 'Every slot of the online workers is taken.' },
    LIMIT_FULL: { description: 'A limit that it comes under is full, or one whose slots its code or tasks wait for.' },
    WAITING_FOR_INPUT: { description: 'A person has to go on.' },
    WAITING_FOR_RETRY: { description: 'It failed and is tried again later.' },
    STARTING: { description: 'A worker has it and is starting it.' },
    NO_DEPLOYMENT: { description: 'It belongs to no deployment, so no worker can take it.' },
  } as const satisfies Record<Kind, { description: string }>,
})

const WaitingHolder = builder.objectRef<HolderValue>('WaitingHolder').implement({
  description: 'Who has what is waited for.',
  fields: (t) => ({
    flowRunId: t.id({
      nullable: true,
      description: 'The run that has it. Null when it is no run.',
      resolve: ({ flowRunId }) => flowRunId && encodeId('FlowRun', flowRunId),
    }),
    name: t.exposeString('name', { description: 'Its name.' }),
    since: t.field({ type: 'DateTime', nullable: true, description: 'Since when. Null when that is not known.', resolve: ({ since }) => since }),
  }),
})

const WaitingReason = builder.objectRef<ReasonValue>('WaitingReason').implement({
  description: 'One thing that keeps a run from running.',
  fields: (t) => ({
    kind: t.field({ type: WaitingKind, description: 'Which.', resolve: ({ kind }) => kind }),
    message: t.exposeString('message', { description: 'In a sentence, with names and numbers.' }),
    since: t.field({ type: 'DateTime', nullable: true, description: 'Since when. Null when that is not known.', resolve: ({ since }) => since }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself. Null when it does not.',
      resolve: ({ until }) => until,
    }),
    holders: t.field({ type: [WaitingHolder], description: 'Who has what is waited for, at most ten.', resolve: ({ holders }) => holders }),
    hint: t.exposeString('hint', { nullable: true, description: 'What to do about it. Null when only time helps.' }),
  }),
})

const Why = builder.objectRef<{ waitingFor: ReasonValue[] }>('Why').implement({
  description: 'Why a run is not running.',
  fields: (t) => ({
    waitingFor: t.field({
      type: [WaitingReason],
      description: 'Everything that has to be cleared, in that order. Empty when it runs and waits for no slots, is being cancelled, or is over.',
      complexity: { field: 5, multiplier: 3 },
      resolve: ({ waitingFor }) => waitingFor,
    }),
  }),
})

builder.objectField(FlowRun, 'why', (t) =>
  t.field({
    type: Why,
    description: 'Why it is not running.',
    resolve: async (run, _, context) => {
      permit(context.actor, 'flow-runs:read', run)
      return { waitingFor: await explainWaiting(context, run.id) }
    },
  }),
)
