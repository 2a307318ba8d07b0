/** What strangers may say on a worker's socket and in report bodies: none of it may be believed, and none may break anything. */
import { eventFact } from './event-fact.ts'

const id = '0199a5b0-0000-7000-8000-000000000001'

const hello = {
  type: 'hello',
  protocol: { newest: 1, oldest: 1 },
  sessionId: id,
  worker: { name: 'w', version: '0.1.0', type: 'process', labels: {}, hostname: 'h', pid: 1 },
  queues: [],
  slots: 1,
  holding: [],
  sentAt: 1,
}

/** Socket messages, by what is wrong with them. */
export const HOSTILE_SOCKET_MESSAGES: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no JSON', 'hello?'],
  ['half of a JSON text', '{"type":"hello"'],
  ['a number', '7'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no type', '{}'],
  ['a type that is no text', '{"type":7}'],
  ['a type that is no word', '{"type":"<script>"}'],
  ['a type of another object', '{"type":"__proto__"}'],
  ['hello with nothing in it', '{"type":"hello"}'],
  ['a session that is no UUID', JSON.stringify({ ...hello, sessionId: "'; drop table flow_runs; --" })],
  ['no slots', JSON.stringify({ ...hello, slots: 0 })],
  ['slots beyond measure', JSON.stringify({ ...hello, slots: 1e12 })],
  ['half a slot', JSON.stringify({ ...hello, slots: 1.5 })],
  ['slots as text', JSON.stringify({ ...hello, slots: '4' })],
  ['a worker without a name', JSON.stringify({ ...hello, worker: { ...hello.worker, name: '' } })],
  ['a name beyond measure', JSON.stringify({ ...hello, worker: { ...hello.worker, name: 'x'.repeat(10_000) } })],
  ['labels that are no map', JSON.stringify({ ...hello, worker: { ...hello.worker, labels: ['a'] } })],
  [
    'too many labels',
    JSON.stringify({ ...hello, worker: { ...hello.worker, labels: Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`l${n}`, 'v'])) } }),
  ],
  ['queues beyond measure', JSON.stringify({ ...hello, queues: Array.from({ length: 1_000 }, (_, n) => `q${n}`) })],
  ['holding what is no run', JSON.stringify({ ...hello, holding: [{ flowRunId: 'all', epoch: 1 }] })],
  ['holding an epoch below 1', JSON.stringify({ ...hello, holding: [{ flowRunId: id, epoch: 0 }] })],
  ['an instant beyond time', `${JSON.stringify(hello).slice(0, -1)},"sentAt":1e999}`],
  ['room below nothing', '{"type":"room","free":-1,"draining":false}'],
  ['room without a word about draining', '{"type":"room","free":1}'],
  ['an acknowledgement of nothing', '{"type":"acknowledge"}'],
  ['a hand-back without a reason', JSON.stringify({ type: 'hand-back', runs: [{ flowRunId: id, epoch: 1 }] })],
  ['a renewal without what it holds', '{"type":"renew","sentAt":1}'],
  ['very deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
]

const report = { flowRunId: id, epoch: 1, n: 1, stateId: id, runToken: 'weir_run_x', facts: [] }
const batch = { protocol: 1, sentAt: 1, sessionId: id, reports: [], holderFacts: [] }

/** Bodies of POST /reports that are refused as a whole: nothing could be answered about their parts. */
export const HOSTILE_BODIES: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no JSON', 'reports=1'],
  ['half of a JSON text', '{"protocol":1,'],
  ['null', 'null'],
  ['a list', '[]'],
  ['text', '"reports"'],
  ['an empty object', '{}'],
  ['no protocol', JSON.stringify({ ...batch, protocol: undefined })],
  ['a protocol that is text', JSON.stringify({ ...batch, protocol: '1' })],
  ['a protocol of the far future', JSON.stringify({ ...batch, protocol: 999 })],
  ['no time of sending', JSON.stringify({ ...batch, sentAt: undefined })],
  ['a time before time', JSON.stringify({ ...batch, sentAt: -1 })],
  ['a time beyond time', `${JSON.stringify(batch).slice(0, -1)},"sentAt":1e999}`],
  ['a session that is no UUID', JSON.stringify({ ...batch, sessionId: 'me' })],
  ['reports that are no list', JSON.stringify({ ...batch, reports: {} })],
  ['reports beyond measure', JSON.stringify({ ...batch, reports: Array.from({ length: 1_001 }, () => report) })],
  ['a report that is null', JSON.stringify({ ...batch, reports: [null] })],
  ['a report without a run', JSON.stringify({ ...batch, reports: [{ ...report, flowRunId: undefined }] })],
  ['a run that is no UUID', JSON.stringify({ ...batch, reports: [{ ...report, flowRunId: '../../etc/passwd' }] })],
  ['a report without a number', JSON.stringify({ ...batch, reports: [{ ...report, n: undefined }] })],
  ['the number 0', JSON.stringify({ ...batch, reports: [{ ...report, n: 0 }] })],
  ['a number with a fraction', JSON.stringify({ ...batch, reports: [{ ...report, n: 1.5 }] })],
  ['an epoch beyond an integer', JSON.stringify({ ...batch, reports: [{ ...report, epoch: 2 ** 40 }] })],
  ['a token that is an object', JSON.stringify({ ...batch, reports: [{ ...report, runToken: {} }] })],
  ['a holder fact of an unknown kind', JSON.stringify({ ...batch, holderFacts: [{ kind: 'promoted', flowRunId: id, epoch: 1 }] })],
  ['a holder fact without a run', JSON.stringify({ ...batch, holderFacts: [{ kind: 'killed', epoch: 1 }] })],
]

