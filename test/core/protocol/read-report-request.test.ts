import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from '../../../core/limits.ts'
import { isRefused, readReportRequest } from '../../../core/protocol/read-report-request.ts'
import type { Fact, RunReport } from '../../../core/protocol/reports.ts'
import type { State } from '../../../core/states.ts'
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

test.each(HOSTILE_FACTS)('a fact that is %s is refused alone, and a log line of the run says so', (_, fact) => {
  const [read] = readReportRequest({ ...batch, reports: [{ ...report, facts: [logs('before'), fact, logs('after')] }] }).reports
  const { facts } = read as RunReport
  expect(facts.map((kept) => (kept.kind === 'logs' ? kept.lines.map(({ message }) => message) : kept.kind))).toEqual([
    ['before'],
    ['after'],
    [expect.stringMatching(/not stored: .*expected/)],
  ])
  expect(facts.at(-1)).toMatchObject({ kind: 'logs', flowRunId: id, lines: [{ level: 'warn', source: 'weir', time: 1 }] })
})

test('a report without a list of facts is refused alone', () => {
  const { reports } = readReportRequest({
    ...batch,
    reports: [
      { ...report, facts: {} },
      { ...report, flowRunId: other, facts: [logs('fine')] },
    ],
  })
  expect(reports.map(isRefused)).toEqual([true, false])
  expect(reports[0]).toMatchObject({ flowRunId: id, n: 1, refused: { code: 'malformed_fact', message: 'reports.0.facts: expected a list of facts' } })
})

const state = { id, type: 'RUNNING', name: 'Running', timestamp: 1, message: null, details: {} }
const taskRun = {
  kind: 'task-run',
  taskRunId: id,
  flowRunId: id,
  name: 'load-0',
  taskKey: 'load',
  dynamicKey: '0',
  tags: [] as string[],
  runCount: 1,
  states: [state],
  startTime: 1,
  endTime: null,
  runTime: 0,
  upstream: [] as string[],
  parentTaskRunId: null,
}
const child = {
  kind: 'child-flow-run',
  flowRunId: other,
  parentFlowRunId: id,
  parentTaskRunId: null,
  flowName: 'inner',
  name: 'brave-otter',
  parameters: {},
  tags: [],
  runCount: 1,
  createdAt: 1,
  states: [state],
}
const x = (length: number) => 'x'.repeat(length)
const long = (length: number) => expect.toSatisfy((value: string | unknown[]) => value.length === length, `${length} long`)
const many = (length: number) => Array.from({ length }, (_, n) => `t${n}`)

const readOne = (fact: object): { fact: unknown; notes: string[] } => {
  const [read] = readReportRequest({ ...batch, reports: [{ ...report, facts: [fact] }] }).reports
  const [first, ...rest] = (read as RunReport).facts
  return { fact: first, notes: rest.flatMap((said) => (said.kind === 'logs' ? said.lines.map(({ message }) => message) : [])) }
}

test.each<[string, object, object, RegExp | null]>([
  [
    'tags',
    { ...taskRun, tags: many(LIMITS.tags + 7) },
    { tags: long(LIMITS.tags) },
    /^Of task run load-0: only the first 500 of 507 tags are stored$/,
  ],
  ['characters of a tag', { ...taskRun, tags: [x(300)] }, { tags: [expect.stringMatching(/^x{248}… \(cut\)$/)] }, null],
  ['characters of a name', { ...taskRun, name: x(257) }, { name: long(255) }, null],
  [
    'states',
    { ...taskRun, states: Array.from({ length: 1_200 }, (_, n) => ({ ...state, timestamp: n })) },
    { states: expect.toSatisfy((states: State[]) => states.length === LIMITS.states && states.at(-1)?.timestamp === 1_199, 'the newest') },
    /only the last 500 of 1200 states/,
  ],
  [
    'text of states',
    { ...taskRun, states: Array.from({ length: 300 }, () => ({ ...state, message: x(4_000) })) },
    { states: long(131) },
    /only the last 131 of 300 states/,
  ],
  [
    'upstream',
    { ...taskRun, upstream: Array.from({ length: LIMITS.upstream + 1 }, () => id) },
    { upstream: long(LIMITS.upstream) },
    /first 10000 of 10001 upstream task runs/,
  ],
  [
    'parameters',
    { ...child, parameters: { big: x(700_000) } },
    { parameters: { '… (not stored)': 'expected at most 524288 bytes of JSON' } },
    /^Of subflow run brave-otter: parameters are not stored/,
  ],
  [
    'fields',
    { kind: 'logs', flowRunId: id, lines: [{ time: 1, level: 'info', message: 'm', fields: { rows: 7, big: x(100_000) } }] },
    { lines: [{ message: 'm', fields: { rows: 7, '… (cut)': expect.stringContaining('1 of 2 fields') } }] },
    /fields of log lines were cut/,
  ],
  [
    'details',
    {
      kind: 'flow-run-state',
      runCount: 1,
      state: { ...state, message: x(9_000), details: { by: x(300), error: { name: 'E', message: x(20_000) } } },
    },
    { state: { message: long(LIMITS.stateMessage), details: { error: { message: long(LIMITS.errorMessage) } } } },
    /^Of state Running of this run: detail by of a state is not stored/,
  ],
])('what is above the limit of %s is cut, and the rest of its fact is stored', (_, given, expected, note) => {
  const { fact, notes } = readOne(given)
  expect(fact).toMatchObject(expected)
  if (note) expect(notes).toEqual([expect.stringMatching(note)])
  else expect(notes).toEqual([])
})

