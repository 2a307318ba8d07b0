import { expect, test } from 'vitest'
import { readRunListAddress, writeRunListAddress } from '../../web/src/lib/flow-runs/run-list-address.ts'
import { isEmptyFilter, readFilter, sayTook, timeRange, toApiFilter, VIEWS, writeFilter } from '../../web/src/lib/flow-runs/filter.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
/** What a schedule has made ahead. */
const UPCOMING = {
  state: { type: { in: ['SCHEDULED'] }, name: { equals: 'Scheduled' } },
  scheduledTime: { after: '2026-11-21T12:00:00.000Z' },
}
const read = (search: string) => readFilter(new URLSearchParams(search))

test('what is written to the address is read from it again', () => {
  const filter = read(
    'state=failed&state=crashed&name=Late&flow=a&flow=b%26c&deployment=a%2Fb&pool=p&tag=x&q=quiet&time=7d&started=24h&took=60..&upcoming=shown',
  )
  expect(filter).toMatchObject({ states: ['FAILED', 'CRASHED'], flows: ['a', 'b&c'], deployments: ['a/b'], text: 'quiet' })
  expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter)
})

test('an empty address is the empty filter, and asks the API for everything until now', () => {
  expect(isEmptyFilter(read(''))).toBe(true)
  expect(toApiFilter(read(''), NOW)).toEqual({ not: UPCOMING })
})

test('runs whose time has not come are left out, unless they or a state are asked for', () => {
  expect(toApiFilter(read('flow=a'), NOW)).toEqual({ flow: { name: ['a'] }, not: UPCOMING })
  expect(toApiFilter(read('upcoming=only'), NOW)).toEqual(UPCOMING)
  expect(toApiFilter(read('upcoming=only&flow=a'), NOW)).toEqual({ and: [{ flow: { name: ['a'] } }, UPCOMING] })
  expect(toApiFilter(read('upcoming=shown'), NOW)).toBeNull()
  expect(toApiFilter(read('state=scheduled'), NOW)).toEqual({ state: { type: { in: ['SCHEDULED'] } } })
  expect(toApiFilter(read('name=Late'), NOW)).toEqual({ state: { type: { in: ['SCHEDULED'] }, name: { equals: 'Late' } } })
})

test('states that do not exist are left out', () => {
  expect(read('state=failed&state=exploded').states).toEqual(['FAILED'])
})

test('the API is asked for all parts at once', () => {
  expect(toApiFilter(read('state=failed&flow=a&tag=x&tag=y&pool=p&q=quiet'), NOW)).toEqual({
    state: { type: { in: ['FAILED'] } },
    flow: { name: ['a'] },
    tags: { all: ['x', 'y'] },
    workPool: { name: ['p'] },
    name: { contains: 'quiet' },
  })
})

test('a relative time is fixed at the moment of asking, a range may be open on one side', () => {
  expect(toApiFilter(read('time=1h&upcoming=shown'), NOW)).toEqual({ createdAt: { after: '2026-11-21T11:00:00.000Z' } })
  expect(toApiFilter(read('started=1h&upcoming=shown'), NOW)).toEqual({ startTime: { after: '2026-11-21T11:00:00.000Z' } })
  expect(timeRange('..2026-11-20T00:00:00Z', NOW)).toEqual({ from: null, to: Date.parse('2026-11-20T00:00:00Z') })
  expect(timeRange('yesterday', NOW)).toEqual({ from: null, to: null })
})

test('a duration may be open on one side; what is no number of seconds is left out', () => {
  expect(toApiFilter(read('took=60..&upcoming=shown'), NOW)).toEqual({ duration: { atLeast: 60 } })
  expect(toApiFilter(read('took=0.5..10&upcoming=shown'), NOW)).toEqual({ duration: { atLeast: 0.5, atMost: 10 } })
  expect(toApiFilter(read('took=long..&upcoming=shown'), NOW)).toBeNull()
})

test('a duration is said as people say it, whichever side is open', () => {
  expect(['90..', '..10', '0.5..30', 'long..', ''].map(sayTook)).toEqual(['1 m 30 s or more', 'at most 10 s', '500 ms – 30 s', null, null])
})

test('every view is a filter as the address has it', () => {
  const parts = (search: string) => [...new URLSearchParams(search)].map(String).sort()
  const written = (search: string) => writeRunListAddress(readRunListAddress(new URLSearchParams(search)))
  for (const { search } of VIEWS) expect(parts(written(search))).toEqual(parts(search))
})
