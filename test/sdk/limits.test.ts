/** Flows that go beyond each limit, run as authors run them: whatever is too large, the run and its final state reach the record. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LIMITS } from '../../core/limits.ts'
import type { ArtifactFact, ChildFlowRunFact, Fact, LogLine, TaskRunFact } from '../../core/protocol/reports.ts'
import { startReportsServer } from './support/reports-server.ts'
import { makeScriptHome } from './support/script.ts'

let record: Awaited<ReturnType<typeof startReportsServer>>
let home: ReturnType<typeof makeScriptHome>
beforeAll(async () => {
  record = await startReportsServer()
  home = makeScriptHome()
})
afterAll(async () => {
  home[Symbol.dispose]()
  await record.close()
})

/** What the record has of one run. */
class Stored {
  readonly facts: Fact[]
  constructor(facts: Fact[]) {
    this.facts = facts
  }
  task(name: string): TaskRunFact {
    return this.facts.findLast((fact) => fact.kind === 'task-run' && fact.name.startsWith(name)) as TaskRunFact
  }
  get lines(): LogLine[] {
    return this.facts.flatMap((fact) => (fact.kind === 'logs' ? fact.lines : []))
  }
  get warnings(): string[] {
    return this.lines.flatMap(({ level, message, source }) => (level === 'warn' && source === 'weir' ? [message] : []))
  }
  get artifacts(): ArtifactFact[] {
    return this.facts.filter((fact) => fact.kind === 'artifact')
  }
  get children(): ChildFlowRunFact[] {
    return this.facts.filter((fact) => fact.kind === 'child-flow-run')
  }
}

interface Case {
  /** The flow's function, beside what it needs. */
  before?: string
  body: string
  parameters?: string
  ends?: 'COMPLETED' | 'FAILED'
  /** What the script prints: the value, or the code of the error. */
  prints?: string
  check(stored: Stored, creation: { parameters: object }): void
}

