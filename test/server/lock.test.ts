import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLock, takeLock } from '../../server/lock.ts'
import { isAlive } from '../../server/processes/end-process.ts'
import { identify } from '../../server/processes/identity.ts'
import { temporaryFolder } from '../support/folder.ts'

const asleep = () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' })

test('a home has one control plane: the second start is told who has it and where', async () => {
  const path = join(temporaryFolder(), 'lock')
  const lock = await takeLock(path)
  lock.update({ url: 'http://127.0.0.1:4600', port: 4600, childPids: [], postgresPid: null })
  await expect(takeLock(path)).rejects.toMatchObject({
    code: 'ALREADY_RUNNING',
    message: expect.stringContaining(`process ${process.pid}, http://127.0.0.1:4600`),
  })
  lock.release()
  expect(existsSync(path)).toBe(false)
  const again = await takeLock(path)
  again.release()
})

test('the lock of a process that is gone is taken over and its children are ended', async () => {
  const path = join(temporaryFolder(), 'lock')
  const owner = asleep()
  const child = asleep()
  const content = { owner: identify(owner.pid as number), url: 'http://127.0.0.1:1', port: 1, children: [identify(child.pid as number)] }
  writeFileSync(path, JSON.stringify(content))
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const ended = once(child, 'exit')
  const lock = await takeLock(path)
  await ended
  expect(readLock(path)?.owner.pid).toBe(process.pid)
  lock.release()
})

test('a pid that belongs to somebody else by now neither holds the lock nor is ended', async () => {
  const path = join(temporaryFolder(), 'lock')
  const stranger = asleep()
  const other = { pid: stranger.pid as number, started: 'long ago' }
  writeFileSync(path, JSON.stringify({ owner: other, url: null, port: null, children: [other] }))
  const lock = await takeLock(path)
  expect(isAlive(stranger.pid as number)).toBe(true)
  lock.release()
  stranger.kill('SIGKILL')
})

test.each(['', 'x', '{"owner":', '[]', '{}'])('a lock file that says %j is taken over', async (text) => {
  const path = join(temporaryFolder(), 'lock')
  writeFileSync(path, text)
  const lock = await takeLock(path)
  expect(readLock(path)?.owner.pid).toBe(process.pid)
  lock.release()
})

test('of many processes that start at once on a stale lock exactly one gets it', async () => {
  const path = join(temporaryFolder(), 'lock')
  writeFileSync(path, JSON.stringify({ owner: { pid: 999_999, started: 'x' }, url: null, port: null, children: [] }))
  const script = `import { takeLock } from ${JSON.stringify(new URL('../../server/lock.ts', import.meta.url).href)}
    await takeLock(${JSON.stringify(path)}).then(() => console.log('mine'), (error) => console.log(error.code))
    process.stdin.resume()`
  const starters = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const said = await Promise.all(starters.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()))
  for (const starter of starters) starter.kill('SIGKILL')
  expect(said.sort()).toEqual([...Array(5).fill('ALREADY_RUNNING'), 'mine'])
})