const state = { id, type: 'RUNNING', name: 'Running', timestamp: 1, message: null, details: {} }
const event = eventFact(id, { eventId: id, time: 1 })
const task = {
  kind: 'task-run',
  taskRunId: id,
  flowRunId: id,
  name: 't',
  taskKey: 't',
  dynamicKey: '0',
  tags: [],
  runCount: 1,
  states: [state],
  startTime: 1,
  endTime: null,
  runTime: 0,
  upstream: [],
  parentTaskRunId: null,
}

/** Facts that are refused, and nothing else with them. */
export const HOSTILE_FACTS: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['text', 'completed'],
  ['no kind', {}],
  ['an unknown kind', { kind: 'sudo' }],
  ['a state of an unknown type', { kind: 'flow-run-state', runCount: 1, state: { ...state, type: 'DONE' } }],
  ['a state without an id', { kind: 'flow-run-state', runCount: 1, state: { ...state, id: undefined } }],
  ['a state without a name', { kind: 'flow-run-state', runCount: 1, state: { ...state, name: '' } }],
  ['a state with a timestamp as text', { kind: 'flow-run-state', runCount: 1, state: { ...state, timestamp: '2026-01-01' } }],
  ['a run count below 0', { kind: 'flow-run-state', runCount: -1, state }],
  ['a release that is text', { kind: 'flow-run-state', runCount: 1, state, release: 'yes' }],
  ['a task run without states', { ...task, states: [] }],
  ['a task run with upstream that is no run', { ...task, upstream: ['everything'] }],
  ['a task run of a negative time', { ...task, runTime: -5 }],
  ['a task run with tags that are no text', { ...task, tags: ['a', 7] }],
  ['log lines of an unknown level', { kind: 'logs', flowRunId: id, lines: [{ time: 1, level: 'fatal', message: 'x' }] }],
  ['log lines that are no list', { kind: 'logs', flowRunId: id, lines: 'x' }],
  [
    'an artifact with a key that is a path',
    { kind: 'artifact', artifactId: id, flowRunId: id, taskRunId: null, key: '../x', type: 'markdown', description: null, data: '', time: 1 },
  ],
  [
    'an artifact above its limit',
    {
      kind: 'artifact',
      artifactId: id,
      flowRunId: id,
      taskRunId: null,
      key: 'x',
      type: 'markdown',
      description: null,
      data: 'x'.repeat(600_000),
      time: 1,
    },
  ],
  [
    'an artifact as deep as a well',
    {
      kind: 'artifact',
      artifactId: id,
      flowRunId: id,
      taskRunId: null,
      key: 'x',
      type: 'table',
      description: null,
      data: JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`),
      time: 1,
    },
  ],
  ['an event without a resource', { ...event, resource: undefined }],
  ['an event whose name is a list', { ...event, name: ['a'] }],
  ['an event with labels that are no texts', { ...event, resource: { id: 'x', labels: { a: { b: 1 } } } }],
  ['an event that is related to everything', { ...event, related: Array.from({ length: 101 }, () => ({ id: 'x', role: 'y' })) }],
  ['an event above its limit', { ...event, payload: { text: 'x'.repeat(600_000) } }],
  ['an event of a time that is text', { ...event, occurred: '2026-01-01' }],
  [
    'a child run whose parameters are a list',
    {
      kind: 'child-flow-run',
      flowRunId: id,
      parentFlowRunId: id,
      parentTaskRunId: null,
      flowName: 'f',
      name: 'n',
      parameters: [],
      tags: [],
      runCount: 1,
      createdAt: 1,
      states: [],
    },
  ],
]
