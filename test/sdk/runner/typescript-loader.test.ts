/** TypeScript beyond what Node strips by itself, as `weir run` and the runner load it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { mapPath } from '../../../sdk/runner/tsconfig-paths.ts'
import { openCommandLines } from '../support/command-lines.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'weir-loader-'))
const lines = openCommandLines({ home: join(folder, 'home'), cwd: folder })
afterAll(async () => {
  await lines.close()
  rmSync(folder, { recursive: true, force: true })
})

function write(path: string, text: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text.replaceAll(`'weirflow'`, `'${join(root, 'sdk', 'index.ts')}'`))
  return path
}

write(
  'tsconfig.json',
  `{ // with comments, and a comma too many
    "extends": "./base.json",
    "compilerOptions": { "strict": true, /* here */ },
  }`,
)
write(
  'base.json',
  `{ "compilerOptions": { "paths": { "#lib/*": ["./lib/*"], "@shop": ["./missing.ts", "./lib/shop.ts"], "weirflow": ["./lib/shop.ts"] } } }`,
)
write('lib/shop.ts', `export const shop: string = 'north'`)
write('lib/deep/index.ts', `export enum Level { Low = 1, High = 5 }`)

test('paths of the nearest tsconfig.json are followed, through what it extends', () => {
  const from = join(folder, 'flows', 'etl.ts')
  expect(mapPath('#lib/shop', from)).toBe(join(folder, 'lib', 'shop.ts'))
  expect(mapPath('#lib/shop.ts', from)).toBe(join(folder, 'lib', 'shop.ts'))
  expect(mapPath('#lib/deep', from)).toBe(join(folder, 'lib', 'deep', 'index.ts'))
  expect(mapPath('@shop', from)).toBe(join(folder, 'lib', 'shop.ts'))
  for (const none of ['@shop/more', '#lib/nothing', './lib/shop.ts', 'node:fs', 'fs', 'zod', 'weirflow', 'https://x/y'])
    expect(mapPath(none, from)).toBeNull()
})

test('weir run takes enums, namespaces, parameter properties and paths, and a stack names the line of the file', async () => {
  const file = write(
    'flows/rich.ts',
    `import { flow } from 'weirflow'
import { shop } from '@shop'
import { Level } from '#lib/deep'

enum Color { Red = 'red' }
namespace Names { export const prefix = 'the ' }
class Counter {
  constructor(private readonly by: number) {}
  next(n: number) { return n + this.by }
}

export const rich = flow({ name: 'rich' }, async ({ fail = false }: { fail?: boolean }) => {
  if (fail) throw new RangeError('here')
  return [Names.prefix + shop, Color.Red, Level.High, new Counter(2).next(1)]
})
`,
  )
  const { code, stdout, stderr } = await lines.run(['run', `${file}:rich`, '-o', 'json'])
  expect(code, stderr).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ value: ['the north', 'red', 5, 3] })
  const failed = await lines.run(['run', `${file}:rich`, '-p', 'fail=true'])
  expect(failed.stderr).toMatch(/flows\/rich\.ts:13:/)
})

test('decorators are compiled with what the project has', async () => {
  mkdirSync(join(folder, 'decorated', 'node_modules'), { recursive: true })
  symlinkSync(join(root, 'node_modules', 'esbuild'), join(folder, 'decorated', 'node_modules', 'esbuild'))
  const file = write(
    'decorated/flow.ts',
    `import { flow } from 'weirflow'
const seen: string[] = []
function mark(_value: unknown, { name }: { name: string | symbol }) { seen.push(String(name)) }
const text = \`
@no decorator\`
class Steps { @mark first(): number { return text.length } }
export const decorated = flow({ name: 'decorated' }, async () => [...seen, new Steps().first()])
`,
  )
  const { code, stdout, stderr } = await lines.run(['run', file, '-o', 'json'])
  expect(code, stderr).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ value: ['first', 14] })
  const only = write(
    'flows/text.ts',
    `import { flow } from 'weirflow'\nconst text = \`\n@no decorator\`\nexport const f = flow({ name: 'f' }, () => text.length)`,
  )
  expect(JSON.parse((await lines.run(['run', only, '-o', 'json'])).stdout)).toEqual({ value: 14 })
})
