import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readWorkerMessage } from '../../../core/protocol/read-worker-message.ts'
import { Malformed } from '../../../core/protocol/shape.ts'
import { HOSTILE_SOCKET_MESSAGES } from '../../support/hostile-messages.ts'

test.each(HOSTILE_SOCKET_MESSAGES)('a worker that says %s is told what was expected', (_, text) => {
  expect(() => readWorkerMessage(text)).toThrow(Malformed)
  expect(() => readWorkerMessage(text)).toThrow(/expected/)
})

test('fields of a newer version are left out, and a message of a newer version is passed over', () => {
  expect(readWorkerMessage('{"type":"room","free":2,"draining":false,"mood":"good"}')).toEqual({ type: 'room', free: 2, draining: false })
  expect(readWorkerMessage('{"type":"telemetry","load":1}')).toBeNull()
})

test('a complaint names the place and never shows what stood there', () => {
  const secret = 'weir_local_secret'
  const message = JSON.stringify({ type: 'hand-back', runs: [{ flowRunId: secret, epoch: 1, reason: '' }] })
  expect(() => readWorkerMessage(message)).toThrow('runs.0.flowRunId: expected a lower-case UUID')
  expect(() => readWorkerMessage(message)).not.toThrow(secret)
})

test('whatever the text, it is read, passed over or refused, and nothing else is thrown', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.record({ type: fc.constantFrom('hello', 'room', 'renew', 'hand-back'), free: fc.anything() }).map((value) => JSON.stringify(value)),
      ),
      (text) => {
        try {
          readWorkerMessage(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      },
    ),
  )
})
