import { expect, test } from 'vitest'
import { previewSchedule } from '../../../core/schedules/preview-schedule.ts'
import type { ScheduleInput } from '../../../core/schedules/schedule.ts'

/** The next five, to the minute, of a rule in Berlin, where clocks show 02:00 to 03:00 twice on 25 October 2026: from 00:00Z and from 01:00Z. */
function berlin(rrule: string, from: string, choices: Partial<ScheduleInput> = {}): string[] {
  const { instants, error } = previewSchedule({ rrule, timezone: 'Europe/Berlin', ...choices }, { from: Date.parse(from), count: 5 })
  return error === null ? instants.map((instant) => new Date(instant).toISOString().slice(5, 16)) : [error]
}

const DAY_BEFORE = '2026-10-24T12:00:00Z'

test('an hourly rule that begins in the second pass of an overlap begins there', () => {
  const three = ['10-25T01:10', '10-25T02:10', '10-25T03:10']
  expect(berlin('FREQ=HOURLY;COUNT=3', '2026-10-25T01:10:00Z')).toEqual(three)
  expect(berlin('DTSTART:20261025T011000Z\nRRULE:FREQ=HOURLY;COUNT=3', DAY_BEFORE)).toEqual(three)
  expect(berlin('DTSTART:20261025T021000\nRRULE:FREQ=HOURLY;COUNT=3', DAY_BEFORE)).toEqual(['10-25T00:10', '10-25T01:10', '10-25T02:10'])
})

test('an hourly rule keeps step with the instant of its creation where an overlap is half an hour', () => {
  const from = Date.parse('2026-04-04T15:10:00Z')
  const { instants } = previewSchedule({ rrule: 'FREQ=HOURLY', timezone: 'Australia/Lord_Howe' }, { from, count: 2 })
  expect(instants).toEqual([from, from + 3_600_000])
})

test('UNTIL in UTC is the last instant that may be, UNTIL without zone the last wall time', () => {
  const daily = (until: string, choices: Partial<ScheduleInput>) =>
    berlin(`DTSTART:20261024T023000\nRRULE:FREQ=DAILY;UNTIL=${until}`, DAY_BEFORE, choices)
  expect(daily('20261025T011000Z', {})).toEqual(['10-25T00:30'])
  expect(daily('20261025T002959Z', { onOverlap: 'both' })).toEqual([])
  expect(daily('20261025T003000Z', { onOverlap: 'both' })).toEqual(['10-25T00:30'])
  expect(daily('20261025T013000Z', { onOverlap: 'both' })).toEqual(['10-25T00:30', '10-25T01:30'])
  expect(daily('20261025T023000', { onOverlap: 'both' })).toEqual(['10-25T00:30', '10-25T01:30'])
  expect(daily('20261025T022959', { onOverlap: 'both' })).toEqual([])
})

test('UNTIL in UTC ends its own rule only', () => {
  const rules = 'DTSTART:20261024T023000\nRRULE:FREQ=DAILY;UNTIL=20261025T003000Z\nRRULE:FREQ=DAILY;BYHOUR=4;COUNT=3'
  expect(berlin(rules, DAY_BEFORE, { onOverlap: 'both' })).toEqual(['10-25T00:30', '10-25T03:30', '10-26T03:30'])
})

test('EXDATE in UTC takes one instant, EXDATE without zone every instant of its wall time', () => {
  const daily = (exdate: string) => berlin(`DTSTART:20261025T023000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:${exdate}`, DAY_BEFORE, { onOverlap: 'both' })
  expect(daily('20261025T003000Z')).toEqual(['10-25T01:30', '10-26T01:30'])
  expect(daily('20261025T013000Z')).toEqual(['10-25T00:30', '10-26T01:30'])
  expect(daily('20261025T023000')).toEqual(['10-26T01:30'])
  const shifted = 'DTSTART:20260329T023000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:'
  expect(berlin(`${shifted}20260329T010000Z`, '2026-03-28T12:00:00Z')).toEqual(['03-30T00:30'])
  expect(berlin(`${shifted}20260329T023000`, '2026-03-28T12:00:00Z')).toEqual(['03-30T00:30'])
})
