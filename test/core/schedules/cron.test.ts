import { expect, test } from 'vitest'
import { previewSchedule } from '../../../core/schedules/preview-schedule.ts'

/** The next four days of a cron at midnight, from the first of November 2026, a Sunday. */
const days = (cron: string): string[] =>
  previewSchedule({ cron: `0 0 ${cron}` }, { from: Date.parse('2026-11-01T00:00:00Z'), count: 4 }).instants.map((instant) =>
    new Date(instant).toISOString().slice(5, 10),
  )

test('0, 7 and SUN are the same Sunday, also where a step begins', () => {
  const everyOther = ['11-01', '11-03', '11-05', '11-07']
  for (const sunday of ['0', '7', 'SUN']) {
    expect(days(`* * ${sunday}`)).toEqual(['11-01', '11-08', '11-15', '11-22'])
    expect(days(`* * ${sunday}/2`)).toEqual(everyOther)
  }
  expect(days('* * 5-7/2')).toEqual(['11-01', '11-06', '11-08', '11-13'])
})

test('a weekday near a date needs the date: 31W is nothing in a month of thirty days', () => {
  expect(days('31W * *')).toEqual(['12-31', '01-29', '03-31', '05-31'])
  expect(days('30W 2 *')).toEqual([])
})
