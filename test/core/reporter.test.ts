import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from '../../core/limits.ts'
import type { Directive, Fact, LogFact, LogLevel, RunAnswer, RunReport, TaskRunFact } from '../../core/protocol/reports.ts'
import { MAX_REPORT_BYTES } from '../../core/protocol/version.ts'
import { Reporter, type ReporterStart } from '../../core/reporter.ts'
import { isFinal, type StateType } from '../../core/states.ts'
import { TIMINGS } from '../../core/timings.ts'
import { NOW, newId, stateOf } from './facts.ts'

const make = (start: Partial<ReporterStart> = {}) =>
  new Reporter({ flowRunId: 'run', epoch: 1, stateId: 'claimed', runToken: 'token', timings: TIMINGS, heartbeat: false, ...start })
const became = (type: StateType): Fact => ({ kind: 'flow-run-state', state: stateOf(type), runCount: 1 })
const line = (message: string, level: LogLevel = 'info'): LogFact => ({ kind: 'logs', flowRunId: 'run', lines: [{ time: NOW, level, message }] })
const task = (taskRunId: string, type: StateType): TaskRunFact => ({
  kind: 'task-run',
  taskRunId,
  flowRunId: 'run',
  name: 'task',
  taskKey: 'task',
  dynamicKey: '0',
  tags: [],
  runCount: 1,
  states: [stateOf(type)],
  startTime: null,
  endTime: null,
  runTime: 0,
  upstream: [],
  parentTaskRunId: null,
})
const answerOf = (acknowledged: number, directives: Directive[] = [], more: Partial<RunAnswer> = {}): RunAnswer => ({
  flowRunId: 'run',
  epoch: 1,
  acknowledged,
  stateId: `state-${acknowledged}`,
  stateType: 'RUNNING',
  fence: TIMINGS.fence,
  directives,
  ...more,
})
function send(reporter: Reporter, now = NOW): RunReport {
  const taken = reporter.take(now)
  if (taken?.kind !== 'send') throw new Error(`nothing to send: ${JSON.stringify(taken)}`)
  return taken.report
}
/** Sends the next batch, which is stored. */
function deliver(reporter: Reporter, now = NOW): RunReport {
  const report = send(reporter, now)
  reporter.onAnswer(answerOf(report.n), now)
  return report
}

test('batches are numbered from 1, and each names the state that the record last told of', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  expect(deliver(reporter)).toMatchObject({ n: 1, epoch: 1, stateId: 'claimed', runToken: 'token' })
  reporter.append(became('COMPLETED'))
  expect(deliver(reporter)).toMatchObject({ n: 2, stateId: 'state-1' })
  expect(reporter.isDelivered).toBe(true)
})

test('a state of the run leaves at once, everything else with the next batch', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  deliver(reporter)
  reporter.append(line('hello'))
  expect(reporter.due(NOW)).toBe(NOW + TIMINGS.reportInterval)
  expect(reporter.take(NOW)).toBeNull()
  reporter.append(became('COMPLETED'))
  expect(reporter.due(NOW)).toBe(NOW)
})

test('while somebody watches, batches leave ten times as often, until the watch is over', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  const report = send(reporter)
  reporter.onAnswer(answerOf(report.n, [{ kind: 'watch', until: NOW + TIMINGS.watch }]), NOW)
  reporter.append(line('hello'))
  expect(reporter.due(NOW)).toBe(NOW + TIMINGS.reportIntervalWatched)
  expect(reporter.due(NOW + TIMINGS.watch)).toBe(NOW + TIMINGS.reportInterval)
})

test('one batch is in flight; without an answer the same goes again, under the same number', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  const first = structuredClone(send(reporter))
  reporter.append(became('COMPLETED'))
  expect(reporter.due(NOW)).toBeNull()
  reporter.onFailure(NOW, 1)
  expect(reporter.due(NOW)).toBeGreaterThan(NOW)
  expect(send(reporter, NOW + 60_000)).toEqual(first)
})

