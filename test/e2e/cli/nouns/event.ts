/** Events: those of a flow run, and those of the command line. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { startWeir, weir } from '../weir.ts'
import { home, json, run, said } from './stage.ts'

interface Event {
  id: string
  name: string
  flowRunId: string | null
  resource: { id: string; labels: object }
  related: { id: string; role: string }[]
  payload: object
}

test('events of a flow run are there with its report, related to it and to its flow', async () => {
  const [{ id, name }] = await json<[{ id: string; name: string }]>('flow-run', 'ls', '--flow', 'cities')
  const [event] = (await json<Event[]>('event', 'ls', '--flow-run', name)) as [Event]
  expect(event).toMatchObject({
    name: 'city.warmest',
    flowRunId: id,
    resource: { id: 'city.Lima', labels: { country: 'PE' } },
    related: [
      { id: 'city.Oslo', role: 'coldest' },
      { id: `weir.flow-run.${id}`, role: 'flow-run' },
      { role: 'flow', labels: { name: 'cities' } },
    ],
    payload: { degrees: 31 },
  })
  expect(await said('event', 'ls', '--flow-run', id)).toMatch(/^[0-9a-f-]{36} +.* ago +city\.warmest +city\.Lima +\{"degrees":31\}$/m)
  const shown = await said('event', 'inspect', event.id)
  expect(shown).toMatch(/^city\.warmest\nResource +city\.Lima \{"country":"PE"\}\n/)
  expect(shown).toMatch(/\nAs coldest +city\.Oslo\n/)
  expect(shown).toMatch(/\n\n\{\n {2}"degrees": 31\n\}\n$/)
})

test('an event is emitted, found by all that a list is asked for, and the same id again is one', async () => {
  const id = '01890000-0000-7000-8000-0000000000ff'
  const resource = '{"id": "order.1", "labels": {"country": "NO"}}'
  const related = '[{"id": "customer.7", "role": "customer"}, {"id": "shop.2", "role": "shop"}]'
  const all = ['--resource', resource, '--related', related, '--related', '{"id": "customer.7", "role": "payer"}', '--payload', '-']
  const emit = ['event', 'emit', 'order.shipped', ...all, '--occurred', '2026-01-01T12:00:00Z', '--id', id]
  expect(await weir(emit, { home, input: '{"parcels": 2}' })).toMatchObject({ code: 0, stdout: `Emitted order.shipped of order.1, event ${id}\n` })
  expect(await said('event', 'emit', 'other', '--resource-id', 'x', '--id', id)).toBe(`There is an event ${id} already: order.shipped of order.1\n`)
  expect(await json('event', 'emit', 'order.made', '--resource-id', 'order.1', '--occurred', '2026-01-01T11:00:00Z')).toMatchObject({ created: true })
  const names = async (...filter: string[]) => (await json<Event[]>('event', 'ls', ...filter)).map(({ name }) => name)
  expect(await names('--name', 'order.*')).toEqual(['order.shipped', 'order.made'])
  expect(await names('--name', 'order.*', '--limit', '1')).toEqual(['order.shipped'])
  expect(await names('--name', 'order.made', '--resource', 'order.1')).toEqual(['order.made'])
  expect(await names('--resource', 'order.*', '--until', '2026-01-01T12:00:00Z')).toEqual(['order.made'])
  expect(await names('--related', 'customer.7', '--role', 'payer')).toEqual(['order.shipped'])
  expect(await names('--related', 'customer.7', '--role', 'shop')).toEqual([])
  expect(await json('event', 'inspect', id)).toMatchObject({ payload: { parcels: 2 }, related: [{}, {}, {}], flowRunId: null })
})

test.each([
  [['emit', 'order.shipped'], 'needs --resource-id'],
  [['emit', ''], 'needs --resource-id'],
  [['emit', '', '--resource-id', 'order.1'], 'expected text of 1 to 255 characters'],
  [['emit', 'a', '--resource-id', ''], 'resource.id'],
  [['emit', 'a', '--resource-id', 'x'.repeat(600)], 'resource.id'],
  [['emit', 'a', '--resource', 'order.1'], '--resource is no JSON'],
  [['emit', 'a', '--resource', '{"labels": {}}'], 'needs --resource-id'],
  [['emit', 'a', '--resource', '{"id": 7}'], '--resource: id must be a text'],
  [['emit', 'a', '--resource', '{"id": "b", "name": "c"}'], '--resource has no field "name"'],
  [['emit', 'a', '--resource', '@no-such-file.json'], 'cannot read no-such-file.json'],
  [['emit', 'a', '--resource-id', 'b', '--related', 'customer.7'], '--related must be a JSON object'],
  [['emit', 'a', '--resource-id', 'b', '--related', '{"id": "c"}'], '--related: role must be a text, and is missing'],
  [['emit', 'a', '--resource-id', 'b', '--payload', '[1]'], '--payload must be a JSON object'],
  [['emit', 'a', '--resource-id', 'b', '--payload', '{"n": 12345678901234567890}'], 'is a number that would become'],
  [['emit', 'a', '--resource-id', 'b', '--occurred', 'today'], 'is no instant'],
  [['emit', 'a', '--resource-id', 'b', '--id', 'mine'], 'expected a lower-case UUID'],
  [['emit', 'a', '--resource-id', 'b', '--follows', 'mine'], 'follows'],
  [['ls', '--role', 'shop'], 'needs --related'],
  [['ls', '--since', 'today'], 'is no instant'],
  [['ls', '--flow-run', 'none-such'], 'none-such'],
  [['inspect', 'none-such'], 'none-such'],
  [['inspect', '01890000-0000-7000-8000-0000000000aa'], 'There is no event'],
  [['stream', '-o', 'yaml'], 'no output format'],
])('event %j is wrong use, and said so', async (args, message) => {
  expect(await run('event', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
})

test('a stream shows what comes from now on and is in its filter, as it comes, until it is interrupted, or has shown one', async () => {
  const emit = async (name: string, occurred: string) =>
    (await json<Event>('event', 'emit', name, '--resource-id', 'order.9', '--occurred', occurred)).id
  await emit('order.streamed', '2026-01-01T10:00:00Z')
  const stream = startWeir(['event', 'stream', '--name', 'order.str*', '-o', 'json'], { home })
  const one = startWeir(['event', 'stream', '--run-once'], { home })
  await Promise.all([stream, one].map((started) => started.said(/Waiting for events/)))
  const ids = [await emit('order.streamed', '2026-01-01T12:00:00Z')]
  await emit('order.other', '2026-01-01T12:00:00Z')
  // What is told late is not left out.
  ids.push(await emit('order.streamed', '2026-01-01T09:00:00Z'))
  await stream.said(new RegExp(ids[1] as string))
  ids.push(await emit('order.streamed', '2026-01-01T11:00:00Z'))
  await stream.said(new RegExp(ids[2] as string))
  stream.child.kill('SIGINT')
  const lines = (await stream.ended).stdout.trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as Event).id)).toEqual(ids)
  expect(await one.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9:.]+ {2}order\.streamed {2}order\.9\n$/) })
})
