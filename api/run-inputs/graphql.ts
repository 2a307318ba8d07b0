/** Doors of what runs are given by other runs. Answers to pauses come with `resumeFlowRun`. */
import { builder } from '../builder.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { Conflict, Invalid, LimitExceeded, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { sendToFlowRun } from './send-to-flow-run.ts'
import { takeFromFlowRun } from './take-from-flow-run.ts'
import { RunInput } from './types.ts'
import type { RunInputRow } from '../../db/queries/run-inputs/run-inputs.ts'

const SendToFlowRunInput = builder.inputType('SendToFlowRunInput', {
  description: 'A message for a run that goes on.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Id or uuid of the run that is to receive it.' }),
    value: t.field({ type: 'JSON', description: 'Anything; null when left out. At most 512 KiB.' }),
    messageId: t.id({ description: 'UUID made by the sender: the same again is stored once. Made up when left out.' }),
  }),
})

const SendToFlowRunSuccess = builder.objectRef<{ messageId: string }>('SendToFlowRunSuccess').implement({
  description: 'The message is stored.',
  fields: (t) => ({ messageId: t.exposeID('messageId', { description: 'Its UUID.' }) }),
})

const TakeFromFlowRunInput = builder.inputType('TakeFromFlowRunInput', {
  description: 'What receives the next message of a run.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The run's id or uuid." }),
    receiver: t.string({
      required: true,
      description: 'Which call of the run asks, 1 to 255 characters: asking again under the same word gives the same message again.',
    }),
    from: t.id({ description: 'Only what this run sent; its id or uuid.' }),
  }),
})

const TakeFromFlowRunSuccess = builder.objectRef<{ message: RunInputRow | null }>('TakeFromFlowRunSuccess').implement({
  description: 'The message, if there is one.',
  fields: (t) => ({
    received: t.field({
      type: RunInput,
      nullable: true,
      description: 'The oldest that nobody had received. Null when there is none yet.',
      resolve: ({ message }) => message,
    }),
  }),
})

builder.mutationFields((t) => ({
  sendToFlowRun: t.field({
    type: SendToFlowRunSuccess,
    description: 'Sends a message to a run: it is stored, and received once, in order, where the run asks for it.',
    args: { input: t.arg({ type: SendToFlowRunInput, required: true, description: 'What, and to which run.' }) },
    errors: { types: [Invalid, NotFound, Conflict, LimitExceeded], union: { name: 'SendToFlowRunResult', description: 'Stored, or why not.' } },
    resolve: async (_, { input: { id, value, messageId } }, context) => ({
      messageId: await sendToFlowRun(context, {
        flowRunId: decodeId('FlowRun', id, ['id']),
        value: (value ?? null) as JsonValue,
        messageId: messageId ?? null,
      }),
    }),
  }),
  takeFromFlowRun: t.field({
    type: TakeFromFlowRunSuccess,
    description: 'Receives the next message of a run. For the run itself; what is received is not given to another receiver.',
    args: { input: t.arg({ type: TakeFromFlowRunInput, required: true, description: 'Who receives.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'TakeFromFlowRunResult', description: 'The message, or why not.' } },
    resolve: async (_, { input: { id, receiver, from } }, context) => ({
      message: await takeFromFlowRun(context, {
        flowRunId: decodeId('FlowRun', id, ['id']),
        receiver,
        from: from == null ? null : decodeId('FlowRun', from, ['from']),
      }),
    }),
  }),
}))
