/** States of flow runs and task runs, as they are read. */
import { isFinal, type State as StateValue, STATE_TYPES } from '../../core/states.ts'
import { builder } from '../builder.ts'

const MEANING: Record<(typeof STATE_TYPES)[number], string> = {
  SCHEDULED: 'Will run at its `scheduledTime`.',
  PENDING: 'Claimed by a worker, starting; for a task run: waits for upstream.',
  RUNNING: "The author's code runs.",
  PAUSED: 'Waits for a person.',
  CANCELLING: 'Asked to stop.',
  COMPLETED: 'Final: done.',
  FAILED: "Final: the author's code failed.",
  CANCELLED: 'Final: stopped on request.',
  CRASHED: 'Final: the infrastructure failed.',
}

export const StateType = builder.enumType('StateType', {
  description: "The type drives every rule; a state's name is for people.",
  values: Object.fromEntries(STATE_TYPES.map((type) => [type, { value: type, description: MEANING[type] }])) as {
    [type in (typeof STATE_TYPES)[number]]: { value: type; description: string }
  },
})

const StateError = builder.objectRef<NonNullable<StateValue['details']['error']>>('StateError').implement({
  description: 'The error that ended a run or an attempt.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Class of the error, for example `TypeError`.' }),
    message: t.exposeString('message', { description: 'What it said.' }),
    stack: t.string({ nullable: true, description: 'At most 8 KiB. Null when there is none.', resolve: (error) => error.stack ?? null }),
  }),
})

const StateExit = builder.objectRef<NonNullable<StateValue['details']['exit']>>('StateExit').implement({
  description: 'How the process of a crashed run ended.',
  fields: (t) => ({
    code: t.exposeInt('code', { nullable: true, description: 'Exit code. Null when a signal ended it.' }),
    signal: t.exposeString('signal', { nullable: true, description: 'For example `SIGKILL`. Null when it ended by itself.' }),
    stderr: t.string({
      nullable: true,
      description: 'Last lines of stderr, at most 4 KiB. Null when there were none.',
      resolve: (exit) => exit.stderr ?? null,
    }),
  }),
})

const StateResult = builder.objectRef<NonNullable<StateValue['details']['result']>>('StateResult').implement({
  description: 'Where the value of a run is stored, in a place of its author. The value itself is not known here.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'Name of the serializer that wrote it, for example `json`.' }),
    reference: t.exposeString('reference', { description: 'Its address, for example `s3://bucket/runs/…`.' }),
  }),
})

const CachedFrom = builder.objectRef<NonNullable<StateValue['details']['cachedFrom']>>('CachedFrom').implement({
  description: 'The run that computed a cached result. It may be deleted by now.',
  fields: (t) => ({
    taskRunId: t.exposeID('taskRunId', { description: 'UUID of the task run.' }),
    flowRunId: t.exposeID('flowRunId', { nullable: true, description: 'UUID of its flow run. Null when it ran outside of flows.' }),
  }),
})

export const State = builder.objectRef<StateValue>('State').implement({
  description: 'One state of a run. Immutable: a change of state is a new state.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'UUID of the state.' }),
    type: t.field({ type: StateType, description: 'What drives the rules.', resolve: (state) => state.type }),
    name: t.exposeString('name', { description: "What people read, for example `Late`, `Retrying`, `TimedOut`, or an author's own word." }),
    message: t.exposeString('message', { nullable: true, description: 'Why, in a sentence. Null when there is nothing to add.' }),
    timestamp: t.field({
      type: 'DateTime',
      description: 'When the state was entered; rises strictly within a run.',
      resolve: (state) => state.timestamp,
    }),
    scheduledTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'SCHEDULED: when the run is due. Null otherwise.',
      resolve: (state) => state.details.scheduledTime ?? null,
    }),
    error: t.field({
      type: StateError,
      nullable: true,
      description: 'FAILED, CRASHED: the error. Null otherwise.',
      resolve: (state) => state.details.error ?? null,
    }),
    exit: t.field({
      type: StateExit,
      nullable: true,
      description: 'CRASHED after an exit: how the process ended. Null otherwise.',
      resolve: (state) => state.details.exit ?? null,
    }),
    result: t.field({
      type: StateResult,
      nullable: true,
      description: 'COMPLETED: where the result is stored. Null when it is not.',
      resolve: (state) => state.details.result ?? null,
    }),
    cachedFrom: t.field({
      type: CachedFrom,
      nullable: true,
      description: 'COMPLETED `Cached`: the run that computed the result. Null otherwise.',
      resolve: (state) => state.details.cachedFrom ?? null,
    }),
    by: t.string({
      nullable: true,
      description: 'Who asked: of CANCELLING and CANCELLED, and of what somebody has set (`setFlowRunState`). Null otherwise.',
      resolve: (state) => state.details.by ?? null,
    }),
    isFinal: t.boolean({ description: 'Whether nothing follows by itself.', resolve: (state) => isFinal(state.type) }),
  }),
})
