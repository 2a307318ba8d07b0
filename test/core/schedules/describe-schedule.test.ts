import { expect, test } from 'vitest'
import { describeSchedule } from '../../../core/schedules/describe-schedule.ts'
import { readSchedule, type ScheduleInput } from '../../../core/schedules/schedule.ts'

function words(input: ScheduleInput): string {
  const read = readSchedule(input, Date.UTC(2026, 0, 5, 9))
  return read.ok ? describeSchedule(read.schedule) : read.message
}

test.each([
  ['0 9 * * 1-5', 'every weekday at 09:00'],
  ['0 9 * * *', 'every day at 09:00'],
  ['30 9 * 1 * *', 'at minute 9 and second 30 of every hour, on the 1st of the month'],
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['*/5 * * * * *', 'every 5 seconds'],
  ['0 * * * *', 'every hour'],
  ['0 */2 * * *', 'every 2 hours'],
  ['5 * * * *', 'at minute 5 of every hour'],
  ['7,23 */3 * * *', 'at minute 7 and 23, every 3 hours'],
  ['0 9,17 * * *', 'every day at 09:00 and 17:00'],
  ['*/15 9-17 * * 1-5', 'every 15 minutes from 09:00 to 17:59, every weekday'],
  ['0 6 * * 0,6', 'every Saturday and Sunday at 06:00'],
  ['0 6 * * SUN,TUE', 'every Tuesday and Sunday at 06:00'],
  ['0 0 1,15 6 *', 'on the 1st and 15th of the month in June at 00:00'],
  ['0 0 L * *', 'on the last day of the month at 00:00'],
  ['0 0 LW 1,7 *', 'on the last weekday of the month in January and July at 00:00'],
  ['0 9 15W * *', 'on the weekday nearest to the 15th of the month at 09:00'],
  ['0 9 * * 5#2', 'on the 2nd Friday of the month at 09:00'],
  ['0 9 * * 5L', 'on the last Friday of the month at 09:00'],
  ['0 9 13 * 5', 'on the 13th of the month, or on a Friday at 09:00'],
])('%s: %s', (cron, expected) => {
  expect(words({ cron, timezone: 'Europe/Berlin' })).toBe(`${expected}, Europe/Berlin`)
})

test('both day fields of a cron, where both have to match', () => {
  expect(words({ cron: '0 9 13 * 5', dayOr: false })).toBe('on the 13th of the month if it is a Friday at 09:00, UTC')
})

test.each([
  [900, 'every 15 minutes'],
  [3_600, 'every hour'],
  [90, 'every 90 seconds'],
  [86_400, 'every day at 09:00'],
  [172_800, 'every 2 days at 09:00'],
  [604_800, 'every week on Monday at 09:00'],
])('an interval of %i seconds: %s', (interval, expected) => {
  expect(words({ interval, anchor: '2026-01-05T09:00' })).toBe(`${expected}, UTC`)
})

test.each([
  ['FREQ=DAILY', 'every day at 09:00'],
  ['FREQ=WEEKLY', 'every week on Monday at 09:00'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday at 09:00'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10', 'every 2 weeks on Monday at 09:00, 10 times'],
  ['FREQ=MONTHLY', 'every month on the 5th at 09:00'],
  ['FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17', 'every month on the last Friday at 17:00'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day at 09:00'],
  ['FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1', 'every month on Monday and Tuesday at 09:00, only the last of each month'],
  ['FREQ=YEARLY;UNTIL=20300101T000000Z', 'every year on the 5th in January at 09:00, until 2030-01-01 00:00 UTC'],
  ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'every year on Monday in week 20 at 09:00'],
  ['FREQ=HOURLY;INTERVAL=6', 'every 6 hours'],
  ['FREQ=MINUTELY;INTERVAL=10;BYHOUR=9,10;BYDAY=MO', 'every 10 minutes on Monday at hour 09 or 10'],
  ['FREQ=DAILY\nEXDATE:20260130T090000', 'every day at 09:00, except 2026-01-30 09:00'],
  ['FREQ=WEEKLY\nRDATE:20260130T090000,20260131T090000', 'every week on Monday at 09:00; and on 2 given dates'],
])('%s: %s', (rule, expected) => {
  expect(words({ rrule: `DTSTART:20260105T090000\n${rule}` })).toBe(`${expected}, UTC`)
})

test('where it begins and ends', () => {
  const start = Date.UTC(2026, 0, 1)
  expect(words({ cron: '@daily', start, end: start + 86_400_000 })).toBe(
    'every day at 00:00, UTC, from 2026-01-01T00:00:00Z, before 2026-01-02T00:00:00Z',
  )
})
