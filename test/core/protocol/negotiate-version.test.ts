import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { negotiateVersion } from '../../../core/protocol/negotiate-version.ts'
import { readWorkerMessage } from '../../../core/protocol/read-worker-message.ts'
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../../../core/protocol/version.ts'
import type { Hello } from '../../../core/protocol/worker-messages.ts'

const speaks = (oldest: number, newest: number): Pick<Hello, 'protocol' | 'worker'> => ({
  protocol: { newest, oldest },
  worker: { name: 'one', version: '0.4.2', type: 'process', labels: {}, hostname: 'host', pid: 1 },
})
const OURS = { newest: 7, oldest: 5 }

test('the newest and the two before it are served', () => {
  expect(OLDEST_PROTOCOL_VERSION).toBe(Math.max(1, PROTOCOL_VERSION - 2))
})

test.each([
  ['the same', 5, 7, 7],
  ['two versions back', 3, 5, 5],
  ['one version back', 4, 6, 6],
  ['a newer worker that still speaks ours', 6, 9, 7],
])('a worker of %s is served with the highest that both know', (_, oldest, newest, version) => {
  expect(negotiateVersion(speaks(oldest, newest), OURS)).toBe(version)
})

test('a worker that is too old, or too new, is told what to update', () => {
  expect(negotiateVersion(speaks(2, 4), OURS)).toEqual({
    refusal: 'This control plane serves protocol 5 to 7, the worker (weirflow 0.4.2) speaks 2 to 4: update weirflow where the worker runs',
  })
  expect(negotiateVersion(speaks(8, 8), OURS)).toEqual({
    refusal:
      'This control plane serves protocol 5 to 7, the worker (weirflow 0.4.2) speaks 8: update the control plane, or start the worker with an older weirflow',
  })
})

const HELLOS = join(import.meta.dirname, 'hellos')
test.each(readdirSync(HELLOS))('the hello of a released worker is read and served: %s', (name) => {
  const recorded = JSON.parse(readFileSync(join(HELLOS, name), 'utf8'))
  const hello = readWorkerMessage(JSON.stringify(recorded)) as Hello
  expect(hello).toEqual(recorded)
  const isServed = recorded.protocol.newest >= OLDEST_PROTOCOL_VERSION
  expect(typeof negotiateVersion(hello)).toBe(isServed ? 'number' : 'object')
})
