/** `weir dev`: save, run on a key, see the line that failed; against a control plane that it starts itself. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { makeFilledHome, removeHome } from '../../support/control-plane.ts'

const WEIR = join(import.meta.dirname, '..', '..', '..', 'sdk', 'bin', 'weir.mjs')

const flowText = (body: string) => `import { flow, logger, task } from 'weirflow'
const load = task({ name: 'load' }, async (city: string) => {
  ${body}
})
export const etl = flow({ name: 'etl' }, async ({ city = 'Oslo' }: { city?: string }) => {
  logger().info('loaded ' + (await load(city)))
})
`

test('a folder of flows is deployed on every save, run on a key, and the failing line is shown', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-dev-')))
  const home = await makeFilledHome()
  symlinkSync(join(import.meta.dirname, '..', '..', '..', 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(folder, 'flows'))
  writeFileSync(join(folder, 'flows', 'etl.ts'), flowText('return city.toUpperCase()'))
  writeFileSync(join(folder, 'flows', 'etl.test.ts'), `throw new Error('a test is never imported: weirflow')`)
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
  const child = spawn(process.execPath, [WEIR, 'dev', 'flows', '-p', 'city=Porto'], {
    cwd: folder,
    env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: home },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  const listeners = new Set<() => void>()
  const hear = (chunk: Buffer) => {
    said += chunk
    for (const listener of [...listeners]) listener()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      resolve(code)
      for (const listener of [...listeners]) listener()
    }),
  )
  const saying = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error(`did not say ${pattern} within a minute`)), 60_000)
      const look = () => {
        if (pattern.test(said)) resolve()
        else if (child.exitCode !== null) reject(new Error(`ended without saying ${pattern}`))
        else return
        clearTimeout(giveUp)
        listeners.delete(look)
      }
      listeners.add(look)
      look()
    })
  try {
    await saying(/1 {2}etl {2}flows\/etl\.ts:etl\n.*watching flows/)
    expect(said).toContain('sign in:')
    child.stdin.write('1\n')
    await saying(/loaded PORTO[\s\S]*● Completed/)
    writeFileSync(join(folder, 'flows', 'etl.ts'), flowText(`throw new RangeError('no ' + city)`))
    await saying(/etl\.ts saved, deployed etl/)
    child.stdin.write('r\n')
    await saying(/✕ load-0 failed at flows\/etl\.ts:3:9\n {2}RangeError: no Porto\n[\s\S]*> 3 \| {3}throw new RangeError[^\n]*\n {4}\| {9}\^/)
    writeFileSync(join(folder, 'flows', 'etl.ts'), flowText('return city +'))
    await saying(/✕ flows\/etl\.ts: file:\S+\/flows\/etl\.ts:4: SyntaxError: /)
    child.stdin.write('1\n')
    await saying(/etl is not run: flows\/etl\.ts cannot be read as it is/)
    child.stdin.write('q\n')
    expect(await ended).toBe(0)
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${said}`)
  } finally {
    child.kill('SIGKILL')
    await ended
    await removeHome(home)
    rmSync(folder, { recursive: true, force: true })
  }
})
