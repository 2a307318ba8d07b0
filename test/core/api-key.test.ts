import { expect, test } from 'vitest'
import { formatApiKey, parseApiKey } from '../../core/api-key.ts'
import { newId } from '../../core/ids.ts'
import { flowRunTopic, isTopic } from '../../core/topics.ts'

test('an API key is read back into its parts', () => {
  const key = { cell: 'local', id: newId(), secret: 'a-B_9'.padEnd(43, 'x') }
  expect(parseApiKey(formatApiKey(key))).toEqual(key)
})

test.each([
  '',
  'weir',
  'weir_local__',
  `weir_local_${'0'.repeat(32)}_short`,
  `weir_LOCAL_${'0'.repeat(32)}_${'a'.repeat(43)}`,
  `weir_local_${'0'.repeat(32)}_${'a'.repeat(44)}`,
  `x weir_local_${'0'.repeat(32)}_${'a'.repeat(43)}`,
])('%j is no API key', (text) => expect(parseApiKey(text)).toBeNull())

test('only the topics of the product can be listened to', () => {
  expect(isTopic(flowRunTopic(newId()))).toBe(true)
  expect(isTopic('flow-runs')).toBe(true)
  for (const text of ['', 'flow-run/', 'flow-run/../x', 'secrets', 'flow-runs ']) expect(isTopic(text)).toBe(false)
})
