/** What holds for every command. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { weir } from '../weir.ts'
import { home, run } from './stage.ts'

test('options of every command may stand before its noun', async () => {
  const { code, stdout } = await run('--profile', 'local', '-o', 'json', 'work-pool', 'ls')
  expect({ code, pools: JSON.parse(stdout) }).toMatchObject({ code: 0, pools: expect.any(Array) })
  expect(await run('--profile', 'nowhere', '--no-prompt', 'work-pool', 'ls')).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere') })
})

test('a list loads what it needs and no more: no second HTTP client, no package but the one that reads command lines', async () => {
  const report = `import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
    process.on('exit', () => console.error(JSON.stringify([...loaded, ...process.moduleLoadList])))`
  const { code, stderr } = await weir(['flow-run', 'ls'], {
    home,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}` },
  })
  expect(code, stderr).toBe(0)
  const loaded = JSON.parse(stderr.trimEnd().split('\n').at(-1) as string) as string[]
  const packages = loaded.flatMap((name) => /node_modules\/([^/]+)\//.exec(name)?.[1] ?? [])
  expect([...new Set(packages)]).toEqual(['commander'])
  expect(loaded.filter((name) => /undici|node:http2|node:crypto$/.test(name))).toEqual([])
  expect(loaded.filter((name) => name.startsWith('file:')).length).toBeLessThan(40)
})