test('the wait after failures grows, and is bounded', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  const waits = Array.from({ length: 12 }, () => {
    send(reporter, NOW + 1e9)
    reporter.onFailure(NOW, 1)
    return (reporter.due(NOW) ?? 0) - NOW
  })
  expect(waits[0]).toBe(500)
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits)
  expect(waits.at(-1)).toBe(10_000)
})

test('an answer for another run or epoch is no answer', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  const { n } = send(reporter)
  expect(reporter.onAnswer(answerOf(n, [{ kind: 'stop', reason: '' }], { epoch: 2 }), NOW)).toEqual([])
  expect(reporter.stopped).toBeNull()
  expect(reporter.isDelivered).toBe(false)
})

test('a task run that changes often is told once, as it stands; a state of the run between two changes separates them', () => {
  const reporter = make()
  reporter.append(task('a', 'RUNNING'))
  reporter.append(task('a', 'COMPLETED'))
  reporter.append(became('RUNNING'))
  reporter.append(task('a', 'FAILED'))
  const kinds = deliver(reporter).facts.map((fact) => (fact.kind === 'task-run' ? fact.states[0]?.type : fact.kind))
  expect(kinds).toEqual(['COMPLETED', 'flow-run-state', 'FAILED'])
})

test('lines of a run share a fact', () => {
  const reporter = make()
  for (const message of ['a', 'b', 'c']) reporter.append(line(message))
  const { facts } = deliver(reporter)
  expect(facts).toHaveLength(1)
  expect(facts[0]).toMatchObject({ lines: [{ message: 'a' }, { message: 'b' }, { message: 'c' }] })
})

test('a part that is too large for the record is cut before it is sent, and that is said once, however often the fact comes', () => {
  const reporter = make()
  const states = Array.from({ length: LIMITS.states + 3 }, (_, n) => ({ ...stateOf('RUNNING'), timestamp: NOW + n }))
  reporter.append({ ...task('t', 'RUNNING'), states })
  reporter.append({ ...task('t', 'RUNNING'), states: [...states, stateOf('COMPLETED')] })
  const { facts } = send(reporter)
  expect(facts).toMatchObject([
    { kind: 'task-run', taskRunId: 't' },
    { kind: 'logs', lines: [{ level: 'warn', source: 'weir', message: 'Of task run task: only the last 500 of 503 states are stored' }] },
  ])
  expect((facts[0] as TaskRunFact).states).toHaveLength(LIMITS.states)
  expect((facts[0] as TaskRunFact).states.at(-1)?.type).toBe('COMPLETED')
})

test('a state of the run is sent whatever its author put into it', () => {
  const reporter = make()
  reporter.append({ kind: 'flow-run-state', runCount: 1, state: { ...stateOf('FAILED'), name: 'n'.repeat(400), message: 'm'.repeat(6_000_000) } })
  const [fact] = send(reporter).facts
  expect(fact).toMatchObject({ kind: 'flow-run-state', state: { type: 'FAILED' } })
  expect(JSON.stringify(fact).length).toBeLessThan(5_000)
})

test.each([
  ['control characters', '\u0001'],
  ['letters of three bytes', '語'],
])('batches of nothing but %s stay within what one request may carry', (_, letter) => {
  const reporter = make()
  const states = Array.from({ length: 10 }, () => ({ ...stateOf('RUNNING'), message: letter.repeat(LIMITS.stateMessage) }))
  for (let n = 0; n < 60; n++) reporter.append(line(letter.repeat(LIMITS.logMessage)))
  for (let n = 0; n < 60; n++) reporter.append({ ...task(`t${n}`, 'RUNNING'), states })
  for (let batch = 1; ; batch++) {
    const taken = reporter.take(NOW + batch * TIMINGS.reportInterval)
    if (taken?.kind !== 'send') break
    expect(Buffer.byteLength(JSON.stringify(taken.report))).toBeLessThan(MAX_REPORT_BYTES)
    reporter.onAnswer(answerOf(batch), NOW + batch * TIMINGS.reportInterval)
  }
  expect(reporter.pendingBytes).toBe(0)
})

