/** `events.emit` in a run, where it is recorded, and outside, where it is sent. The real control plane answers in test/e2e/. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../../core/ids.ts'
import { type EventOptions, events, flow, task, UsageError } from '../../sdk/index.ts'
import { hideValue } from '../../sdk/redaction/hidden-values.ts'
import { runFlow } from '../../sdk/testing.ts'
import { temporaryFolder } from '../support/folder.ts'

let server: Server | null = null
afterEach(() => {
  vi.unstubAllEnvs()
  server?.close()
  server?.closeAllConnections()
  server = null
})

type Input = Record<string, unknown> & { id: string; name: string }

/** A workspace that takes events, those called `bad` excepted; `failing` answers come first. Answers what it was sent. */
async function taking(failing = 0): Promise<Input[]> {
  const sent: Input[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { input } = (JSON.parse(body) as { variables: { input: Input } }).variables
      sent.push(input)
      if (failing-- > 0) return response.writeHead(502).end('<html>')
      const made =
        input.name === 'bad' ? { __typename: 'ValidationError', code: 'BAD_USER_INPUT', message: 'name: no', hint: 'x' } : { __typename: 'Success' }
      response.end(JSON.stringify({ data: { made } }))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('WEIR_API_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('WEIR_API_KEY', 'key')
  return sent
}

const shipped = { event: 'order.shipped', resource: { id: 'order.1' } }

test('in a run they are recorded where they were emitted, with what they said, and emitting waits for nobody', async () => {
  const pack = task({ name: 'pack' }, (order: number) => events.emit({ event: 'order.packed', resource: { id: `order.${order}` } }))
  const child = flow({ name: 'child' }, () => events.emit({ ...shipped, event: 'child.done' }))
  const follows = newId()
  const id = newId()
  const ship = flow({ name: 'ship' }, async () => {
    const first = await events.emit({
      event: 'order.shipped',
      resource: { id: 'order.1', labels: { country: 'NO' } },
      related: [{ id: 'customer.7', role: 'customer' }],
      payload: { parcels: 2, at: new Date('2026-01-01T12:00:00Z'), nothing: undefined },
      occurred: new Date('2026-01-01T11:00:00Z'),
      follows,
    })
    return [first, await pack(1), await child(), await events.emit({ ...shipped, id: id.toUpperCase() })]
  })
  const run = await runFlow(ship)
  expect(run.error).toBeUndefined()
  expect(run.events.map(({ eventId }) => eventId)).toEqual(run.value)
  expect(run.events[0]).toEqual({
    kind: 'event',
    eventId: run.value?.[0],
    flowRunId: run.id,
    taskRunId: null,
    name: 'order.shipped',
    resource: { id: 'order.1', labels: { country: 'NO' } },
    related: [{ id: 'customer.7', role: 'customer', labels: {} }],
    payload: { parcels: 2, at: '2026-01-01T12:00:00.000Z' },
    follows,
    occurred: Date.parse('2026-01-01T11:00:00Z'),
    time: expect.any(Number),
  })
  expect(run.events.slice(1)).toMatchObject([
    { name: 'order.packed', taskRunId: run.taskRuns.find(({ taskName }) => taskName === 'pack')?.id, occurred: null, payload: {} },
    { name: 'child.done', flowRunId: run.subflows[0]?.id },
    { name: 'order.shipped', eventId: id, flowRunId: run.id },
  ])
})

const wrong: [string, unknown][] = [
  ['options of events.emit()', null],
  ['no option "name"', { ...shipped, name: 'order.shipped' }],
  ['event must be text of 1 to 255', { resource: shipped.resource }],
  ['event must be text of 1 to 255', { ...shipped, event: '' }],
  ['event must be text of 1 to 255', { ...shipped, event: 'n'.repeat(256) }],
  ['resource must be an object', { event: 'order.shipped' }],
  ['resource.id must be', { ...shipped, resource: {} }],
  ['resource.id must be', { ...shipped, resource: { id: 7 } }],
  ['resource of events.emit() has no option "name"', { ...shipped, resource: { id: 'order.1', name: 'x' } }],
  ['resource.labels.count must be text', { ...shipped, resource: { id: 'order.1', labels: { count: 1 } } }],
  [
    'resource.labels must be',
    { ...shipped, resource: { id: 'order.1', labels: Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`l${n}`, ''])) } },
  ],
  ['related must be a list', { ...shipped, related: { id: 'customer.7' } }],
  ['related.0.role must be', { ...shipped, related: [{ id: 'customer.7' }] }],
  ['related of events.emit() has no option "name"', { ...shipped, related: [{ id: 'customer.7', role: 'customer', name: 'x' }] }],
  ['payload must be a JSON object', { ...shipped, payload: [1] }],
  ['payload must be a JSON object', { ...shipped, payload: () => 1 }],
  ['payload must be an object that JSON can say', { ...shipped, payload: { big: 1n } }],
  ['payload must be at most 524288 bytes', { ...shipped, payload: { text: 'x'.repeat(600_000) } }],
  ['occurred must be a Date', { ...shipped, occurred: '2026-01-01' }],
  ['occurred must be a Date', { ...shipped, occurred: new Date('never') }],
  ['occurred must be a Date', { ...shipped, occurred: new Date('1969-12-31') }],
  ['id must be a UUID, and is "mine"', { ...shipped, id: 'mine' }],
  ['follows must be a UUID', { ...shipped, follows: 7 }],
]

test('what is no event is an error that names the field, and nothing is recorded', async () => {
  const all = flow({ name: 'all' }, async () => {
    for (const [message, options] of wrong) {
      const emitted = events.emit(options as EventOptions)
      await expect(emitted, message).rejects.toBeInstanceOf(UsageError)
      await expect(emitted, message).rejects.toThrow(message)
    }
  })
  const run = await runFlow(all)
  expect(run.error).toBeUndefined()
  expect(run.events).toEqual([])
})

test('outside of runs, in a task without a flow too, it is sent, under one id until it is answered, and without secrets', async () => {
  const sent = await taking(1)
  hideValue('canary-of-events')
  const id = await events.emit({ ...shipped, payload: { token: 'canary-of-events' }, occurred: new Date('2026-01-01T11:00:00Z') })
  expect(sent).toHaveLength(2)
  expect(sent[1]).toEqual({
    id,
    name: 'order.shipped',
    resource: { id: 'order.1', labels: {} },
    related: [],
    payload: { token: '********' },
    follows: null,
    occurred: '2026-01-01T11:00:00.000Z',
  })
  expect(sent[0]).toEqual(sent[1])
  const alone = task({ name: 'alone' }, () => events.emit(shipped))
  expect(await alone()).toBe(sent[2]?.id)
  await expect(events.emit({ ...shipped, event: 'bad' })).rejects.toMatchObject({
    code: 'bad_user_input',
    message: 'events.emit(): name: no',
    hint: 'x',
  })
})

test('with no control plane it is an error outside of runs, and in a run it goes where its log lines go', async () => {
  vi.stubEnv('WEIR_API_URL', '')
  vi.stubEnv('WEIR_PROFILE', '')
  vi.stubEnv('WEIR_HOME', temporaryFolder())
  await expect(events.emit(shipped)).rejects.toThrow('events.emit() needs a control plane, and none is configured')
  expect(await flow({ name: 'untracked' }, () => events.emit(shipped))()).toMatch(/^[0-9a-f-]{36}$/)
})
