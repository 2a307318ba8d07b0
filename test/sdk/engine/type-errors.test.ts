/**
 * What an editor says about mistakes: at the argument that is wrong, and in words of a line or two. And what the page for authors who come from Prefect names is
 * there. One run of the compiler for all of them.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import * as weirflow from '../../../sdk/index.ts'
import * as testing from '../../../sdk/testing.ts'
import { wordsOfWeir } from '../../support/words-of-prefect.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin', 'tsc')

const BEGIN = `
import { type Duration, flow, pause, suspend, tags, task, type TaskFuture } from 'weirflow'
import { z } from 'zod'
const load = task({ name: 'load' }, async (city: string, { signal }) => ({ city, stopped: signal.aborted }))
const merge = task({ name: 'merge' }, (pages: { city: string }[], limit: number) => pages.length + limit)
type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
const keep = task({ name: 'keep' }, (value: Json) => value)
const etl = flow({ name: 'etl', parameters: z.object({ day: z.iso.date(), cities: z.array(z.string()) }) }, ({ cities }) => cities.length)
declare const count: TaskFuture<number>
`

/** Each line of author's code, and what is said about it: nothing, or words that its message contains. */
const LINES: [code: string, said: string | null][] = [
  [`export const rows: { city: string }[] = await Promise.all(load.map(['Oslo']))`, null],
  [`export const settled: PromiseSettledResult<{ city: string }>[] = await Promise.allSettled(load.map(['Oslo']))`, null],
  [`export const futures: TaskFuture<{ city: string }>[] = load.map(['Oslo'])`, null],
  [`await keep({ nested: [1, { deep: keep.submit('x') }] })`, null],
  [`await merge.submit(load.map(['Oslo']), count, { waitFor: [count] })`, null],
  [`export const tagged: number = await tags(['a', 'b'], () => etl({ day: '2026-01-01', cities: [] }))`, null],
  [`tags(['a'])`, `Expected 2 arguments, but got 1`],
  [`await load(1)`, `Argument of type 'number' is not assignable to parameter of type 'Accepted<string>'`],
  [`await load(count)`, `Argument of type 'TaskFuture<number>' is not assignable to parameter of type 'Accepted<string>'`],
  [`await load()`, `Expected 1 arguments, but got 0`],
  [`load.submit(count)`, `Argument of type 'TaskFuture<number>' is not assignable to parameter of type 'Accepted<string>'`],
  [`load.submit('Oslo', { waitfor: [count] })`, `'waitfor' does not exist in type 'SubmitOptions'`],
  [`load.map([1])`, `Type 'number' is not assignable to type 'Accepted<string>'`],
  [`load.map(keep.submit('a future of a list'))`, `is not assignable to parameter of type 'Mapped<string>'`],
  [`merge.map([[{ city: 'Oslo' }]], ['no number'])`, `Type 'string' is not assignable to type 'Accepted<number>'`],
  [`merge.map([[{ city: 'Oslo' }]])`, `Expected 2-3 arguments, but got 1`],
  [`export const text: string = await merge([], 1)`, `Type 'number' is not assignable to type 'string'`],
  [`export const late: string = await count`, `Type 'number' is not assignable to type 'string'`],
  [`await etl({ day: '2026-01-01' })`, `Property 'cities' is missing in type '{ day: string; }'`],
  [`await etl({ day: '2026-01-01', cities: 'Oslo' })`, `Type 'string' is not assignable to type`],
  [`await etl({ day: '2026-01-01', cities: [], city: 'Oslo' })`, `'city' does not exist in type '{ day: string; cities: string[]; }'`],
  [`flow({ name: 'x', parameters: { day: 'string' } }, () => 1)`, `'day' does not exist in type 'StandardSchemaV1<unknown, unknown>'`],
  [`flow({ name: 'x', onFailure: () => 1 }, () => 1)`, `Type '() => number' is not assignable to type 'FlowHook[]'`],
  [`flow({ name: 'x', onFailed: [] }, () => 1)`, `Did you mean to write 'onFailure'?`],
  [
    `flow({ name: 'x', parameters: z.object({ n: z.number() }), retries: { count: '3' } }, ({ n }) => n)`,
    `Type 'string' is not assignable to type 'number'`,
  ],
  [`flow({ name: 'x', parameters: z.object({ n: z.number() }) }, ({ day }) => day)`, `Property 'day' does not exist on type '{ n: number; }'`],
  [`flow({ name: 'x' }, (day: string, days: number) => day.repeat(days))`, `Type 'object' is not assignable to type 'string'`],
  [
    `flow({ name: 'x', runName: ({ parameters }) => parameters.n.toFixed(), parameters: z.object({ n: z.number() }) }, async ({ n }, { signal }) => n)`,
    null,
  ],
  [`flow({ name: 'x', runName: ({ parameters }) => parameters.day }, async ({ day, n = 3 }: { day: string; n?: number }) => day.repeat(n))`, null],
  [`export const made = <S extends z.ZodObject>(schema: S) => flow({ name: 'x', parameters: schema }, (given) => Object.keys(given))`, null],
  [`export const length: number = await made(z.object({ n: z.coerce.date() }))({ n: '2026' }).then((keys) => keys.length)`, null],
  [`task({ name: 'x', retry: 3 }, () => 1)`, `'retry' does not exist in type 'TaskOptions'`],
  [`task({ name: 'x', timeout: '1h30m', retries: { count: 3, delay: ['500ms', '1.5s', 2_000], jitter: 0.1 } }, () => 1)`, null],
  [
    `const part = { wait: 90 }; task({ name: 'x', timeout: \`\${part.wait}s\`, retries: { count: 1, delay: { initial: '1d12h', max: '2d' } } }, () => 1)`,
    null,
  ],
  [`task({ name: 'x', timeout: process.env['TIMEOUT'] as Duration }, () => 1)`, null],
  [`task({ name: 'x', timeout: '10 secnods' }, () => 1)`, `Type '"10 secnods"' is not assignable to type 'Duration | undefined'`],
  [`task({ name: 'x', timeout: '30m1h' }, () => 1)`, `Type '"30m1h"' is not assignable to type 'Duration | undefined'`],
  [`flow({ name: 'x', timeout: '10' }, () => 1)`, `Type '"10"' is not assignable to type 'Duration | undefined'`],
  [`task({ name: 'x', retries: { count: 1, delay: ['1s', 'soon'] } }, () => 1)`, `Type '"soon"' is not assignable to type 'Duration'`],
  [`await count.result({ timeout: '5 minuets' })`, `Type '"5 minuets"' is not assignable to type 'Duration`],
  [`await task({ name: 'x' }, (city: string, days: number = 3) => city.repeat(days))('Oslo', 2)`, null],
  [`await task({ name: 'x' }, (city: string, days: number = 3, { signal }) => [city, days, signal.aborted])('Oslo', undefined)`, null],
  // Without its type a default value would have to be the context: said where it stands.
  [`task({ name: 'x' }, (city: string, days = 3) => city + days)`, `Type 'number' is not assignable to type 'TaskContext'`],
  [`task({ name: 'x' }, (city: string, loud = true, { signal }) => [city, loud, signal])`, `Type 'boolean' is not assignable to type 'TaskContext'`],
  [`export const limit: number = (await pause({ input: z.object({ limit: z.number() }), defaults: { limit: 1 } })).limit`, null],
  [`export const alone: Promise<{ city: string }> = load.fn('Oslo', { signal: AbortSignal.abort(), attempt: 2 })`, null],
  [`export const both: number = etl.fn({ day: '2026-01-01', cities: [] }) + etl.fn({ day: '2026-01-01', cities: [] }, { attempt: 2 })`, null],
  [`load.fn(1)`, `Argument of type 'number' is not assignable to parameter of type 'string'`],
  [`export const nothing: void = await suspend({ timeout: '7d' })`, null],
  [`await pause({ input: { approved: 'boolean' } })`, `'approved' does not exist in type 'StandardSchemaV1<unknown, unknown>'`],
  [`await pause({ inputs: z.object({}) })`, `Did you mean to write 'input'?`],
  [`await suspend({ input: z.object({ limit: z.number() }), defaults: { limits: 1 } })`, `'limits' does not exist in type`],
  [`task({ name: 'x', retries: { count: '3' } }, () => 1)`, `Type 'string' is not assignable to type 'number'`],
]

