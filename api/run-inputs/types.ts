/** What a run asks for and what it was given, as fields of the run. */
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { findAnswer, listRunInputs, type RunInputRow } from '../../db/queries/run-inputs/run-inputs.ts'
import { builder } from '../builder.ts'
import { FlowRun } from '../flow-runs/types.ts'

const RunInputKind = builder.enumType('RunInputKind', {
  description: 'How a run came to an input.',
  values: {
    ANSWER: { value: 'answer', description: 'A person answered its pause.' },
    MESSAGE: { value: 'message', description: 'Another run, or a program, sent it.' },
  } as const,
})

export const RunInput = builder.objectRef<RunInputRow>('RunInput').implement({
  description: 'What a run was given while it ran.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    kind: t.field({ type: RunInputKind, description: 'An answer or a message.', resolve: ({ kind }) => kind }),
    key: t.exposeString('key', { nullable: true, description: 'ANSWER: which pause of the run it is for. Null for a message.' }),
    value: t.field({ type: 'JSON', nullable: true, description: 'What was given.', resolve: ({ value }) => value }),
    sentBy: t.exposeString('sentBy', { description: 'Who gave it, for example `key "laptop"`.' }),
    fromFlowRunId: t.id({ nullable: true, description: 'UUID of the run that sent it. Null when none did.', resolve: (row) => row.fromFlowRunId }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was given.', resolve: ({ createdAt }) => createdAt }),
    receivedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'MESSAGE: when the run received it. Null before, and for an answer.',
      resolve: ({ receivedAt }) => receivedAt,
    }),
  }),
})

const FlowRunPause = builder.objectRef<FlowRunRow>('FlowRunPause').implement({
  description: 'What a PAUSED run waits for.',
  fields: (t) => ({
    key: t.string({
      nullable: true,
      description: 'Which pause of the run it is. Null when a person set the run aside.',
      resolve: ({ state }) => state.details.pause?.key ?? null,
    }),
    message: t.string({ nullable: true, description: 'What the person is told. Null when nothing is.', resolve: ({ state }) => state.message }),
    deadline: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the wait is over: the run fails, unless its code handles it. Null when there is no end.',
      resolve: ({ state }) => state.details.pauseUntil ?? null,
    }),
    inputSchema: t.field({
      type: 'JSON',
      nullable: true,
      description: 'JSON Schema of the answer that `resumeFlowRun` takes. Null when nothing is asked.',
      resolve: ({ state }) => state.details.pause?.schema ?? null,
    }),
    defaults: t.field({
      type: 'JSON',
      nullable: true,
      description: 'An object that stands below the answer: what is left out. Null when there is none.',
      resolve: ({ state }) => state.details.pause?.defaults ?? null,
    }),
    isSuspended: t.boolean({
      description: 'No process waits: a worker starts the run again when it is resumed.',
      resolve: ({ state }) => state.name === 'Suspended',
    }),
  }),
})

builder.objectFields(FlowRun, (t) => ({
  pause: t.field({
    type: FlowRunPause,
    nullable: true,
    description: 'What it waits for. Null unless it is PAUSED.',
    resolve: (run) => (run.state.type === 'PAUSED' ? run : null),
  }),
  inputs: t.field({
    type: [RunInput],
    description: 'What it was given while it ran, oldest first. At most 1,000.',
    complexity: { field: 1, multiplier: 10 },
    resolve: (run, _, { reader }) => reader.run(listRunInputs(run.id)),
  }),
  pauseAnswer: t.field({
    type: RunInput,
    nullable: true,
    description: 'The answer to one of its pauses. Null when there is none yet.',
    args: { key: t.arg.string({ required: true, description: 'Which pause: `flowRun { pause { key } }`.' }) },
    resolve: (run, { key }, { reader }) => reader.run(findAnswer(run.id, key)),
  }),
}))