test.each(['x', '語', '\u0001'])('batches of log lines pass gateways that take bodies of a mebibyte: %j', (letter) => {
  const reporter = make()
  for (let n = 0; n < 3_000; n++) reporter.append(line(letter.repeat(1_000)))
  const taken = reporter.take(NOW)
  expect(Buffer.byteLength(JSON.stringify(taken))).toBeLessThan(1024 ** 2 - 100_000)
})

test('a large pile leaves in several batches', () => {
  const reporter = make({ maxBatchBytes: 2_000 })
  for (let index = 0; index < 10; index++) reporter.append(task(`task-${index}`, 'COMPLETED'))
  const counts: number[] = []
  while (!reporter.isDelivered) counts.push(deliver(reporter, NOW + counts.length * 10_000).facts.length)
  expect(counts.length).toBeGreaterThan(3)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10)
})

test('told to stop, it forgets everything and takes nothing more', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  reporter.append(line('hello'))
  reporter.onDirective({ kind: 'stop', reason: 'over' }, NOW)
  reporter.append(became('COMPLETED'))
  expect(reporter).toMatchObject({ stopped: 'over', isDelivered: true, pendingBytes: 0 })
  expect(reporter.due(NOW)).toBeNull()
})

test('told to back off, it sends nothing for so long; told to cancel, it knows', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  reporter.onDirective({ kind: 'back-off', delay: 5_000 }, NOW)
  reporter.onDirective({ kind: 'cancel' }, NOW)
  expect(reporter.due(NOW)).toBe(NOW + 5_000)
  expect(reporter.cancelRequested).toBe(true)
})

test('a fresh token is used from the next batch on', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  reporter.onAnswer(answerOf(send(reporter).n, [], { runToken: 'fresh' }), NOW)
  reporter.append(became('COMPLETED'))
  expect(send(reporter).runToken).toBe('fresh')
})

test('a runner that holds its run itself is heard also when it has nothing to tell', () => {
  const reporter = make({ heartbeat: true })
  expect(deliver(reporter).facts).toEqual([])
  expect(make().due(NOW)).toBeNull()
  const { runnerHeartbeat, runnerLook, reportInterval } = TIMINGS
  // Meanwhile it asks whether it is to stop, with a number that is stored already.
  expect(reporter.due(NOW)).toBe(NOW + runnerLook)
  const look = send(reporter, NOW + runnerLook)
  expect([look.n, look.facts]).toEqual([1, []])
  expect(reporter.due(NOW + runnerLook)).toBeNull()
  reporter.onAnswer(answerOf(1, [{ kind: 'cancel' }]), NOW + runnerLook)
  expect([reporter.cancelRequested, reporter.isDelivered]).toEqual([true, true])
  // What there is to tell does not wait for looks; one that nobody answers is no batch that goes again.
  reporter.append(line('x'))
  expect(reporter.due(NOW + runnerLook)).toBe(NOW + reportInterval)
  expect(deliver(reporter, NOW + runnerLook).n).toBe(2)
  const begun = NOW + runnerLook
  send(reporter, begun + runnerLook)
  reporter.onFailure(begun + runnerLook, 0)
  expect(reporter.isDelivered).toBe(true)
  for (let at = begun + 2 * runnerLook; at < begun + runnerHeartbeat; at += runnerLook) expect(deliver(reporter, at).n).toBe(2)
  expect(deliver(reporter, begun + runnerHeartbeat).n).toBe(3)
})

test('a run that began without the API brings its creation with the first batch only', () => {
  const creation = { flowName: 'flow', name: 'run', parameters: {}, tags: [], createdAt: NOW }
  const reporter = make({ creation })
  reporter.append(became('RUNNING'))
  expect(deliver(reporter).creation).toEqual(creation)
  reporter.append(became('COMPLETED'))
  expect(deliver(reporter)).not.toHaveProperty('creation')
})

test('a state counts as acknowledged when its batch is', () => {
  const reporter = make()
  const running = stateOf('RUNNING')
  reporter.append({ kind: 'flow-run-state', state: running, runCount: 1 })
  expect(reporter.isAcknowledged(running.id)).toBe(false)
  const { n } = send(reporter)
  expect(reporter.isAcknowledged(running.id)).toBe(false)
  reporter.onAnswer(answerOf(n), NOW)
  expect(reporter.isAcknowledged(running.id)).toBe(true)
})

