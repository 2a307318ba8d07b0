import { expect, test } from 'vitest'
import { readAuditAddress, toAuditFilter, writeAuditAddress } from '../../web/src/lib/audit-rows/audit-address.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const read = (search: string) => readAuditAddress(new URLSearchParams(search))

test('what is written to the address is read from it again, and an empty one asks for all rows', () => {
  const address = read('actor=key+%22ci%22&action=api-keys&subject=github&time=24h')
  expect(readAuditAddress(new URLSearchParams(writeAuditAddress(address)))).toEqual(address)
  expect([writeAuditAddress(read('')), toAuditFilter(read(''), NOW)]).toEqual(['', null])
})

test('the API is asked for all parts at once; a relative time is fixed at the moment of asking', () => {
  expect(toAuditFilter(read('action=api-keys&actor=ci&time=24h'), NOW)).toEqual({
    action: { contains: 'api-keys' },
    actor: { contains: 'ci' },
    occurredAt: { after: '2026-11-20T12:00:00.000Z' },
  })
  expect(toAuditFilter(read('time=yesterday'), NOW)).toBeNull()
})
