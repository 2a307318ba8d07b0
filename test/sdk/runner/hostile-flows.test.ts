/** Flow files that go wrong in every way: each run ends FAILED (or as its code asked) with a sentence that names the place, and the runner lives on. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedRunner, startRunner } from '../support/runner-process.ts'

const flowOf = (body: string, options = `{ name: 'f' }`) =>
  `import { flow, task } from 'weirflow'\nexport const f = flow(${options}, async (parameters: any) => { ${body} })\n`

const ZOD = import.meta.resolve('zod')

const FILES: Record<string, string> = {
  'good.ts': flowOf('return 1'),
  'syntax.ts': 'export const f = (',
  'enum.ts': `enum Color { Red }\n${flowOf('return Color.Red')}`,
  'decorator.ts': `function d(x: any) { return x }\n@d class A {}\n${flowOf('return 1')}`,
  'throws.ts': 'throw new RangeError("at import")',
  'throws-null.ts': 'throw null',
  'throws-proxy.ts':
    'throw new Proxy({}, { get() { throw new Error("trap") }, has() { throw new Error("trap") }, getPrototypeOf() { throw new Error("trap") } })',
  'missing-package.ts': `import 'no-such-package-anywhere'\n${flowOf('return 1')}`,
  'missing-file.ts': `import './no-such-file.ts'\n${flowOf('return 1')}`,
  'other-names.ts': `${flowOf('return 1')}export const other = 3\n`,
  'no-flow.ts':
    'export const f = 1\nexport const g = [1]\nexport const h = null\nexport default {}\nexport function plain() {}\nexport let later: unknown\n',
  'task.ts': `import { task } from 'weirflow'\nexport const f = task({ name: 't' }, () => 1)\n`,
  'bad-options.ts': `import { flow } from 'weirflow'\nexport const f = flow({ name: 'a/b' }, () => 1)\n`,
  'unknown-option.ts': `import { flow } from 'weirflow'\nexport const f = flow({ name: 'f', retires: 3 } as never, () => 1)\n`,
  'empty.ts': '',
  'data.json': '{}',
  'schema.ts': `import { flow } from 'weirflow'\nimport { z } from '${ZOD}'\nexport const f = flow({ name: 'f', parameters: z.object({ n: z.number(), list: z.array(z.string()) }) }, () => 1)\n`,
  'schema-throws.ts': `import { flow } from 'weirflow'\nconst schema = { '~standard': { version: 1, vendor: 'x', validate() { throw new Error('schema broke') } } }\nexport const f = flow({ name: 'f', parameters: schema as never }, () => 1)\n`,
  'deep.ts': flowOf('const dive = (): number => dive() + 1; return dive()'),
  'throws-text.ts': flowOf(`throw 'just text'`),
  'throws-undefined.ts': flowOf('throw undefined'),
  'throws-getter.ts': flowOf(
    'throw { get message() { throw new Error("trap") }, get name() { throw new Error("trap") }, get stack() { throw new Error("trap") } }',
  ),
  'throws-huge.ts': flowOf('throw new Error("x".repeat(5_000_000))'),
  'throws-cycle.ts': flowOf('const error: any = new Error("round"); error.cause = error; throw error'),
  'returns-odd.ts': flowOf('const odd: any = { f() {}, s: Symbol("s"), b: 1n }; odd.self = odd; return odd'),
  'returns-thenable.ts': flowOf('return { then(_: unknown, reject: (error: Error) => void) { reject(new Error("from a thenable")) } }'),
  'frozen.ts': flowOf('Object.freeze(Object.prototype); return { a: 1 }'),
  'pollutes.ts': flowOf('return parameters'),
  'hooks.ts': flowOf('return 1', `{ name: 'f', onCompletion: [() => { throw null }], onRunning: [async () => { throw new Error('hook') }] }`),
  'chdir.ts': flowOf('process.chdir("/"); return process.cwd()'),
  'stdout.ts': flowOf('process.stdout.end(); console.log("gone"); await new Promise(() => {})'),
  'afterwards.ts': flowOf('setImmediate(() => { throw new Error("too late") }); return 1'),
  'late-rejection.ts': flowOf(
    'const future = task({ name: "t" }, async () => { throw new Error("unheard") }).submit(); await new Promise((resolve) => setTimeout(resolve, 20)); return future.state.name',
  ),
}

let runner: StartedRunner & Disposable
beforeAll(async () => {
  runner = startRunner(FILES)
  mkdirSync(join(runner.folder, 'folder.ts'))
  symlinkSync(join(runner.folder, 'nowhere.ts'), join(runner.folder, 'dangling.ts'))
  await runner.heard('ready')
})
afterAll(() => runner[Symbol.dispose]())

/** Runs an entrypoint in the same runner as all the others. */
async function endOf(entrypoint: string, parameters: object = {}, path?: string) {
  const { flowRunId } = runner.run(entrypoint, { parameters, deployment: path === undefined ? { reuse: true } : { reuse: true, path } })
  const { stateType, spoolLeft } = await runner.heard('finished', (message) => message.flowRunId === flowRunId)
  const facts = runner.reports.filter((report) => report.flowRunId === flowRunId).flatMap((report) => report.facts)
  const state = facts.findLast((fact) => fact.kind === 'flow-run-state')?.state
  expect(spoolLeft).toBe(false)
  expect(state?.type).toBe(stateType)
  return {
    type: stateType,
    message: state?.message ?? '',
    error: state?.details.error,
    started: facts.some((fact) => fact.kind === 'flow-run-state' && fact.state.type === 'RUNNING'),
  }
}

