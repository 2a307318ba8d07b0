/** Transactions and caches between processes, and when one of them is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'weir-committing-'))
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const start = (mode: 'race' | 'hang') => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'support', 'committing-process.ts'), mode, folder])
  running.add(child)
  let said = ''
  let heard = () => {}
  child.stdout.on('data', (chunk) => {
    said += chunk
    heard()
  })
  const ended = new Promise<string>((resolve) => child.on('close', () => running.delete(child) && resolve(said)))
  const saidSomething = new Promise<void>((resolve) => {
    heard = resolve
  })
  return { child, ended, saidSomething }
}
const log = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')

test('a process that is killed in a transaction has committed nothing and holds no lock; of two that race after it one does the work', async () => {
  const killed = start('hang')
  await killed.saidSomething
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(log()).toEqual(['body', 'load Oslo'])
  const values = await Promise.all([start('race').ended, start('race').ended])
  expect(log().slice(2)).toEqual(['body', 'load Oslo', 'commit'])
  expect(JSON.parse(values[0] as string)).toMatchObject({ city: 'Oslo' })
  expect(values[1]).toBe(values[0])
})
