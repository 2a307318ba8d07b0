import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAlive, waitForEnd } from '../../server/processes/end-process.ts'
import { spawnLeashed } from '../../server/processes/leash.ts'
import { temporaryFolder } from '../support/folder.ts'

test('a leashed child ends when its parent is killed outright', async () => {
  const script = `import { spawnLeashed } from ${JSON.stringify(new URL('../../server/processes/leash.ts', import.meta.url).href)}
    const child = spawnLeashed('/bin/sleep', ['60'], { endSignal: 'TERM', output: 2, environment: {}, cwd: '/' })
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(String((await once(parent.stdout, 'data'))[0]))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  expect(await waitForEnd(pid, 5000)).toBe(true)
})

test('the child is the command itself: its pid, its exit code, its signals', async () => {
  const output = openSync(join(temporaryFolder(), 'output'), 'a')
  const start = (args: string[]) => spawnLeashed('/bin/sh', args, { endSignal: 'TERM', output, environment: { PATH: '/usr/bin:/bin' }, cwd: '/' })
  const [code] = await once(start(['-c', 'exit 7']), 'exit')
  expect(code).toBe(7)
  const sleeper = start(['-c', 'exec sleep 60'])
  process.kill(sleeper.pid as number, 'SIGKILL')
  const [, signal] = await once(sleeper, 'exit')
  expect(signal).toBe('SIGKILL')
  closeSync(output)
})
