/** What becomes of reports on a way where others answer instead of the control plane, or let not everything pass. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { ReportRequest, RunAnswer, RunReport } from '../../../core/protocol/reports.ts'
import { type Delivery, startDelivery } from '../../../sdk/worker/delivery.ts'

/** Answers instead of the control plane, if it wants to: true. */
type Stranger = (text: string, response: ServerResponse) => boolean

interface Way {
  delivery: Delivery
  stranger: Stranger
  /** Runs whose reports have passed, in order. */
  passed: string[]
  /** Bytes of every body. */
  bodies: number[]
  answers: RunAnswer[]
  serverTimes: (number | null)[]
  told: string[]
}

async function layWay(stranger: Stranger): Promise<Way> {
  const way: Way = { delivery: null as never, stranger, passed: [], bodies: [], answers: [], serverTimes: [], told: [] }
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('')
    way.bodies.push(text.length)
    if (way.stranger(text, response)) return
    const { reports, holderFacts, sentAt } = JSON.parse(text) as ReportRequest
    way.passed.push(...[...reports, ...holderFacts].map(({ flowRunId }) => flowRunId))
    const runs = reports.map(({ flowRunId, epoch, n, stateId }) => ({
      flowRunId,
      epoch,
      acknowledged: n,
      stateId,
      stateType: null,
      fence: 1,
      directives: [],
    }))
    response.end(JSON.stringify({ serverTime: 1, answers: sentAt, runs }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  way.delivery = startDelivery({
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'key',
    sessionId: 'session',
    patience: 5,
    onAnswer(answer, _, __, serverTime) {
      way.answers.push(answer)
      way.serverTimes.push(serverTime)
    },
    onUnreachable: (_, reason) => void way.told.push(reason),
    onReachable: () => void way.told.push('reachable'),
    onHeldUp: (flowRunId, reason) => void way.told.push(`${flowRunId}: ${reason}`),
  })
  onTestFinished(() => {
    way.delivery.close()
    server.closeAllConnections()
    server.close()
  })
  return way
}

const report = (flowRunId: string, message: string): RunReport => ({
  flowRunId,
  epoch: 1,
  n: 1,
  stateId: 's',
  runToken: 't',
  facts: [{ kind: 'logs', flowRunId, lines: [{ time: 1, level: 'info', message }] }],
})

async function until(read: () => unknown): Promise<void> {
  while (!read()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const page = (response: ServerResponse, status: number, body = '<h1>No</h1>') => {
  response.writeHead(status).end(body)
  return true
}

test.each([
  [200, '{}'],
  [200, 'null'],
  [200, '<h1>Sign in</h1>'],
  [204, ''],
  [400, '{"message":"Bad request"}'],
  [400, '{"error":{"code":400,"message":"Bad request"}}'],
  [404, '{"error":{"code":"ResourceNotFound","message":"no"}}'],
  [502, '<h1>Bad gateway</h1>'],
])('a report that somebody else answers with status %i and %s is not delivered, and is sent again', async (status, body) => {
  let left = 2
  const way = await layWay((_, response) => left-- > 0 && page(response, status, body))
  let stored = 0
  way.delivery.report(report('a', 'one'), true, false)
  way.delivery.fact({ kind: 'output', flowRunId: 'b', epoch: 1, chunkId: 'c', lines: [] }, () => stored++)
  await until(() => way.passed.length === 2 && way.delivery.waiting() === 0)
  expect({ stored, passed: way.passed.toSorted(), answers: way.answers }).toMatchObject({
    stored: 1,
    passed: ['a', 'b'],
    answers: [{ acknowledged: 1 }],
  })
  expect(way.answers[0]?.refused).toBeUndefined()
  expect(way.told[0]).toContain(`something on the way answered instead of the control plane (status ${status})`)
})

test('a report whose text somebody on the way dislikes holds up no other, and passes when it may', async () => {
  const way = await layWay((text, response) => text.includes('DROP TABLE') && page(response, 403))
  for (const id of ['a', 'b', 'c']) way.delivery.report(report(id, id === 'b' ? "'; DROP TABLE runs; --" : 'harmless'), true, false)
  way.delivery.fact({ kind: 'exited', flowRunId: 'b', epoch: 1, code: 1, signal: null, stderr: '', reason: null })
  await until(() => way.passed.length === 2)
  way.delivery.report(report('d', 'harmless'), true, false)
  await until(() => way.passed.length === 3)
  expect(way.passed).toEqual(['a', 'c', 'd'])
  expect(way.told.filter((text) => text.startsWith('b: '))).toEqual(['b: something on the way answered instead of the control plane (status 403)'])
  way.stranger = () => false
  await until(() => way.passed.length === 5)
  expect(way.passed.slice(3)).toEqual(['b', 'b'])
})

test('what the control plane refuses for good has had its answer, which tells no time', async () => {
  const refusal = JSON.stringify({ error: { code: 'BAD_USER_INPUT', message: 'it cannot be read', requestId: 'r' } })
  const way = await layWay((_, response) => page(response, 400, refusal))
  let stored = 0
  way.delivery.report(report('a', 'one'), true, false)
  way.delivery.fact({ kind: 'output', flowRunId: 'b', epoch: 1, chunkId: 'c', lines: [] }, () => stored++)
  await until(() => stored === 1 && way.answers.length === 1)
  expect(way.answers[0]).toMatchObject({ acknowledged: 1, refused: { code: 'BAD_USER_INPUT' } })
  expect(way.serverTimes).toEqual([null])
})

test('somebody on the way who takes only short bodies is given shorter ones', async () => {
  const limit = 250_000
  const way = await layWay((text, response) => text.length > limit && page(response, 413, '<h1>413 Request Entity Too Large</h1>'))
  const ids = Array.from({ length: 20 }, (_, index) => `run-${index}`)
  for (const id of ids) way.delivery.report(report(id, 'x'.repeat(60_000)), false, false)
  await until(() => way.passed.length === ids.length)
  expect(way.passed.toSorted()).toEqual(ids.toSorted())
  expect(way.bodies.filter((bytes) => bytes > limit).length).toBeLessThan(5)
})

test('what is sent anew because contact is regained was not undeliverable', async () => {
  let silent = true
  const way = await layWay(() => silent)
  way.delivery.report(report('a', 'one'), true, false)
  await until(() => way.bodies.length === 1)
  silent = false
  way.delivery.wake()
  await until(() => way.answers.length === 1)
  expect(way.told).toEqual([])
})
