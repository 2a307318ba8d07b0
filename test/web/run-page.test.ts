import { expect, test } from 'vitest'
import { placeOfError } from '../../web/src/lib/flow-runs/place-of-error.ts'
import { readRunAddress, writeRunAddress } from '../../web/src/lib/flow-runs/run-address.ts'
import { runTimes } from '../../web/src/lib/flow-runs/run-times.ts'
import { waitingHint, waitingMessage } from '../../web/src/lib/flow-runs/waiting-text.ts'
import { oneAtATime } from '../../web/src/lib/live/one-at-a-time.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')

test('tab, task run, zoom and log filter are in the address', () => {
  const search = 'tab=states&task=abc&range=100-2500&level=error&q=no+such+row'
  const address = readRunAddress(new URLSearchParams(search))
  expect(address).toEqual({ tab: 'states', task: 'abc', range: [100, 2500], level: 'ERROR', text: 'no such row' })
  expect(writeRunAddress(address)).toBe(search)
})

test('a fresh page has an empty address, and nonsense in one is as on a fresh page', () => {
  const fresh = readRunAddress(new URLSearchParams())
  expect(writeRunAddress(fresh)).toBe('')
  expect(readRunAddress(new URLSearchParams('tab=nope&range=9-3&level=loud'))).toEqual(fresh)
})

test('times count on in the state that lasts, and only there', () => {
  const times = { waiting: 1, starting: 2, running: 3 }
  const at = (type: 'SCHEDULED' | 'PENDING' | 'RUNNING' | 'COMPLETED', scheduledTime: string | null = null) =>
    runTimes({ times, state: { type, scheduledTime } }, NOW, NOW + 5_000)
  expect(at('RUNNING')).toEqual({ waiting: 1_000, starting: 2_000, running: 8_000 })
  expect(at('PENDING')).toEqual({ waiting: 1_000, starting: 7_000, running: 3_000 })
  expect(at('COMPLETED')).toEqual({ waiting: 1_000, starting: 2_000, running: 3_000 })
  expect(at('SCHEDULED').waiting).toBe(6_000)
})

test('a run waits only from when it is due', () => {
  const run = {
    times: { waiting: 0, starting: 0, running: 0 },
    state: { type: 'SCHEDULED' as const, scheduledTime: new Date(NOW + 3_000).toISOString() },
  }
  expect(runTimes(run, NOW, NOW + 2_000).waiting).toBe(0)
  expect(runTimes(run, NOW, NOW + 5_000).waiting).toBe(2_000)
})

test('a reason that ends by itself is counted down', () => {
  const reason = { kind: 'NOT_DUE' as const, message: 'Due in 1 m 30 s', until: new Date(NOW + 90_000).toISOString(), hint: null }
  expect(waitingMessage(reason, NOW)).toBe('Due in 1 m 30 s.')
  expect(waitingMessage(reason, NOW + 87_200)).toBe('Due in 3 s.')
  expect(waitingMessage(reason, NOW + 91_000)).toBe('Due any moment.')
  expect(waitingMessage({ ...reason, message: 'No worker is online', until: null }, NOW)).toBe('No worker is online.')
})

test('a command in a hint is offered for copying', () => {
  const hint = (text: string | null) => waitingHint({ kind: 'NO_WORKER', message: '', until: null, hint: text })
  expect(hint('weir worker start --pool local')).toEqual({ text: null, command: 'npx weir worker start --pool local' })
  expect(hint('Deploy the flow: weir deploy')).toEqual({ text: 'Deploy the flow:', command: 'npx weir deploy' })
  expect(hint('Resume the pool')).toEqual({ text: 'Resume the pool.', command: null })
  expect(hint(null)).toEqual({ text: null, command: null })
})

test('the place of an error is the first line of the author’s own code', () => {
  const stack = `TypeError: no row
    at JSON.parse (<anonymous>)
    at read (node:fs:12:3)
    at wrap (/app/node_modules/lib/index.js:4:2)
    at async parseRow (file:///app/flows/etl.ts:31:13)
    at run (/app/flows/main.ts:3:1)`
  expect(placeOfError(stack)).toBe('flows/etl.ts:31')
  expect(placeOfError('Error: x\n    at C:\\work\\flows\\etl.ts:7:1')).toBe('flows/etl.ts:7')
  expect(placeOfError('Error: x')).toBeNull()
  expect(placeOfError(null)).toBeNull()
})

test('however often it is asked meanwhile, one more reading follows', async () => {
  const waiting: (() => void)[] = []
  const read = oneAtATime(() => new Promise<void>((resolve) => waiting.push(resolve)))
  const all = [read(), read(), read()]
  expect(waiting).toHaveLength(1)
  waiting[0]?.()
  await expect.poll(() => waiting.length).toBe(2)
  waiting[1]?.()
  await Promise.all(all)
  void read()
  expect(waiting).toHaveLength(3)
})
