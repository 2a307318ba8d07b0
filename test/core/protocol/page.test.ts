/** docs/protocol.md is read beside the code: its numbers and codes are those of the code. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { toMilliseconds } from '../../../core/duration.ts'
import { CLOSE_CODES } from '../../../core/protocol/close-codes.ts'
import { MAX_REPORT_BYTES, MAX_SOCKET_MESSAGE_BYTES, PROTOCOL_VERSION } from '../../../core/protocol/version.ts'
import { TIMINGS } from '../../../core/timings.ts'

const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
/** First cells of all tables, with the cell after each. */
const cells = new Map(
  page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, first = '', second = '']) => [first, second]),
)

test('the page knows every duration with its default', () => {
  for (const [name, milliseconds] of Object.entries(TIMINGS)) {
    const shown = (cells.get(name) ?? 'missing 0 ms').replace('min', 'm').replace(' ', '')
    expect(`${name} ${toMilliseconds(shown)}`).toBe(`${name} ${milliseconds}`)
  }
})

test('the page knows every goodbye with its close code', () => {
  for (const [code, number] of Object.entries(CLOSE_CODES)) expect(cells.get(code)).toBe(String(number))
})

test('the page tells version and sizes as they are', () => {
  expect(page).toContain(`\`PROTOCOL_VERSION\` is ${PROTOCOL_VERSION}.`)
  expect(cells.get('one message of a worker')).toContain(`${MAX_SOCKET_MESSAGE_BYTES / 1024 ** 2} MiB`)
  expect(cells.get('one body of POST /reports')).toContain(`${MAX_REPORT_BYTES / 1024 ** 2} MiB`)
})