test('lines of a log that can be read are stored without those that cannot', () => {
  const lines = [{ time: 1, level: 'info', message: 'a' }, { time: 1, level: 'loud', message: 'b' }, 7, { time: 1, level: 'info', message: 'c' }]
  const { fact, notes } = readOne({ kind: 'logs', flowRunId: id, lines })
  expect(fact).toMatchObject({ lines: [{ message: 'a' }, { message: 'c' }] })
  expect(notes).toEqual([expect.stringContaining('lines.1.level: expected one of'), expect.stringContaining('lines.2: expected an object')])
})

test('a run is created whatever the size of its parameters, tags and name', () => {
  const creation = { flowName: 'f', name: x(400), parameters: { big: x(700_000) }, tags: many(600), createdAt: 1 }
  const [read] = readReportRequest({ ...batch, reports: [{ ...report, creation, facts: [] }] }).reports
  expect(read).toMatchObject({
    creation: { name: long(255), parameters: { '… (not stored)': expect.any(String) }, tags: long(500) },
    facts: [{ kind: 'logs', lines: [{ source: 'weir' }, { source: 'weir' }] }],
  })
})

test('what a flow says of itself may be left out of what creates its run, and is cut where it is long', () => {
  const creation = { flowName: 'f', name: 'f', parameters: {}, tags: [], createdAt: 1 }
  const read = (more: object) => readReportRequest({ ...batch, reports: [{ ...report, creation: { ...creation, ...more }, facts: [] }] }).reports[0]
  expect((read({}) as RunReport).creation).toEqual(creation)
  expect(read({ flowVersion: x(300) })).toMatchObject({ creation: { flowVersion: long(255) } })
})

test('states are read from a batch of too many facts, too', () => {
  const facts = [...Array.from({ length: LIMITS.facts }, () => logs('x')), logs('too many'), { kind: 'flow-run-state', runCount: 1, state }]
  const [read] = readReportRequest({ ...batch, reports: [{ ...report, facts }] }).reports
  const kept = (read as RunReport).facts
  expect(kept.slice(LIMITS.facts)).toMatchObject([
    { kind: 'flow-run-state' },
    { kind: 'logs', lines: [{ message: 'Only the first 50000 of 50002 facts of one report are stored' }] },
  ])
})

const GOOD = [taskRun, child, logs('good'), { kind: 'flow-run-state', runCount: 1, state }] as unknown as Fact[]

/** As text, with keys in one order. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

test('bad facts among good ones cost none of the good ones, nor their order', () => {
  const bad = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(...HOSTILE_FACTS.map(([, fact]) => fact)),
    // A good fact with one field replaced by anything.
    fc
      .tuple(fc.constantFrom(...GOOD), fc.nat(20), fc.jsonValue())
      .map(([fact, at, value]) => ({ ...fact, [Object.keys(fact)[at % Object.keys(fact).length] as string]: value })),
  )
  const good = fc.constantFrom(...GOOD).map((fact) => ({ good: fact }))
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          good,
          bad.map((fact) => ({ bad: fact })),
        ),
      ),
      (mixed) => {
        const facts = mixed.map((one) => ('good' in one ? one.good : one.bad))
        const [read] = readReportRequest({ ...batch, reports: [{ ...report, facts }] }).reports
        const kept = (read as RunReport).facts.map(inOrder)
        let at = -1
        for (const one of mixed) {
          if (!('good' in one)) continue
          at = kept.indexOf(inOrder(one.good), at + 1)
          expect(at).toBeGreaterThanOrEqual(0)
        }
      },
    ),
  )
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
