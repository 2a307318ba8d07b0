/** `weir run` of a flow that fails: what people read and what programs read. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeScriptHome } from '../support/script.ts'

const { home, [Symbol.dispose]: remove } = makeScriptHome()
afterAll(remove)
const SDK = new URL('../../../sdk/dist/index.js', import.meta.url).href
const WEIR = new URL('../../../sdk/bin/weir.mjs', import.meta.url).pathname

writeFileSync(
  join(home, 'flows.ts'),
  `import { flow } from '${SDK}'
export const breaks = flow({ name: 'breaks' }, async () => { throw new RangeError('the disk is full\\nof \\u001b[31mpictures') })
export const throwsText = flow({ name: 'throws-text' }, async () => { throw 'no error at all' })
export const large = flow({ name: 'large' }, async () => large({ big: 'x'.repeat(700_000) }))
`,
)

function weirRun(...args: string[]) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
  const env = { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: home, WEIR_LOG_LEVEL: 'error' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [WEIR, 'run', ...args], { cwd: home, env, encoding: 'utf8' })
  return { status, stdout, lines: stderr.trimEnd().split('\n') }
}

test.each([
  ['breaks', { code: 'FLOW_FAILED', message: 'RangeError: the disk is full\nof \u001b[31mpictures', hint: expect.stringContaining('stack') }],
  ['throwsText', { code: 'FLOW_FAILED', message: expect.stringContaining('no error at all'), hint: expect.any(String) }],
  ['large', { code: 'PARAMETERS_TOO_LARGE', message: expect.stringContaining('"large"'), hint: expect.stringContaining('Store the data elsewhere') }],
])('with -o json the error of flow %s is one JSON value on stderr, and stdout stays empty', (name, error) => {
  const { status, stdout, lines } = weirRun(`flows.ts:${name}`, '-o', 'json')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(lines.at(-1) as string)).toEqual({ error })
  expect(lines.join('\n')).not.toMatch(/^\s+at /m)
})

test('people read the stack, without what would move their terminal', () => {
  const { status, stdout, lines } = weirRun('flows.ts:breaks')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  const text = lines.join('\n')
  expect(text).toMatch(/RangeError: the disk is full/)
  expect(text).toMatch(/at .*flows\.ts:2/)
  const told = text.slice(text.lastIndexOf('RangeError'))
  expect(told).not.toContain('\u001b')
  expect(told).not.toMatch(/node:internal|dist\/chunks/)
})

test('in a project of CommonJS, as "npm init" makes it, the hint says what to change', () => {
  mkdirSync(join(home, 'older'))
  writeFileSync(join(home, 'older', 'package.json'), '{"type": "commonjs"}')
  writeFileSync(join(home, 'older', 'flows.ts'), readFileSync(join(home, 'flows.ts')))
  expect(weirRun('older/flows.ts:breaks')).toMatchObject({ status: 2, lines: expect.arrayContaining([expect.stringContaining('"type": "module"')]) })
})