const CANNOT_LOAD: [string, string, string][] = [
  ['a file that is not there', 'nowhere.ts:f', 'there is no file'],
  ['a folder', 'folder.ts:f', 'is no file'],
  ['a link to nothing', 'dangling.ts:f', 'there is no file'],
  ['a file that is no module', 'data.json:f', 'no JavaScript or TypeScript module'],
  ['an entrypoint without an export', 'good.ts', 'no FILE:EXPORT'],
  ['an entrypoint without a file', ':f', 'no FILE:EXPORT'],
  ['an empty entrypoint', '', 'no FILE:EXPORT'],
  ['a file with an error of syntax', 'syntax.ts:f', 'SyntaxError'],
  ['a decorator without a compiler', 'decorator.ts:f', 'has decorators, which need a compiler'],
  ['a module that throws', 'throws.ts:f', 'threw while it was imported: RangeError: at import'],
  ['a module that throws null', 'throws-null.ts:f', 'threw while it was imported'],
  ['a module that throws something untouchable', 'throws-proxy.ts:f', 'threw while it was imported'],
  ['a package that is not installed', 'missing-package.ts:f', 'no-such-package-anywhere'],
  ['an import of a file that is not there', 'missing-file.ts:f', 'no-such-file.ts'],
  ['an export that is not there', 'other-names.ts:etl', 'has no export "etl"; its flows are f'],
  ['a name every object has', 'good.ts:toString', 'has no export "toString"'],
  ['an empty module', 'empty.ts:f', 'none of them is a flow'],
  ['a number', 'no-flow.ts:f', 'is a number, not a flow'],
  ['a list', 'no-flow.ts:g', 'is a list, not a flow'],
  ['null', 'no-flow.ts:h', 'is null, not a flow'],
  ['an object', 'no-flow.ts:default', 'is an object, not a flow'],
  ['a plain function', 'no-flow.ts:plain', 'is a function, not a flow'],
  ['an export without a value', 'no-flow.ts:later', 'is undefined, not a flow'],
  ['a task', 'task.ts:f', 'is a task, not a flow'],
  ['a flow with a forbidden name', 'bad-options.ts:f', 'must not contain'],
  ['a flow with a misspelt option', 'unknown-option.ts:f', 'has no option "retires"'],
]

