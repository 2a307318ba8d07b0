import { expect, test } from 'vitest'
import { readEvent } from '../../../core/events/read-event.ts'
import { LIMITS } from '../../../core/limits.ts'
import { Malformed } from '../../../core/protocol/shape.ts'

const order = { name: 'order.shipped', resource: { id: 'order.1' } }
const many = <Value>(count: number, make: (index: number) => Value): Value[] => Array.from({ length: count }, (_, index) => make(index))
const labels = (count: number) => Object.fromEntries(many(count, (index) => [`label-${index}`, 'x']))

test('an event is a name and a resource; everything else is empty unless it is said', () => {
  expect(readEvent(order)).toEqual({ name: 'order.shipped', resource: { id: 'order.1', labels: {} }, related: [], payload: {}, follows: null })
  const whole = {
    name: 'order.shipped',
    resource: { id: 'order.1', labels: { country: 'NO' } },
    related: [{ id: 'customer.7', role: 'customer', labels: {} }],
    payload: { parcels: 2, at: [null, true, 'x'] },
    follows: '01890000-0000-7000-8000-000000000000',
  }
  expect(readEvent(whole)).toEqual(whole)
})

test('it takes as much as it may have, and not more', () => {
  const most = {
    name: 'n'.repeat(LIMITS.name),
    resource: { id: 'r'.repeat(LIMITS.eventResource), labels: labels(LIMITS.eventLabels) },
    related: many(LIMITS.eventRelated, (index) => ({ id: `thing.${index}`, role: 'part' })),
    payload: { text: 'x'.repeat(LIMITS.eventPayload - '{"text":""}'.length) },
  }
  expect(readEvent(most).related).toHaveLength(LIMITS.eventRelated)
})

test.each([
  ['no object', 'event', ''],
  ['no name', { resource: { id: 'order.1' } }, 'name'],
  ['an empty name', { ...order, name: '' }, 'name'],
  ['a name that is too long', { ...order, name: 'n'.repeat(LIMITS.name + 1) }, 'name'],
  ['no resource', { name: 'order.shipped' }, 'resource'],
  ['a resource without an id', { ...order, resource: { labels: {} } }, 'resource.id'],
  ['a resource whose id is too long', { ...order, resource: { id: 'r'.repeat(LIMITS.eventResource + 1) } }, 'resource.id'],
  ['too many labels', { ...order, resource: { id: 'order.1', labels: labels(LIMITS.eventLabels + 1) } }, 'resource.labels'],
  ['a label that is no text', { ...order, resource: { id: 'order.1', labels: { count: 1 } } }, 'resource.labels.count'],
  ['a label that is too long', { ...order, resource: { id: 'order.1', labels: { a: 'x'.repeat(LIMITS.eventLabel + 1) } } }, 'resource.labels.a'],
  [
    'labels that are too much together',
    { ...order, resource: { id: 'order.1', labels: Object.fromEntries(many(100, (index) => [`l${index}`, 'x'.repeat(1_000)])) } },
    'resource',
  ],
  ['related that is no list', { ...order, related: { id: 'customer.7' } }, 'related'],
  ['a related resource without a role', { ...order, related: [{ id: 'customer.7' }] }, 'related.0.role'],
  ['too many related resources', { ...order, related: many(LIMITS.eventRelated + 1, () => ({ id: 'a', role: 'b' })) }, 'related'],
  ['a payload that is a list', { ...order, payload: [1] }, 'payload'],
  ['a payload that is too large', { ...order, payload: { text: 'x'.repeat(LIMITS.eventPayload) } }, 'payload'],
  ['a payload that is too deep', { ...order, payload: JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`) }, 'payload'],
  ['something that it follows which is no event', { ...order, follows: 'the other one' }, 'follows'],
])('%s is refused with its place', (_, event, place) => {
  const read = () => readEvent(event)
  expect(read).toThrow(Malformed)
  try {
    read()
  } catch (error) {
    expect((error as Malformed).path.join('.')).toBe(place)
  }
})

test('text comes out as the record can keep it', () => {
  expect(readEvent({ ...order, payload: { text: 'a\u0000b' }, resource: { id: 'half \ud800' } })).toMatchObject({
    payload: { text: 'a\uFFFDb' },
    resource: { id: 'half \uFFFD' },
  })
})