const CASES: Record<string, Case> = {
  'a task with 60 tags, and one with as many as there may be': {
    before: `const tags = (n) => Array.from({ length: n }, (_, at) => 't' + at)
      const some = task({ name: 'some', tags: tags(60) }, async () => 1)
      const most = task({ name: 'most', tags: tags(${LIMITS.tags}) }, async () => 2)`,
    body: 'await some(); return most()',
    check(stored) {
      expect(stored.task('some').tags).toHaveLength(60)
      expect(stored.task('most').tags).toHaveLength(LIMITS.tags)
      expect(stored.warnings).toEqual([])
    },
  },
  'a task whose name leaves no room for its number': {
    before: `const long = task({ name: 'n'.repeat(${LIMITS.name}) }, async () => 1)`,
    body: 'return long()',
    check: (stored) => expect(stored.task('nnn')).toMatchObject({ name: expect.stringMatching(/^n+… \(cut\)$/), states: { length: 3 } }),
  },
  'log fields of 100 KB': {
    body: `logger().info('loaded', { rows: 7, big: 'x'.repeat(100_000), last: true })`,
    check: (stored) =>
      expect(stored.lines.find(({ message }) => message === 'loaded')?.fields).toEqual({
        rows: 7,
        last: true,
        '… (cut)': expect.stringMatching(/^1 of 3 fields are not kept: at most 65536 bytes/),
      }),
  },
  'a log message of 100 KB': {
    body: `logger().info('y'.repeat(100_000))`,
    check: (stored) => expect(stored.lines.find(({ message }) => message.startsWith('yyy'))?.message).toMatch(/y … cut, \d+ characters more$/),
  },
  'parameters of 700 KB': {
    body: `throw new Error('it has started')`,
    parameters: `{ big: 'x'.repeat(700_000) }`,
    ends: 'FAILED',
    prints: 'parameters_too_large',
    check(stored, creation) {
      expect(creation.parameters).toEqual({ '… (not stored)': expect.stringContaining('683.6 KiB as JSON, and at most 512 KiB') })
      expect(stored.lines.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^parameters of flow "f" are too large to be recorded: .*683\.6 KiB/),
      ])
    },
  },
  'parameters of 700 KB for a subflow': {
    before: `const inner = flow({ name: 'inner' }, async () => 'never')`,
    body: `return inner({ big: 'x'.repeat(700_000) }).catch((error) => error.code)`,
    prints: 'parameters_too_large',
    check(stored) {
      expect(stored.children.flatMap(({ states }) => states.map(({ type }) => type))).toEqual(['FAILED'])
      expect(stored.task('inner').states.map(({ type }) => type)).toEqual(['FAILED'])
    },
  },
  'a task of 1,200 attempts': {
    before: `let n = 0
      const flaky = task({ name: 'flaky', retries: 1_300 }, async () => { if (++n < 1_200) throw new Error('again ' + 'x'.repeat(9_000)); return n })`,
    body: 'return flaky()',
    prints: '1200',
    check(stored) {
      const { runCount, states } = stored.task('flaky')
      expect(runCount).toBe(1_200)
      expect(states.length).toBeLessThanOrEqual(LIMITS.states)
      expect(states.at(-1)?.type).toBe('COMPLETED')
      expect(stored.warnings).toContainEqual(expect.stringMatching(/^Of task run flaky-0: only the last \d+ of \d+ states are stored$/))
    },
  },
  'a task over 10,001 futures': {
    before: `const one = task({ name: 'one' }, () => 1)
      const sum = task({ name: 'sum' }, (values) => values.length)`,
    body: 'return sum(one.map(Array.from({ length: 10_001 }, (_, n) => n)))',
    prints: '10001',
    check(stored) {
      const ids = new Set(stored.facts.flatMap((fact) => (fact.kind === 'task-run' ? [fact.taskRunId] : [])))
      expect(ids.size).toBe(10_002)
      expect(stored.task('sum').upstream).toHaveLength(LIMITS.upstream)
      expect(stored.warnings).toContainEqual('Of task run sum-0: only the first 10000 of 10001 upstream task runs are stored')
    },
  },
  'artifacts too large, too deep, and as they may be': {
    body: `let deep = {}
      for (let n = 0; n < 90; n++) deep = { deep }
      await artifacts.table({ key: 'deep', rows: [deep] })
      await artifacts.markdown({ key: 'fine', markdown: 'x', description: 'd'.repeat(9_000) })
      return artifacts.markdown({ key: 'big', markdown: 'x'.repeat(600_000) }).catch((error) => error.message)`,
    prints: 'artifact big has 585.9 KiB of data; at most 512 KiB are kept',
    check: (stored) => expect(stored.artifacts.map(({ key }) => key)).toEqual(['deep', 'fine']),
  },
  'a final state with a message of 6 MB': {
    body: `return Completed({ message: 'm'.repeat(6_000_000), data: 'ok' })`,
    prints: 'ok',
    check(stored) {
      expect(stored.lines.some(({ message }) => message.startsWith('completed in'))).toBe(true)
    },
  },
  'an error of many lines and of 6 MB': {
    before: `const breaks = task({ name: 'breaks' }, async () => { throw new RangeError('first\\nsecond\\nthird') })`,
    body: `await breaks().catch(() => {}); throw new Error('one\\ntwo ' + 'e'.repeat(6_000_000))`,
    ends: 'FAILED',
    prints: 'undefined',
    check(stored) {
      expect(stored.lines.find(({ taskRunId, level }) => taskRunId && level === 'error')?.message).toBe('failed: RangeError: first\nsecond\nthird')
      expect(stored.task('breaks').states.at(-1)?.message).toBe('RangeError: first')
      const told = stored.lines.find(({ taskRunId, level }) => !taskRunId && level === 'error')?.message
      expect(told).toMatch(/^failed: one\ntwo e+… \(cut\)$/)
    },
  },
}

test.each(Object.entries(CASES))(
  '%s: the run and its final state are in the record',
  async (_, { before = '', body, parameters = '{}', ends = 'COMPLETED', prints, check }) => {
    const first = record.stored.length
    const script = home.start(
      `// @ts-nocheck
import { artifacts, Completed, flow, logger, task } from 'weirflow'
${before}
const f = flow({ name: 'f' }, async () => { ${body} })
console.log(await f(${parameters}).catch((error) => error.code))
`,
      { WEIR_API_URL: record.url, WEIR_API_KEY: 'k', WEIR_TIME_SCALE: '1' },
    )
    const { code, stdout, stderr } = await script.exited
    expect(code, stderr).toBe(0)
    if (prints !== undefined) expect(stdout.trim()).toBe(prints)
    const reports = record.stored.slice(first)
    const facts = reports.flatMap((report) => report.facts)
    expect(reports[0]?.creation).toMatchObject({ flowName: 'f' })
    expect(facts.flatMap((fact) => (fact.kind === 'flow-run-state' ? [fact.state.type] : [])).at(-1)).toBe(ends)
    check(new Stored(facts), reports[0]?.creation as { parameters: object })
    expect(home.spools()).toEqual([])
  },
)

test.each([
  ['too many', `tags: Array.from({ length: ${LIMITS.tags + 1} }, (_, n) => 't' + n)`, 'tags of task "t" must be at most 500, and are 501'],
  ['too long', `tags: ['t'.repeat(256)]`, 'tags of task "t" must be a list of texts of 1 to 255 characters, and one is 256 long'],
])('tags that are %s are refused where they are written', async (_, options, message) => {
  const { code, stderr } = await home.start(`import { task } from 'weirflow'\ntask({ name: 't', ${options} }, () => 1)\n`).exited
  expect(code).toBe(1)
  expect(stderr).toContain(message)
})