test.each(CANNOT_LOAD)('%s in place of a flow ends the run FAILED with the reason, before it starts', async (_what, entrypoint, expected) => {
  const end = await endOf(entrypoint)
  expect(end.type).toBe('FAILED')
  expect(end.message).toContain(expected)
  expect(end.message).toContain('cannot load')
  expect(end.started).toBe(false)
})

test('a folder that is not there ends the run FAILED', async () => {
  expect(await endOf('good.ts:f', {}, join(runner.folder, 'gone'))).toMatchObject({
    type: 'FAILED',
    message: expect.stringContaining('cannot be entered'),
  })
})

test('parameters that do not match end the run FAILED with every issue, before it starts', async () => {
  const end = await endOf('schema.ts:f', { n: 'one', list: [1] })
  expect(end).toMatchObject({ type: 'FAILED', started: false })
  expect(end.message).toMatch(/n: .*list\.0: /)
})

test('a schema that throws ends the run FAILED', async () => {
  expect(await endOf('schema-throws.ts:f')).toMatchObject({ type: 'FAILED', message: expect.stringContaining('schema broke') })
})

const FAILS: [string, string, string][] = [
  ['recursion without end', 'deep.ts:f', 'RangeError: Maximum call stack'],
  ['a thrown text', 'throws-text.ts:f', 'just text'],
  ['a thrown undefined', 'throws-undefined.ts:f', 'undefined'],
  ['a thrown object that throws when it is read', 'throws-getter.ts:f', 'cannot be shown'],
  ['an error that is its own cause', 'throws-cycle.ts:f', 'round'],
  ['a thenable that rejects', 'returns-thenable.ts:f', 'from a thenable'],
]

test.each(FAILS)('%s ends the run FAILED', async (_what, entrypoint, expected) => {
  const end = await endOf(entrypoint)
  expect(end).toMatchObject({ type: 'FAILED', started: true })
  expect(end.message).toContain(expected)
})

test('a message of megabytes is cut', async () => {
  const end = await endOf('throws-huge.ts:f')
  expect(end.type).toBe('FAILED')
  expect(end.message.length).toBeLessThanOrEqual(1_000)
  expect(end.error?.message.length).toBeLessThanOrEqual(8_192)
})

test.each([
  ['a value that no JSON can hold', 'returns-odd.ts:f'],
  ['hooks that throw', 'hooks.ts:f'],
  ['a changed working directory', 'chdir.ts:f'],
  ['a failed task that nobody awaits', 'late-rejection.ts:f'],
])('%s does not keep the run from completing', async (_what, entrypoint) => {
  expect(await endOf(entrypoint)).toMatchObject({ type: 'COMPLETED' })
})

test('a parameter called __proto__ is a parameter', async () => {
  expect(await endOf('pollutes.ts:f', JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'))).toMatchObject({ type: 'COMPLETED' })
  expect(await endOf('good.ts:f')).toMatchObject({ type: 'COMPLETED' })
})

test('a flow that freezes the prototypes of the process completes, and so do runs after it', async () => {
  expect(await endOf('frozen.ts:f')).toMatchObject({ type: 'COMPLETED' })
  expect(await endOf('good.ts:f')).toMatchObject({ type: 'COMPLETED' })
})

test('a flow that breaks the process ends CRASHED with what happened', async () => {
  using own = startRunner({ 'stdout.ts': FILES['stdout.ts'] as string })
  await own.heard('ready')
  own.run('stdout.ts:f')
  expect((await own.exited).code).toBe(1)
  expect(own.states().at(-1)).toMatchObject({ type: 'CRASHED', message: expect.stringContaining('write after end') })
})

test('a flow that had ended when its process broke keeps its end, and it is told', async () => {
  using own = startRunner({ 'afterwards.ts': FILES['afterwards.ts'] as string })
  await own.heard('ready')
  own.run('afterwards.ts:f')
  await own.exited
  expect(own.stderr()).toContain('too late')
  expect(own.states().at(-1)).toMatchObject({ type: 'COMPLETED' })
  expect(existsSync(own.spools) ? readdirSync(own.spools) : []).toEqual([])
})
