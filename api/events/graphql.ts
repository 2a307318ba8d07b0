/** Doors of events. */
import type { EventResource as Resource, RelatedResource } from '../../core/events/event.ts'
import {
  countEvents,
  type EventFilter as Filter,
  type EventOrder as Order,
  type EventRow,
  findEvents,
  listEvents,
} from '../../db/queries/events/list-events.ts'
import { builder } from '../builder.ts'
import { connectionOf, pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { DateTimeFilter } from '../filters.ts'
import { decodeId, encodeChildId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'
import { emitEvent } from './emit-event.ts'

const LABELS = 'What else is known of it: texts by name.'

const EventResource = builder.objectRef<Resource>('EventResource').implement({
  description: 'What an event happened to.',
  fields: (t) => ({
    id: t.exposeString('id', { description: "Whatever names it, in its maker's own words: `order.4711`." }),
    labels: t.field({ type: 'JSON', description: LABELS, resolve: (resource) => resource.labels }),
  }),
})

const EventRelatedResource = builder.objectRef<RelatedResource>('EventRelatedResource').implement({
  description: 'What else has to do with an event.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Whatever names it; a thing of this workspace is `weir.flow-run.UUID` or the like.' }),
    role: t.exposeString('role', { description: 'As what: `customer`. Of the run that emitted it: `flow-run`, `task-run`, `flow`, `deployment`.' }),
    labels: t.field({ type: 'JSON', description: LABELS, resolve: (resource) => resource.labels }),
  }),
})

const Event = builder.objectRef<EventRow>('Event').implement({
  description: 'Something that happened, as it was told by a run or by whoever else saw it. Never changed; kept for seven days.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (event) => encodeId('Event', event.id) }),
    uuid: t.exposeString('id', { description: 'Raw id. The same id again is the same event, and stored once.' }),
    name: t.exposeString('name', { description: 'What happened: `order.shipped`.' }),
    occurred: t.field({ type: 'DateTime', description: 'When, as whoever told it says.', resolve: (event) => event.occurred }),
    receivedAt: t.field({ type: 'DateTime', description: 'When it was stored.', resolve: (event) => event.receivedAt }),
    resource: t.field({ type: EventResource, description: 'What it happened to.', resolve: (event) => event.resource }),
    related: t.field({
      type: [EventRelatedResource],
      description: 'What else has to do with it, the run that emitted it last. At most 104.',
      resolve: (event) => event.related,
    }),
    payload: t.field({ type: 'JSON', description: 'Whatever else it has to say: an object.', resolve: (event) => event.payload }),
    follows: t.exposeString('follows', { nullable: true, description: '`uuid` of the event that it came after. Null when it stands alone.' }),
    flowRunId: t.id({
      nullable: true,
      description: 'The run that emitted it; it may have been deleted since. Null when no run did.',
      resolve: (event) => (event.flowRunId === null ? null : encodeId('FlowRun', event.flowRunId)),
    }),
    taskRunId: t.id({
      nullable: true,
      description: 'The task run that emitted it. Null when the flow itself did, or no run.',
      resolve: (event) => (event.flowRunId === null || event.taskRunId === null ? null : encodeChildId('TaskRun', event.taskRunId, event.flowRunId)),
    }),
  }),
})

/** Events by id. */
const eventLoader = loader(findEvents, (event: EventRow) => event.id)

function loadEvent({ actor, reader }: Context, id: string): Promise<EventRow | null> {
  permit(actor, 'events:read')
  return reader.load(eventLoader, id)
}

findNodesOf('Event', loadEvent)

const EventConnection = connectionOf<EventRow>('Event', Event, 'events')

const EventTextFilter = builder.inputType('EventTextFilter', {
  description: 'A name or an id; everything given must hold.',
  fields: (t) => ({
    equals: t.string({ description: 'Exactly this.' }),
    in: t.stringList({ description: 'One of these.' }),
    startsWith: t.string({ description: 'It begins so: `order.` finds `order.shipped`.' }),
  }),
})

const EventResourceFilter = builder.inputType('EventResourceFilter', {
  description: 'What events happened to.',
  fields: (t) => ({ id: t.field({ type: EventTextFilter, description: 'By its id.' }) }),
})

const EventRelatedFilter = builder.inputType('EventRelatedFilter', {
  description: 'What events are related to.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Exactly this id.' }),
    role: t.string({ description: 'In this role; in any when left out.' }),
  }),
})