test('what lies in the spool goes first, in its order, and what came later follows', () => {
  const reporter = make({ maxMemoryBytes: 100 })
  reporter.append(became('RUNNING'))
  reporter.append(line('x'.repeat(200)))
  expect(reporter.wantsToSpill).toBe(true)
  const spooled = reporter.spill()
  reporter.append(became('COMPLETED'))
  expect(reporter.take(NOW)).toEqual({ kind: 'load', n: 1 })
  for (const batch of spooled) {
    if (reporter.take(NOW)?.kind === 'load') reporter.loaded(batch)
    expect(deliver(reporter)).toMatchObject({ n: batch.n, facts: batch.facts })
  }
  expect(deliver(reporter)).toMatchObject({ n: spooled.length + 1, facts: [{ state: { type: 'COMPLETED' } }] })
})

test('a runner that must end leaves its batches numbered, and whoever finds them delivers them', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  send(reporter)
  reporter.append(became('COMPLETED'))
  const { first, rest } = reporter.leave()
  const batches = [...(first ? [first] : []), ...rest]
  expect(batches.map(({ n }) => n)).toEqual([1, 2])
  const finder = make()
  finder.adopt(batches.map(({ n }) => ({ n, bytes: 1 })))
  for (const batch of batches) {
    expect(finder.take(NOW)).toEqual({ kind: 'load', n: batch.n })
    finder.loaded(batch)
    expect(deliver(finder)).toMatchObject({ n: batch.n, facts: batch.facts })
  }
  expect(finder.isDelivered).toBe(true)
})

test('a reporter that is asked to speaks once, though it has nothing to say', () => {
  const reporter = make()
  reporter.append(became('RUNNING'))
  deliver(reporter)
  expect(reporter.due(NOW)).toBe(null)
  reporter.ask()
  expect(deliver(reporter)).toMatchObject({ n: 2, facts: [] })
  expect(reporter.due(NOW)).toBe(null)
})

test('of a spool that was taken up only what the record does not have yet is sent', () => {
  const finder = make()
  finder.adopt([6, 7, 8, 9, 10, 11].map((n) => ({ n, bytes: 1 })))
  expect(finder.take(NOW)).toEqual({ kind: 'load', n: 6 })
  finder.loaded({ n: 6, facts: [became('RUNNING')] })
  expect(send(finder).n).toBe(6)
  finder.onAnswer(answerOf(10), NOW)
  expect(finder.take(NOW)).toEqual({ kind: 'load', n: 11 })
  finder.loaded({ n: 11, facts: [became('COMPLETED')] })
  expect(deliver(finder)).toMatchObject({ n: 11 })
  expect(finder.isDelivered).toBe(true)
  expect(finder.spilledBytes).toBe(0)
})

test('a record that was restored from a backup is told again from where it stands', () => {
  const reporter = make()
  for (const type of ['RUNNING', 'PAUSED'] as const) {
    reporter.append(became(type))
    deliver(reporter)
  }
  reporter.append(became('COMPLETED'))
  expect(send(reporter).n).toBe(3)
  reporter.onAnswer(answerOf(0), NOW)
  expect(send(reporter)).toMatchObject({ n: 1, facts: [{ state: { type: 'COMPLETED' } }] })
})

test('when memory and spool are full, debug lines go first; errors and states stay', () => {
  const reporter = make({ maxBytes: 4_000 })
  for (let index = 0; index < 100; index++) reporter.append(line(`debug ${index}`, 'debug'))
  expect(reporter.droppedLines).toBeGreaterThan(50)
  expect(reporter.pendingBytes).toBeLessThanOrEqual(3_000)
  for (let index = 0; index < 10; index++) reporter.append(line(`important ${index}`, 'error'))
  reporter.append(became('COMPLETED'))
  const { facts } = deliver(reporter)
  const lines = facts.flatMap((fact) => (fact.kind === 'logs' ? fact.lines : []))
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(10)
  expect(facts.filter((fact) => fact.kind === 'flow-run-state' && isFinal(fact.state.type))).toHaveLength(1)
})