/** What the Weir column of the page's tables of words shows of the package: code, one piece in each line. */
const WORDS = wordsOfWeir().filter((code) => !/^weir |^WEIR_/.test(code))

const BEGIN_OF_WORDS = `
import { ${Object.keys(weirflow).join(', ')} } from 'weirflow'
import { ${Object.keys(testing).join(', ')} } from 'weirflow/testing'
import { z } from 'zod'
const schema = z.object({ day: z.iso.date() })
const etl = flow({ name: 'etl', parameters: schema }, async ({ day }) => day)
const load = task({ name: 'load' }, async (city: string) => city)
const future = load.submit('Oslo')
const defaults = { retries: 3 }
const hook = () => {}
`

test('mistakes are told at the argument they are in, and what is right is silent', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-types-'))
  try {
    writeFileSync(join(folder, 'flow.ts'), BEGIN + LINES.map(([code]) => `${code}\n`).join(''))
    writeFileSync(join(folder, 'words.ts'), BEGIN_OF_WORDS + WORDS.map((code) => `;(${code.replaceAll('…', '0 as never')})\n`).join(''))
    const paths = {
      weirflow: [join(root, 'sdk', 'index.ts')],
      'weirflow/testing': [join(root, 'sdk', 'testing.ts')],
      zod: [join(root, 'node_modules', 'zod')],
    }
    const compilerOptions = { noEmit: true, types: ['node'], typeRoots: [join(root, 'node_modules', '@types')], paths }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files: ['flow.ts', 'words.ts'] }),
    )
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: root, encoding: 'utf8' })
    const offset = BEGIN.split('\n').length
    const said = LINES.map((): string | null => null)
    const unknown: string[] = []
    let last: number | null = null
    for (const line of stdout.split('\n')) {
      const at = /^(\S+)\((\d+),\d+\): error TS\d+: (.*)$/.exec(line)
      // The first sentence names the thing, those below it explain.
      if (at) {
        if (at[1]?.endsWith('words.ts')) {
          last = null
          unknown.push(`${WORDS[Number(at[2]) - BEGIN_OF_WORDS.split('\n').length] ?? line}: ${at[3]}`)
          continue
        }
        expect(at[1], line).toMatch(/flow\.ts$/)
        last = Number(at[2]) - offset
        said[last] = `${said[last] ?? ''}${at[3]}\n`
      } else if (last !== null) said[last] += `${line}\n`
    }
    expect(WORDS.length).toBeGreaterThan(70)
    expect(unknown).toEqual([])
    for (const [index, [code, wanted]] of LINES.entries()) {
      if (wanted === null) expect(said[index], code).toBeNull()
      else expect(said[index], code).toContain(wanted)
      // Of several signatures an editor may tell what is wrong with each. A flow's call has two.
      if (!code.startsWith('await etl(')) expect(said[index] ?? '', code).not.toContain('overload')
      // A message that nobody can read is no help.
      expect((said[index] ?? '').length, `${code}: ${said[index]}`).toBeLessThan(700)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