const EventFilter = builder.inputRef<Omit<Filter, 'flowRunId'> & { flowRun?: string | null }>('EventFilter').implement({
  description: 'Which events; everything given must hold.',
  fields: (t) => ({
    name: t.field({ type: EventTextFilter, description: 'By what happened.' }),
    resource: t.field({ type: EventResourceFilter, description: 'By what it happened to.' }),
    related: t.field({ type: EventRelatedFilter, description: 'By what else has to do with it.' }),
    occurred: t.field({ type: DateTimeFilter, description: 'By when.' }),
    flowRun: t.id({ description: 'By the run that emitted it: its id or uuid. Events of its subflows are those of the subflows.' }),
  }),
})

const EventOrder = builder.enumType('EventOrder', {
  description: 'The order of a list of events.',
  values: {
    OCCURRED_DESC: { description: 'The latest first.' },
    OCCURRED_ASC: { description: 'The earliest first.' },
    RECEIVED_ASC: {
      description:
        'As they were stored: whoever goes on from a cursor misses none, whenever it says it occurred. The newest may come a moment later.',
    },
  } as const satisfies Record<Order, { description: string }>,
})

builder.queryFields((t) => ({
  event: t.field({
    type: Event,
    nullable: true,
    description: 'An event by id. Null when there is none, or it is older than they are kept.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, context) => loadEvent(context, decodeId('Event', id, ['id'])),
  }),
  events: t.field({
    type: EventConnection,
    description: 'Events of the workspace, the latest first.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: EventFilter, description: 'Which; all when left out.' }),
      orderBy: t.arg({ type: EventOrder, defaultValue: 'OCCURRED_DESC', description: 'Order of the list.' }),
    },
    complexity: pageCost,
    resolve: async (_, { filter: given, orderBy, ...page }, { actor, reader }, info) => {
      permit(actor, 'events:read')
      const { flowRun, ...rest } = given ?? {}
      const filter: Filter = { ...rest, flowRunId: flowRun == null ? null : decodeId('FlowRun', flowRun, ['filter', 'flowRun']) }
      const rows = reader.run(listEvents({ order: orderBy ?? 'OCCURRED_DESC', filter, page: pageOf(page) }))
      return { count: selects(info, 'totalCount', 'totalCountIsExact') ? reader.run(countEvents(filter)) : null, page: await rows }
    },
  }),
}))

const EventResourceInput = builder.inputType('EventResourceInput', {
  description: 'What an event happened to.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Whatever names it: 1 to 512 characters.' }),
    labels: t.field({
      type: 'JSON',
      description: 'What else is known of it: an object of at most 500 texts of up to 1,024 characters; none when left out.',
    }),
  }),
})

const EventRelatedResourceInput = builder.inputType('EventRelatedResourceInput', {
  description: 'What else has to do with an event.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Whatever names it: 1 to 512 characters.' }),
    role: t.string({ required: true, description: 'As what: 1 to 255 characters.' }),
    labels: t.field({ type: 'JSON', description: 'As those of the resource.' }),
  }),
})

const EmitEventInput = builder.inputType('EmitEventInput', {
  description: 'What happened.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'In a word: 1 to 255 characters, `order.shipped`.' }),
    resource: t.field({ type: EventResourceInput, required: true, description: 'What it happened to; at most 64 KiB.' }),
    related: t.field({ type: [EventRelatedResourceInput], description: 'What else has to do with it: at most 100, together at most 64 KiB.' }),
    payload: t.field({
      type: 'JSON',
      description: 'Whatever else there is to say: an object of at most 512 KiB; empty when left out. Not for secrets.',
    }),
    follows: t.string({ description: '`uuid` of the event that it came after. It need not be there.' }),
    occurred: t.field({ type: 'DateTime', description: 'When; now when left out.' }),
    id: t.string({ description: 'A UUID of your making, so that sending it again stores it once; a new one when left out.' }),
  }),
})

const EmitEventSuccess = builder.objectRef<{ event: EventRow; created: boolean }>('EmitEventSuccess').implement({
  description: 'The event is stored.',
  fields: (t) => ({
    event: t.field({ type: Event, description: 'As it is stored: as it was, when one of this id was there.', resolve: ({ event }) => event }),
    created: t.exposeBoolean('created', { description: 'False when an event of this id was there.' }),
  }),
})

builder.mutationField('emitEvent', (t) =>
  t.field({
    type: EmitEventSuccess,
    description: 'Tells that something happened. Flows do it with `events.emit`.',
    args: { input: t.arg({ type: EmitEventInput, required: true, description: 'What happened.' }) },
    errors: { types: [Invalid], union: { name: 'EmitEventResult', description: 'The event, or why it was not stored.' } },
    resolve: (_, { input }, context) => emitEvent(context, input),
  }),
)