test('an error takes the place of debug lines that wait', () => {
  const reporter = make({ maxBytes: 2_000 })
  for (let index = 0; index < 14; index++) reporter.append(line(`debug ${index}`, 'debug'))
  for (let index = 0; index < 14; index++) reporter.append(line(`important ${index}`, 'error'))
  const lines = deliver(reporter).facts.flatMap((fact) => (fact.kind === 'logs' ? fact.lines : []))
  expect(lines.filter(({ level }) => level === 'debug')).toEqual([])
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(14)
})

test('how many lines were dropped is told once, when there is room again', () => {
  const reporter = make({ maxBytes: 4_000 })
  for (let index = 0; index < 100; index++) reporter.append(line(`debug ${index}`, 'debug'))
  const dropped = reporter.droppedLines
  deliver(reporter)
  reporter.append(line('after'))
  reporter.append(line('later'))
  const lines = deliver(reporter, NOW + 10_000).facts.flatMap((fact) => (fact.kind === 'logs' ? fact.lines : []))
  expect(lines.map(({ message }) => message)).toEqual([`${dropped} log lines were dropped here: the spool was full`, 'after', 'later'])
  expect(lines[0]).toMatchObject({ level: 'warn', source: 'weir' })
})

test('whatever gets lost on the way: the record ends with every state, in order, and each batch once', () => {
  const step = fc.oneof(
    fc.constantFrom('state' as const, 'line' as const, 'task' as const, 'spill' as const).map((append) => ({ append })),
    fc.constantFrom('arrives' as const, 'lost' as const, 'answer lost' as const).map((network) => ({ network })),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const reporter = make({ maxBatchBytes: 600 })
      const told: string[] = []
      const stored: { n: number; content: string; states: string[] }[] = []
      const disk = new Map<number, { n: number; facts: Fact[] }>()
      let now = NOW
      const exchange = (network: 'arrives' | 'lost' | 'answer lost') => {
        now += 60_000
        let taken = reporter.take(now)
        if (taken?.kind === 'load') {
          reporter.loaded(disk.get(taken.n) ?? { n: -1, facts: [] })
          taken = reporter.take(now)
        }
        if (taken?.kind !== 'send') return
        const { n, facts } = taken.report
        const last = stored.at(-1)?.n ?? 0
        expect(n).toBeLessThanOrEqual(last + 1)
        if (network !== 'lost') {
          const content = JSON.stringify(facts)
          const before = stored.find((one) => one.n === n)
          if (before) expect(content).toBe(before.content)
          else stored.push({ n, content, states: facts.flatMap((fact) => (fact.kind === 'flow-run-state' ? [fact.state.id] : [])) })
        }
        if (network === 'arrives') reporter.onAnswer(answerOf(stored.at(-1)?.n ?? 0), now)
        else reporter.onFailure(now, 0.5)
      }
      for (const one of steps) {
        if ('network' in one) exchange(one.network)
        else if (one.append === 'state') {
          const fact = became('RUNNING')
          if (fact.kind === 'flow-run-state') told.push(fact.state.id)
          reporter.append(fact)
        } else if (one.append === 'line') reporter.append(line(newId()))
        else if (one.append === 'task') reporter.append(task(newId(), 'COMPLETED'))
        else for (const batch of reporter.spill()) disk.set(batch.n, structuredClone(batch))
      }
      for (let turn = 0; turn < 200 && !reporter.isDelivered; turn++) exchange('arrives')
      expect(reporter.isDelivered).toBe(true)
      expect(stored.flatMap(({ states }) => states)).toEqual(told)
      expect(stored.map(({ n }) => n)).toEqual(stored.map((_, index) => index + 1))
      expect(reporter.pendingBytes).toBe(0)
      expect(reporter.spilledBytes).toBe(0)
    }),
    { numRuns: 400 },
  )
})
