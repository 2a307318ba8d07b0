import { expect, test } from 'vitest'
import { wallAt } from '../../web/src/lib/clock/format-zone.ts'
import type { ScheduleCardFragment } from '../../web/src/lib/graphql/generated/graphql.ts'
import { fieldsOf, inputOf, previewOf } from '../../web/src/lib/schedules/schedule-form.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const schedule = (part: Partial<ScheduleCardFragment>) =>
  ({
    cron: null,
    interval: null,
    rrule: null,
    dayOr: null,
    anchor: null,
    timezone: 'UTC',
    onGap: 'SHIFT',
    onOverlap: 'FIRST',
    start: null,
    end: null,
    ...part,
  }) as ScheduleCardFragment

test('a new schedule is every day at nine, where who makes it is', () => {
  const preview = previewOf(inputOf(fieldsOf(null, 'Europe/Berlin'), null), NOW)
  expect(preview).toMatchObject({ words: 'every day at 09:00, Europe/Berlin', timezone: 'Europe/Berlin' })
  expect('instants' in preview && preview.instants[0]).toBe('2026-11-22T08:00:00.000Z')
})

test('a schedule that is changed keeps what the form does not show', () => {
  const before = schedule({ cron: '0 9 13 * 5', dayOr: false, timezone: 'Asia/Tokyo', end: '2027-01-01T00:00:00.000000Z' })
  expect(inputOf({ ...fieldsOf(before, 'UTC'), cron: '0 10 13 * 5' }, before)).toEqual({
    cron: '0 10 13 * 5',
    dayOr: false,
    timezone: 'Asia/Tokyo',
    onGap: 'SHIFT',
    onOverlap: 'FIRST',
    end: '2027-01-01T00:00:00.000000Z',
  })
})

test('an interval is shown in its largest whole unit, and is written in seconds again', () => {
  const before = schedule({ interval: 5_400 })
  const fields = fieldsOf(before, 'UTC')
  expect(fields).toMatchObject({ kind: 'interval', every: '90', unit: 'minute' })
  expect(inputOf({ ...fields, every: '2', unit: 'week' }, before)).toMatchObject({ interval: 1_209_600 })
})

test('what is half typed is told as that, and nothing throws', () => {
  const fields = fieldsOf(null, 'UTC')
  expect(previewOf(inputOf({ ...fields, cron: '0 9 * *' }, null), NOW)).toHaveProperty('error')
  expect(previewOf(inputOf({ ...fields, timezone: 'Europe/Nowhere' }, null), NOW)).toHaveProperty('error')
  expect(previewOf(inputOf({ ...fields, kind: 'interval', every: '' }, null), NOW)).toHaveProperty('error')
  expect(previewOf(inputOf({ ...fields, kind: 'rrule', rrule: 'FREQ=' }, null), NOW)).toHaveProperty('error')
})

test('a wall shows its own day and how far it is from UTC, also when its clocks have changed', () => {
  expect(wallAt(Date.parse('2026-03-28T23:30:00Z'), 'Europe/Berlin')).toEqual({ day: 'Sun 29 Mar 2026', clock: '00:30', offset: 'UTC+1' })
  expect(wallAt(Date.parse('2026-03-29T01:00:05Z'), 'Europe/Berlin')).toEqual({ day: 'Sun 29 Mar 2026', clock: '03:00:05', offset: 'UTC+2' })
  expect(wallAt(NOW, 'UTC')).toEqual({ day: 'Sat 21 Nov 2026', clock: '12:00', offset: 'UTC' })
})
