import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRefused, readReportRequest } from '../../../core/protocol/read-report-request.ts'
import { Malformed } from '../../../core/protocol/shape.ts'
import { HOSTILE_BODIES, HOSTILE_FACTS } from '../../support/hostile-messages.ts'

const id = '0199a5b0-0000-7000-8000-000000000001'
const other = '0199a5b0-0000-7000-8000-000000000002'
const report = { flowRunId: id, epoch: 1, n: 1, stateId: id, runToken: '', facts: [] as unknown[] }
const batch = { protocol: 1, sentAt: 1, sessionId: null, reports: [] as unknown[], holderFacts: [] as unknown[] }
const logs = (message: string) => ({ kind: 'logs', flowRunId: id, lines: [{ time: 1, level: 'info', message }] })

test.each(HOSTILE_BODIES.filter(([name]) => !/JSON|nothing|far future/.test(name)))('a body that is %s has no part that is believed', (_, text) => {
  const value = JSON.parse(text) as unknown
  let unaddressed = 0
  try {
    unaddressed = readReportRequest(value).unaddressed.length
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed)
    return
  }
  expect(unaddressed).toBe(1)
})

test.each(HOSTILE_FACTS)('a report with a fact that is %s is refused alone', (_, fact) => {
  const { reports } = readReportRequest({
    ...batch,
    reports: [
      { ...report, facts: [fact] },
      { ...report, flowRunId: other, facts: [logs('fine')] },
    ],
  })
  expect(reports.map(isRefused)).toEqual([true, false])
  expect(reports[0]).toMatchObject({
    flowRunId: id,
    n: 1,
    refused: { code: 'malformed_fact', message: expect.stringMatching(/^reports\.0\.facts\.0.*expected/) },
  })
})

test('text comes out as PostgreSQL can keep it', () => {
  const { reports } = readReportRequest({ ...batch, reports: [{ ...report, facts: [logs('a\u0000b\ud800c')] }] })
  expect(reports[0]).toMatchObject({ facts: [{ lines: [{ message: 'a\uFFFDb\uFFFDc' }] }] })
})

test('a log line above 64 KiB is cut and says so', () => {
  const { reports } = readReportRequest({ ...batch, reports: [{ ...report, facts: [logs('x'.repeat(100_000))] }] })
  const [fact] = (reports[0] as unknown as { facts: { lines: { message: string }[] }[] }).facts
  expect(fact?.lines[0]?.message).toHaveLength(65_536)
  expect(fact?.lines[0]?.message).toMatch(/… \(cut\)$/)
})

test('data keeps its keys, also those that are traps', () => {
  const data = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as unknown
  const artifact = { kind: 'artifact', artifactId: id, flowRunId: id, taskRunId: null, key: null, type: 'table', description: null, data, time: 1 }
  const { reports } = readReportRequest({ ...batch, reports: [{ ...report, facts: [artifact] }] })
  const [fact] = (reports[0] as unknown as { facts: { data: object }[] }).facts
  expect(JSON.stringify(fact?.data)).toBe('{"__proto__":{"polluted":true},"constructor":1}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('whatever the value, it is read or refused as malformed, and nothing else is thrown', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.array(fc.jsonValue()).map((facts) => ({ ...batch, reports: [{ ...report, facts }] })),
        fc.array(fc.jsonValue()).map((holderFacts) => ({ ...batch, holderFacts })),
      ),
      (value) => {
        try {
          readReportRequest(value)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      },
    ),
  )
})
