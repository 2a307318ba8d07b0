/**
 * Which lists of the workspace have changed, for pages that read them anew: several topics on one stream. The cursor carries the place in each of them,
 * so whoever comes back hears of what was missed, once.
 */
import { Repeater } from 'graphql-yoga'
import {
  BLOCKS_TOPIC,
  CONCURRENCY_LIMITS_TOPIC,
  DEPLOYMENTS_TOPIC,
  FLOW_RUNS_TOPIC,
  OPERATIONS_TOPIC,
  VARIABLES_TOPIC,
  WORK_POOLS_TOPIC,
} from '../../core/topics.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import type { FeedMessage } from '../coordinators.ts'
import { Invalid } from '../errors.ts'
import { subscribeToFeed } from '../feed/subscribe.ts'
import { type Permission, permit } from '../permissions.ts'

/** What can be listened to, and who may. */
const TOPICS = {
  FLOW_RUNS: { topic: FLOW_RUNS_TOPIC, permission: 'flow-runs:list' },
  DEPLOYMENTS: { topic: DEPLOYMENTS_TOPIC, permission: 'deployments:read' },
  WORK_POOLS: { topic: WORK_POOLS_TOPIC, permission: 'work-pools:read' },
  OPERATIONS: { topic: OPERATIONS_TOPIC, permission: 'operations:read' },
  VARIABLES: { topic: VARIABLES_TOPIC, permission: 'variables:read' },
  CONCURRENCY_LIMITS: { topic: CONCURRENCY_LIMITS_TOPIC, permission: 'concurrency-limits:read' },
  BLOCKS: { topic: BLOCKS_TOPIC, permission: 'blocks:read' },
} as const satisfies Record<string, { topic: string; permission: Permission }>
type Topic = keyof typeof TOPICS

const ChangeTopic = builder.enumType('ChangeTopic', {
  description: 'A list of the workspace that can be listened to.',
  values: {
    FLOW_RUNS: { description: 'Flow runs and their states.' },
    DEPLOYMENTS: { description: 'Deployments, their versions and schedules.' },
    WORK_POOLS: { description: 'Work pools, their queues, workers and slots.' },
    OPERATIONS: { description: 'Operations, and how far they are.' },
    VARIABLES: { description: 'Variables.' },
    CONCURRENCY_LIMITS: { description: 'Concurrency limits; not who takes and gives back slots.' },
    BLOCKS: { description: 'Blocks and their types.' },
  } as const satisfies Record<Topic, object>,
})

interface ChangesEventValue {
  cursor: string
  reset: boolean
  topics: Topic[]
}

const ChangesEvent = builder.objectRef<ChangesEventValue>('ChangesEvent').implement({
  description: 'Lists of the workspace have changed: read those that you show anew. The first message comes at once.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Pass it as `since` to go on from here.' }),
    reset: t.exposeBoolean('reset', { description: 'The cursor given was too old: read everything that you show anew.' }),
    topics: t.field({ type: [ChangeTopic], description: 'What has changed. Empty in the first message.', resolve: ({ topics }) => topics }),
  }),
})

/** Messages about all of the topics. Throws FORBIDDEN, Invalid. */
function watchChanges(context: Context, { topics, since }: { topics: readonly Topic[]; since: string | null }): AsyncIterable<ChangesEventValue> {
  const wanted = [...new Set(topics)]
  if (wanted.length === 0) throw new Invalid([{ path: ['topics'], message: 'expected at least one topic', expected: 'at least one' }])
  for (const topic of wanted) permit(context.actor, TOPICS[topic].permission)
  const places = new Map(since === null ? [] : wanted.map((topic) => [topic, placeOf(since, topic)] as const))
  return new Repeater<ChangesEventValue>(async (push, stop) => {
    const streams = wanted.map((topic) => subscribeToFeed(context, TOPICS[topic].topic, places.get(topic) ?? null))
    void stop.then(() => Promise.all(streams.map((stream) => stream.return?.())))
    // Until every topic has said where it stands, no cursor is whole.
    const silent = new Set(wanted)
    let held: Omit<ChangesEventValue, 'cursor'> = { reset: false, topics: [] }
    const forward = async (topic: Topic, stream: AsyncIterableIterator<FeedMessage>) => {
      for await (const { cursor, reset, changes } of stream) {
        places.set(topic, cursor)
        silent.delete(topic)
        held = { reset: held.reset || reset, topics: changes.length > 0 ? [...held.topics, topic] : held.topics }
        if (silent.size > 0) continue
        const event = { cursor: formatCursor(places), ...held }
        held = { reset: false, topics: [] }
        await push(event)
      }
    }
    // The first that ends takes the others with it: the reader comes again with its cursor.
    await Promise.race(wanted.map((topic, index) => forward(topic, streams[index] as AsyncIterableIterator<FeedMessage>)))
    stop()
  })
}

const formatCursor = (places: ReadonlyMap<Topic, string>): string => [...places].map(([topic, cursor]) => `${topic}:${cursor}`).join(' ')

/** The topic's place in a cursor. Empty where the text names none, which its Feed answers with a reset, as it does to a place that is too old. */
const placeOf = (text: string, topic: Topic): string => new RegExp(`(?:^| )${topic}:(\\S+)`).exec(text)?.[1] ?? ''

builder.subscriptionField('changes', (t) =>
  t.field({
    type: ChangesEvent,
    description: 'Which lists of the workspace have changed. Ends after ten minutes; subscribe again with the last cursor.',
    args: {
      topics: t.arg({ type: [ChangeTopic], required: true, description: 'What to listen to.' }),
      since: t.arg.string({ description: '`cursor` of the last message seen; from now when left out.' }),
    },
    subscribe: (_, { topics, since }, context) => watchChanges(context, { topics, since: since ?? null }),
    resolve: (event: ChangesEventValue) => event,
  }),
)
