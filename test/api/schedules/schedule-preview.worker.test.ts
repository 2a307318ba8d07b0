import { beforeAll, expect, test } from 'vitest'
import { askAs, makeKey, makeWorkspace } from '../support.ts'

type Schedule = Record<string, unknown>
type Question = [schedule: Schedule, from: string, count: number]

/** Asks as a viewer, several questions in one operation. */
async function makePreview() {
  const ask = askAs(await makeKey(await makeWorkspace(), 'VIEWER'))
  const askTogether = async (questions: Question[]) => {
    const variables = questions.flatMap(([schedule, from, count], index) => [
      [`s${index}`, schedule],
      [`f${index}`, from],
      [`c${index}`, count],
    ])
    const declared = questions.map((_, index) => `$s${index}: ScheduleInput!, $f${index}: DateTime!, $c${index}: Int!`)
    const fields = questions.map(
      (_, index) => `p${index}: schedulePreview(schedule: $s${index}, from: $f${index}, count: $c${index}) { instants error }`,
    )
    const { data, errors } = await ask(`query (${declared.join(', ')}) { ${fields.join(' ')} }`, Object.fromEntries(variables))
    expect(errors).toBeUndefined()
    return questions.map((_, index) => {
      const { instants, error } = data[`p${index}`] as { instants: string[]; error: string | null }
      for (const instant of instants) expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/)
      return { instants: instants.map((instant) => instant.replace('.000000Z', '').replace(/:00$/, '')), error }
    })
  }
  return async (questions: Question[]) => {
    const answers: Awaited<ReturnType<typeof askTogether>> = []
    for (let at = 0; at < questions.length; at += 20) answers.push(...(await askTogether(questions.slice(at, at + 20))))
    return answers
  }
}

let preview: Awaited<ReturnType<typeof makePreview>>

beforeAll(async () => {
  preview = await makePreview()
  await preview([[{ cron: '@daily' }, '2026-01-01T00:00:00Z', 1]])
})

const BERLIN = { timezone: 'Europe/Berlin' }
const NEW_YORK = { timezone: 'America/New_York' }
/** 1 January 2026 is a Thursday. */
const JANUARY = '2026-01-01T00:00:00Z'
/** Berlin sets its clocks forward at 01:00Z of 29 March, New York at 07:00Z of 8 March. */
const SPRING = '2026-03-28T23:00:00Z'
/** Berlin sets its clocks back at 01:00Z of 25 October, New York at 06:00Z of 1 November. */
const AUTUMN = '2026-10-24T22:00:00Z'

const upTo = (high: number) => Array.from({ length: high }, (_, value) => value).join(',')
const SECONDS_OF_YEAR = `DTSTART:20260101T000000\nFREQ=YEARLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYHOUR=${upTo(24)};BYMINUTE=${upTo(60)};BYSECOND=${upTo(60)}`

/** Schedule, from, and every instant of the answer when that many are asked for (one more is, where `over`). */
const FIRING: [string, Schedule, string, string[], 'over'?][] = [
  // cron: fields
  ['every minute', { cron: '* * * * *' }, JANUARY, ['2026-01-01T00:00', '2026-01-01T00:01', '2026-01-01T00:02']],
  ['from is inclusive', { cron: '0 0 * * *' }, JANUARY, ['2026-01-01T00:00', '2026-01-02T00:00']],
  ['just after an occurrence', { cron: '0 0 * * *' }, '2026-01-01T00:00:00.000001Z', ['2026-01-02T00:00']],
  ['from in another zone', { cron: '0 0 * * *' }, '2026-01-01T02:00:00+02:00', ['2026-01-01T00:00']],
  ['six fields', { cron: '*/20 * * * * *' }, JANUARY, ['2026-01-01T00:00', '2026-01-01T00:00:20', '2026-01-01T00:00:40', '2026-01-01T00:01']],
  ['ranges', { cron: '0 9-11 * * *' }, JANUARY, ['2026-01-01T09:00', '2026-01-01T10:00', '2026-01-01T11:00', '2026-01-02T09:00']],
  ['lists', { cron: '5,10 3 * * *' }, JANUARY, ['2026-01-01T03:05', '2026-01-01T03:10', '2026-01-02T03:05']],
  ['duplicates fire once', { cron: '5,5,5-6 3 * * *' }, JANUARY, ['2026-01-01T03:05', '2026-01-01T03:06', '2026-01-02T03:05']],
  ['steps of a range', { cron: '10-40/15 3 * * *' }, JANUARY, ['2026-01-01T03:10', '2026-01-01T03:25', '2026-01-01T03:40', '2026-01-02T03:10']],
  ['steps from a value', { cron: '40/10 3 * * *' }, JANUARY, ['2026-01-01T03:40', '2026-01-01T03:50', '2026-01-02T03:40']],
  ['a step as long as the field', { cron: '*/60 * * * *' }, JANUARY, ['2026-01-01T00:00', '2026-01-01T01:00']],
  ['names in any case', { cron: '0 0 * jAn-FEB mon,wEd' }, JANUARY, ['2026-01-05T00:00', '2026-01-07T00:00', '2026-01-12T00:00']],
  ['Sunday as 0', { cron: '0 0 * * 0' }, JANUARY, ['2026-01-04T00:00', '2026-01-11T00:00']],
  ['Sunday as 7', { cron: '0 0 * * 7' }, JANUARY, ['2026-01-04T00:00', '2026-01-11T00:00']],
  ['a range to Sunday as 7', { cron: '0 0 * * 6-7' }, JANUARY, ['2026-01-03T00:00', '2026-01-04T00:00', '2026-01-10T00:00']],
  ['a range to SUN', { cron: '0 0 * * SAT-SUN' }, JANUARY, ['2026-01-03T00:00', '2026-01-04T00:00', '2026-01-10T00:00']],
  ['a question mark', { cron: '0 0 ? * MON' }, JANUARY, ['2026-01-05T00:00', '2026-01-12T00:00']],
  ['more blanks', { cron: '  0\t0  *   * MON ' }, JANUARY, ['2026-01-05T00:00']],
  ['@hourly', { cron: '@hourly' }, JANUARY, ['2026-01-01T00:00', '2026-01-01T01:00']],
  ['@daily', { cron: '@daily' }, JANUARY, ['2026-01-01T00:00', '2026-01-02T00:00']],
  ['@midnight', { cron: '@Midnight' }, JANUARY, ['2026-01-01T00:00', '2026-01-02T00:00']],
  ['@weekly', { cron: '@weekly' }, JANUARY, ['2026-01-04T00:00', '2026-01-11T00:00']],
  ['@monthly', { cron: '@monthly' }, JANUARY, ['2026-01-01T00:00', '2026-02-01T00:00']],
  ['@yearly', { cron: '@yearly' }, JANUARY, ['2026-01-01T00:00', '2027-01-01T00:00']],
  ['@annually', { cron: '@annually', ...BERLIN }, JANUARY, ['2026-12-31T23:00', '2027-12-31T23:00']],
  // cron: days
  ['the last day', { cron: '0 0 L * *' }, JANUARY, ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
  ['the last day of a leap February', { cron: '0 0 L 2 *' }, JANUARY, ['2026-02-28T00:00', '2027-02-28T00:00', '2028-02-29T00:00']],
  ['the last weekday', { cron: '0 0 LW * *' }, JANUARY, ['2026-01-30T00:00', '2026-02-27T00:00', '2026-03-31T00:00']],
  ['the nearest weekday', { cron: '0 0 15W * *' }, JANUARY, ['2026-01-15T00:00', '2026-02-16T00:00', '2026-03-16T00:00']],
  ['the nearest weekday stays in its month', { cron: '0 0 1W 8 *' }, JANUARY, ['2026-08-03T00:00', '2027-08-02T00:00']],
  ['the nearest weekday to the 31st', { cron: '0 0 31W * *' }, JANUARY, ['2026-01-30T00:00', '2026-03-31T00:00', '2026-05-29T00:00']],
  ['the second Friday', { cron: '0 0 * * 5#2' }, JANUARY, ['2026-01-09T00:00', '2026-02-13T00:00']],
  ['the second Friday by name', { cron: '0 0 * * fri#2' }, JANUARY, ['2026-01-09T00:00', '2026-02-13T00:00']],
  ['a fifth Friday is rare', { cron: '0 0 * * 5#5' }, JANUARY, ['2026-01-30T00:00', '2026-05-29T00:00']],
  ['the last Friday', { cron: '0 0 * * 5L' }, JANUARY, ['2026-01-30T00:00', '2026-02-27T00:00']],
  ['the last Friday by name', { cron: '0 0 * * FRIL' }, JANUARY, ['2026-01-30T00:00', '2026-02-27T00:00']],
  ['either day field', { cron: '0 0 13 * 5' }, JANUARY, ['2026-01-02T00:00', '2026-01-09T00:00', '2026-01-13T00:00', '2026-01-16T00:00']],
  ['both day fields', { cron: '0 0 13 * 5', dayOr: false }, JANUARY, ['2026-02-13T00:00', '2026-03-13T00:00', '2026-11-13T00:00']],
  ['L is a restriction', { cron: '0 0 L * 4#1' }, JANUARY, ['2026-01-01T00:00', '2026-01-31T00:00', '2026-02-05T00:00']],
  ['L and a weekday together', { cron: '0 0 L * 6', dayOr: false }, JANUARY, ['2026-01-31T00:00', '2026-02-28T00:00', '2026-10-31T00:00']],
  ['a stepped star is unrestricted', { cron: '0 0 */2 * 1' }, JANUARY, ['2026-01-05T00:00', '2026-01-19T00:00', '2026-02-09T00:00']],
  ['the 29th of February', { cron: '0 0 29 2 *' }, JANUARY, ['2028-02-29T00:00', '2032-02-29T00:00']],
  ['a 29th of February that is a Monday', { cron: '0 0 29 2 1', dayOr: false }, JANUARY, ['2044-02-29T00:00'], 'over'],
  ['never', { cron: '0 0 30 2 *' }, JANUARY, [], 'over'],
  ['never, by date and weekday', { cron: '0 0 1-7 * 1#2', dayOr: false }, JANUARY, [], 'over'],
  [
    'forty years at most',
    { cron: '0 0 29 2 *' },
    '2058-01-01T00:00:00Z',
    [
      '2060-02-29T00:00',
      '2064-02-29T00:00',
      '2068-02-29T00:00',
      '2072-02-29T00:00',
      '2076-02-29T00:00',
      '2080-02-29T00:00',
      '2084-02-29T00:00',
      '2088-02-29T00:00',
      '2092-02-29T00:00',
      '2096-02-29T00:00',
    ],
    'over',
  ],
  ['no leap year 2100', { cron: '0 0 29 2 *' }, '2097-01-01T00:00:00Z', ['2104-02-29T00:00']],
  // cron: zones
  [
    'wall time in winter and summer',
    { cron: '0 9 27-30 3 *', ...BERLIN },
    JANUARY,
    ['2026-03-27T08:00', '2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00'],
  ],
  ['half-hour zones', { cron: '0 9 * * *', timezone: 'Asia/Kolkata' }, JANUARY, ['2026-01-01T03:30', '2026-01-02T03:30']],
  ['a day ahead', { cron: '0 9 * * *', timezone: 'Pacific/Kiritimati' }, JANUARY, ['2026-01-01T19:00']],
  ['weekdays are those of the zone', { cron: '0 20 * * 5', timezone: 'America/Los_Angeles' }, JANUARY, ['2026-01-03T04:00']],
  ['a zone in another case', { cron: '0 9 * * *', timezone: 'europe/berlin' }, JANUARY, ['2026-01-01T08:00']],
  ['a zone without a slash', { cron: '0 9 * * *', timezone: 'EST5EDT' }, JANUARY, ['2026-01-01T14:00']],
  ['an Etc zone', { cron: '0 9 * * *', timezone: 'Etc/GMT+2' }, JANUARY, ['2026-01-01T11:00']],
  // cron: gaps
  ['a gap shifts', { cron: '30 2 * * *', ...BERLIN }, SPRING, ['2026-03-29T01:00', '2026-03-30T00:30']],
  ['a gap skips', { cron: '30 2 * * *', ...BERLIN, onGap: 'SKIP' }, SPRING, ['2026-03-30T00:30', '2026-03-31T00:30']],
  ['several in a gap fire once', { cron: '*/15 2 * * *', ...BERLIN }, SPRING, ['2026-03-29T01:00', '2026-03-30T00:00']],
  ['shifted onto a regular one', { cron: '0 2,3 * * *', ...BERLIN }, SPRING, ['2026-03-29T01:00', '2026-03-30T00:00', '2026-03-30T01:00']],
  ['asked at the end of the gap', { cron: '30 2 * * *', ...BERLIN }, '2026-03-29T01:00:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
  ['asked after the end of the gap', { cron: '30 2 * * *', ...BERLIN }, '2026-03-29T01:00:01Z', ['2026-03-30T00:30']],
  ['hourly has no gap', { cron: '30 * * * *', ...BERLIN }, '2026-03-28T23:30:00Z', ['2026-03-28T23:30', '2026-03-29T00:30', '2026-03-29T01:30']],
  ['every two hours has one', { cron: '0 */2 * * *', ...BERLIN }, SPRING, ['2026-03-28T23:00', '2026-03-29T01:00', '2026-03-29T02:00']],
  [
    'a gap at midnight',
    { cron: '0 0 * * *', timezone: 'Africa/Cairo' },
    '2026-04-22T22:00:00Z',
    ['2026-04-22T22:00', '2026-04-23T22:00', '2026-04-24T21:00'],
  ],
  [
    'a gap of half an hour',
    { cron: '15 2 * * *', timezone: 'Australia/Lord_Howe' },
    '2026-10-03T00:00:00Z',
    ['2026-10-03T15:30', '2026-10-04T15:15'],
  ],
  [
    'a gap of a day',
    { cron: '0 9 * * *', timezone: 'Pacific/Apia' },
    '2011-12-29T00:00:00Z',
    ['2011-12-29T19:00', '2011-12-30T10:00', '2011-12-30T19:00'],
  ],
  ['a gap in New York', { cron: '30 2 * * *', ...NEW_YORK }, '2026-03-08T00:00:00Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
  // cron: overlaps
  ['an overlap, the first', { cron: '30 2 * * *', ...BERLIN }, AUTUMN, ['2026-10-25T00:30', '2026-10-26T01:30']],
  ['an overlap, both', { cron: '30 2 * * *', ...BERLIN, onOverlap: 'BOTH' }, AUTUMN, ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-26T01:30']],
  ['asked between the two, first', { cron: '30 2 * * *', ...BERLIN }, '2026-10-25T00:31:00Z', ['2026-10-26T01:30']],
  [
    'asked between the two, both',
    { cron: '30 2 * * *', ...BERLIN, onOverlap: 'BOTH' },
    '2026-10-25T00:31:00Z',
    ['2026-10-25T01:30', '2026-10-26T01:30'],
  ],
  [
    'both come in order',
    { cron: '0,30 2 * * *', ...BERLIN, onOverlap: 'BOTH' },
    AUTUMN,
    ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30', '2026-10-26T01:00'],
  ],
  [
    'hourly fires both, whatever is chosen',
    { cron: '30 * * * *', ...BERLIN, onOverlap: 'FIRST' },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
  ],
  [
    'every ten minutes too',
    { cron: '*/30 * * * *', ...BERLIN },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30', '2026-10-25T02:00'],
  ],
  ['hours written out are hourly', { cron: '30 0-23 * * *', ...BERLIN }, '2026-10-25T00:00:00Z', ['2026-10-25T00:30', '2026-10-25T01:30']],
  ['23 hours are not', { cron: '30 0-22 * * *', ...BERLIN }, '2026-10-25T00:00:00Z', ['2026-10-25T00:30', '2026-10-25T02:30']],
  [
    'an overlap of half an hour',
    { cron: '45 1 * * *', timezone: 'Australia/Lord_Howe', onOverlap: 'BOTH' },
    '2026-04-04T14:00:00Z',
    ['2026-04-04T14:45', '2026-04-04T15:15', '2026-04-05T15:15'],
  ],
  // interval
  ['an interval without anchor begins now', { interval: 900 }, '2026-01-01T00:07:00Z', ['2026-01-01T00:07', '2026-01-01T00:22']],
  [
    'an interval in step with its anchor',
    { interval: 3600, anchor: '2026-01-01T00:20:00' },
    '2026-06-01T00:00:00Z',
    ['2026-06-01T00:20', '2026-06-01T01:20'],
  ],
  ['an anchor in the future', { interval: 3600, anchor: '2030-01-01T00:20' }, JANUARY, ['2026-01-01T00:20']],
  ['an anchor in the zone', { interval: 21600, anchor: '2026-01-01T03:00', ...BERLIN }, JANUARY, ['2026-01-01T02:00', '2026-01-01T08:00']],
  ['an anchor with T or a blank', { interval: 86400, anchor: '2026-01-01 09:00' }, JANUARY, ['2026-01-01T09:00']],
  ['an anchor that is a date', { interval: 86400, anchor: '2026-01-01' }, JANUARY, ['2026-01-01T00:00', '2026-01-02T00:00']],
  [
    'a day keeps wall time',
    { interval: 86400, anchor: '2026-01-01T09:00', ...BERLIN },
    '2026-03-28T00:00:00Z',
    ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00'],
  ],
  ['whatever day the question is asked', { interval: 86400, anchor: '2026-01-01T09:00', ...NEW_YORK }, '2026-07-01T00:00:00Z', ['2026-07-01T13:00']],
  [
    '48 hours are two days',
    { interval: 172800, anchor: '2026-03-27T09:00', ...BERLIN },
    '2026-03-27T00:00:00Z',
    ['2026-03-27T08:00', '2026-03-29T07:00', '2026-03-31T07:00'],
  ],
  [
    '12 hours are elapsed time',
    { interval: 43200, anchor: '2026-03-28T09:00', ...BERLIN },
    '2026-03-28T00:00:00Z',
    ['2026-03-28T08:00', '2026-03-28T20:00', '2026-03-29T08:00'],
  ],
  ['a day in a gap', { interval: 86400, anchor: '2026-03-01T02:30', ...BERLIN }, SPRING, ['2026-03-29T01:00', '2026-03-30T00:30']],
  ['a day that skips the gap', { interval: 86400, anchor: '2026-03-01T02:30', ...BERLIN, onGap: 'SKIP' }, SPRING, ['2026-03-30T00:30']],
  [
    'a day in an overlap, both',
    { interval: 86400, anchor: '2026-10-01T02:30', ...BERLIN, onOverlap: 'BOTH' },
    AUTUMN,
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-26T01:30'],
  ],
  [
    'hours go on through a gap',
    { interval: 3600, anchor: '2026-01-01T00:30', ...BERLIN },
    '2026-03-29T00:00:00Z',
    ['2026-03-29T00:30', '2026-03-29T01:30', '2026-03-29T02:30'],
  ],
  [
    'hours go on through an overlap',
    { interval: 3600, anchor: '2026-01-01T00:30', ...BERLIN },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
  ],
  [
    'an anchor inside a gap is shifted',
    { interval: 3600, anchor: '2026-03-29T02:30', ...BERLIN },
    '2026-03-29T00:30:00Z',
    ['2026-03-29T01:00', '2026-03-29T02:00'],
  ],
  [
    'an anchor inside an overlap is the first',
    { interval: 7200, anchor: '2026-10-25T02:30', ...BERLIN },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T00:30', '2026-10-25T02:30'],
  ],
  ['one second', { interval: 1 }, JANUARY, ['2026-01-01T00:00', '2026-01-01T00:00:01']],
  [
    'an odd number of seconds far from its anchor',
    { interval: 7, anchor: '0001-01-01T00:00:00' },
    JANUARY,
    ['2026-01-01T00:00:03', '2026-01-01T00:00:10'],
  ],
  // rrule
  ['daily', { rrule: 'DTSTART:20260101T090000\nRRULE:FREQ=DAILY', ...BERLIN }, JANUARY, ['2026-01-01T08:00', '2026-01-02T08:00']],
  ['any order of lines', { rrule: 'RRULE:FREQ=DAILY\nDTSTART:20260101T090000' }, JANUARY, ['2026-01-01T09:00']],
  [
    'CRLF and folded lines',
    { rrule: 'DTSTART:20260101T090000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,\r\n WE\r\n' },
    JANUARY,
    ['2026-01-05T09:00', '2026-01-07T09:00'],
  ],
  ['without RRULE:', { rrule: 'FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0' }, JANUARY, ['2026-01-01T09:00', '2026-01-02T09:00']],
  ['in any case', { rrule: 'rrule:freq=weekly;byday=mo', anchor: '2026-01-01T09:00' }, JANUARY, ['2026-01-05T09:00']],
  ['DTSTART in the anchor', { rrule: 'FREQ=DAILY', anchor: '2026-01-03T09:00', ...BERLIN }, JANUARY, ['2026-01-03T08:00']],
  [
    'DTSTART in UTC is taken to the zone',
    { rrule: 'DTSTART:20260328T080000Z\nFREQ=DAILY', ...BERLIN },
    SPRING,
    ['2026-03-29T07:00', '2026-03-30T07:00'],
  ],
  ['TZID is the zone', { rrule: 'DTSTART;TZID=Europe/Berlin:20260101T090000\nFREQ=DAILY' }, JANUARY, ['2026-01-01T08:00']],
  [
    'a DTSTART that the rule does not hit',
    { rrule: 'DTSTART:20260101T090000\nFREQ=WEEKLY;BYDAY=MO;COUNT=2' },
    JANUARY,
    ['2026-01-05T09:00', '2026-01-12T09:00'],
    'over',
  ],
  [
    'COUNT counts from DTSTART',
    { rrule: 'DTSTART:20260101T090000\nFREQ=DAILY;COUNT=5' },
    '2026-01-04T00:00:00Z',
    ['2026-01-04T09:00', '2026-01-05T09:00'],
    'over',
  ],
  [
    'UNTIL is inclusive',
    { rrule: 'DTSTART:20260101T090000\nFREQ=DAILY;UNTIL=20260102T090000' },
    JANUARY,
    ['2026-01-01T09:00', '2026-01-02T09:00'],
    'over',
  ],
  ['UNTIL in UTC', { rrule: 'DTSTART:20260101T090000\nFREQ=DAILY;UNTIL=20260102T075959Z', ...BERLIN }, JANUARY, ['2026-01-01T08:00'], 'over'],
  [
    'every two weeks, with the week that begins on Sunday',
    { rrule: 'DTSTART:19970805T090000\nFREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU' },
    '1997-01-01T00:00:00Z',
    ['1997-08-05T09:00', '1997-08-17T09:00', '1997-08-19T09:00', '1997-08-31T09:00'],
    'over',
  ],
  [
    'every two weeks, with the week that begins on Monday',
    { rrule: 'DTSTART:19970805T090000\nFREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO' },
    '1997-01-01T00:00:00Z',
    ['1997-08-05T09:00', '1997-08-10T09:00', '1997-08-19T09:00', '1997-08-24T09:00'],
    'over',
  ],
  ['the last Friday', { rrule: 'DTSTART:20260101T090000\nFREQ=MONTHLY;BYDAY=-1FR' }, JANUARY, ['2026-01-30T09:00', '2026-02-27T09:00']],
  [
    'the last workday',
    { rrule: 'DTSTART:20260101T090000\nFREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1' },
    JANUARY,
    ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-31T09:00'],
  ],
  ['the last day', { rrule: 'DTSTART:20260101T090000\nFREQ=MONTHLY;BYMONTHDAY=-1' }, JANUARY, ['2026-01-31T09:00', '2026-02-28T09:00']],
  [
    'the 31st only where there is one',
    { rrule: 'DTSTART:20260131T090000\nFREQ=MONTHLY' },
    JANUARY,
    ['2026-01-31T09:00', '2026-03-31T09:00', '2026-05-31T09:00'],
  ],
  [
    'Friday the 13th',
    { rrule: 'DTSTART:20260101T090000\nFREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13' },
    JANUARY,
    ['2026-02-13T09:00', '2026-03-13T09:00', '2026-11-13T09:00'],
  ],
  [
    'election day',
    { rrule: 'DTSTART:19961105T090000\nFREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8' },
    '1996-01-01T00:00:00Z',
    ['1996-11-05T09:00', '2000-11-07T09:00', '2004-11-02T09:00'],
  ],
  [
    'the 20th Monday of the year',
    { rrule: 'DTSTART:19970519T090000\nFREQ=YEARLY;BYDAY=20MO' },
    '1997-01-01T00:00:00Z',
    ['1997-05-19T09:00', '1998-05-18T09:00', '1999-05-17T09:00'],
  ],
  [
    'Monday of week 20',
    { rrule: 'DTSTART:19970512T090000\nFREQ=YEARLY;BYWEEKNO=20;BYDAY=MO' },
    '1997-01-01T00:00:00Z',
    ['1997-05-12T09:00', '1998-05-11T09:00', '1999-05-17T09:00'],
  ],
  [
    'days of the year',
    { rrule: 'DTSTART:20260101T090000\nFREQ=YEARLY;BYYEARDAY=1,-1' },
    JANUARY,
    ['2026-01-01T09:00', '2026-12-31T09:00', '2027-01-01T09:00'],
  ],
  ['a rule in a gap', { rrule: 'DTSTART:20260301T023000\nFREQ=DAILY', ...BERLIN }, SPRING, ['2026-03-29T01:00', '2026-03-30T00:30']],
  ['a rule that skips the gap', { rrule: 'DTSTART:20260301T023000\nFREQ=DAILY', ...BERLIN, onGap: 'SKIP' }, SPRING, ['2026-03-30T00:30']],
  [
    'COUNT counts what a gap skips',
    { rrule: 'DTSTART:20260328T023000\nFREQ=DAILY;COUNT=3', ...BERLIN, onGap: 'SKIP' },
    '2026-03-28T00:00:00Z',
    ['2026-03-28T01:30', '2026-03-30T00:30'],
    'over',
  ],
  [
    'EXDATE names the time before it is shifted',
    { rrule: 'DTSTART:20260328T023000\nFREQ=DAILY\nEXDATE:20260329T023000', ...BERLIN },
    '2026-03-28T00:00:00Z',
    ['2026-03-28T01:30', '2026-03-30T00:30'],
  ],
  [
    'EXDATE of the shifted time takes nothing',
    { rrule: 'DTSTART:20260328T023000\nFREQ=DAILY\nEXDATE:20260329T030000', ...BERLIN },
    SPRING,
    ['2026-03-29T01:00', '2026-03-30T00:30'],
  ],
  [
    'a rule in an overlap, both',
    { rrule: 'DTSTART:20261001T023000\nFREQ=DAILY', ...BERLIN, onOverlap: 'BOTH' },
    AUTUMN,
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-26T01:30'],
  ],
  [
    'EXDATE',
    { rrule: 'DTSTART:20260101T090000\nFREQ=DAILY\nEXDATE:20260102T090000,20260103T090000\nEXDATE:20260105T090000' },
    JANUARY,
    ['2026-01-01T09:00', '2026-01-04T09:00', '2026-01-06T09:00'],
  ],
  [
    'EXDATE is counted by COUNT',
    { rrule: 'DTSTART:20260101T090000\nFREQ=DAILY;COUNT=3\nEXDATE:20260102T090000' },
    JANUARY,
    ['2026-01-01T09:00', '2026-01-03T09:00'],
    'over',
  ],
  [
    'EXRULE',
    { rrule: 'DTSTART:20260101T090000\nFREQ=DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=SA,SU' },
    '2026-01-02T00:00:00Z',
    ['2026-01-02T09:00', '2026-01-05T09:00'],
  ],
  [
    'RDATE',
    { rrule: 'DTSTART:20260101T090000\nFREQ=WEEKLY\nRDATE:20260103T120000' },
    JANUARY,
    ['2026-01-01T09:00', '2026-01-03T12:00', '2026-01-08T09:00'],
  ],
  [
    'only RDATE',
    { rrule: 'RDATE:20260103T120000,20260102T120000,20260103T120000', ...BERLIN },
    JANUARY,
    ['2026-01-02T11:00', '2026-01-03T11:00'],
    'over',
  ],
  [
    'two rules',
    { rrule: 'DTSTART:20260101T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=DAILY;COUNT=2' },
    JANUARY,
    ['2026-01-01T09:00', '2026-01-02T09:00', '2026-01-05T09:00'],
  ],
  [
    'the same rule twice fires once',
    { rrule: 'DTSTART:20260101T090000\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY' },
    JANUARY,
    ['2026-01-01T09:00', '2026-01-02T09:00'],
  ],
  [
    'hourly is elapsed time in a gap',
    { rrule: 'DTSTART:20260101T003000\nFREQ=HOURLY', ...BERLIN },
    '2026-03-29T00:00:00Z',
    ['2026-03-29T00:30', '2026-03-29T01:30'],
  ],
  [
    'hourly is elapsed time in an overlap',
    { rrule: 'DTSTART:20260101T003000\nFREQ=HOURLY', ...BERLIN },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
  ],
  [
    'hourly over a change of half an hour',
    { rrule: 'DTSTART:20260101T000000\nFREQ=HOURLY', timezone: 'Australia/Lord_Howe' },
    '2026-04-04T13:00:00Z',
    ['2026-04-04T13:00', '2026-04-04T14:00', '2026-04-04T15:00', '2026-04-04T16:00'],
  ],
  [
    'minutes of working hours',
    { rrule: 'DTSTART:20260101T000000\nFREQ=MINUTELY;INTERVAL=30;BYHOUR=9;BYDAY=FR', ...BERLIN },
    JANUARY,
    ['2026-01-02T08:00', '2026-01-02T08:30', '2026-01-09T08:00'],
  ],
  [
    'EXRULE of days takes from a rule of hours',
    { rrule: 'DTSTART:20260101T000000\nFREQ=HOURLY\nEXRULE:FREQ=DAILY;BYHOUR=1,2' },
    JANUARY,
    ['2026-01-01T00:00', '2026-01-01T03:00', '2026-01-01T04:00'],
  ],
  [
    'EXRULE of hours takes from a rule of days',
    { rrule: 'DTSTART:20260101T000000\nFREQ=DAILY;BYHOUR=1,2,3\nEXRULE:FREQ=HOURLY;INTERVAL=2' },
    JANUARY,
    ['2026-01-01T01:00', '2026-01-01T03:00', '2026-01-02T01:00'],
  ],
  [
    'EXDATE takes both passes of a rule of hours',
    { rrule: 'DTSTART:20261025T003000\nFREQ=HOURLY\nEXDATE:20261025T023000', ...BERLIN },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T02:30', '2026-10-25T03:30'],
  ],
  [
    'EXDATE in UTC takes one of them',
    { rrule: 'DTSTART:20261025T003000\nFREQ=HOURLY\nEXDATE:20261025T003000Z', ...BERLIN },
    '2026-10-25T00:00:00Z',
    ['2026-10-25T01:30', '2026-10-25T02:30'],
  ],
  ['RDATE in UTC is that instant', { rrule: 'RDATE:20261025T013000Z', ...BERLIN }, '2026-10-25T00:00:00Z', ['2026-10-25T01:30'], 'over'],
  // bounds
  ['start is inclusive', { cron: '0 0 * * *', start: '2026-01-03T00:00:00Z' }, JANUARY, ['2026-01-03T00:00', '2026-01-04T00:00']],
  ['start is no anchor', { cron: '0 0 * * *', start: '2026-01-03T00:00:01Z' }, JANUARY, ['2026-01-04T00:00']],
  ['end is exclusive', { cron: '0 0 * * *', end: '2026-01-03T00:00:00Z' }, JANUARY, ['2026-01-01T00:00', '2026-01-02T00:00'], 'over'],
  [
    'a moment later it is not',
    { cron: '0 0 * * *', end: '2026-01-03T00:00:00.000001Z' },
    JANUARY,
    ['2026-01-01T00:00', '2026-01-02T00:00', '2026-01-03T00:00'],
    'over',
  ],
  ['a schedule that is over', { cron: '0 0 * * *', end: '2025-01-01T00:00:00Z' }, JANUARY, [], 'over'],
  ['a rule that is over', { rrule: 'DTSTART:20200101T000000\nFREQ=DAILY;COUNT=3' }, JANUARY, [], 'over'],
  ['a rule far ahead', { rrule: 'DTSTART:20900101T000000\nFREQ=DAILY' }, JANUARY, ['2090-01-01T00:00', '2090-01-02T00:00']],
  // hostile, and answered
  ['the last days of the calendar', { rrule: 'DTSTART:99991230T000000\nFREQ=DAILY' }, JANUARY, ['9999-12-30T00:00', '9999-12-31T00:00'], 'over'],
  ['from the last day', { cron: '0 0 * * *' }, '9999-12-31T00:00:00Z', ['9999-12-31T00:00'], 'over'],
  ['from the first year', { cron: '0 0 * * *' }, '0001-01-01T00:00:00Z', ['0001-01-01T00:00', '0001-01-02T00:00']],
  ['every second since 1900', { rrule: 'DTSTART:19000101T000000\nFREQ=SECONDLY' }, JANUARY, ['2026-01-01T00:00', '2026-01-01T00:00:01']],
  [
    'every second since 1900, with an enormous count',
    { rrule: 'DTSTART:19000101T000000\nFREQ=SECONDLY;COUNT=999999999999999' },
    JANUARY,
    ['2026-01-01T00:00'],
  ],
  [
    'a count of seconds that has just ended',
    { rrule: 'DTSTART:19700101T000000\nFREQ=SECONDLY;COUNT=1767225602' },
    JANUARY,
    ['2026-01-01T00:00', '2026-01-01T00:00:01'],
    'over',
  ],
  ['a rule of seconds that never fires', { rrule: 'DTSTART:19000101T000000\nFREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30' }, JANUARY, [], 'over'],
  ['steps that never meet their filter', { rrule: 'DTSTART:19000101T000001\nFREQ=SECONDLY;INTERVAL=2;BYSECOND=0,2,4,6,8' }, JANUARY, [], 'over'],
  ['a rule of years that never fires', { rrule: 'DTSTART:00010101T000000\nFREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1' }, JANUARY, [], 'over'],
  ['every second of the year, at its end', { rrule: SECONDS_OF_YEAR }, '2026-12-31T23:59:59Z', ['2026-12-31T23:59:59', '2027-01-01T00:00']],
  ['an enormous interval', { interval: 3_000_000_000_000 }, JANUARY, ['2026-01-01T00:00'], 'over'],
  ['an enormous INTERVAL', { rrule: 'DTSTART:20260101T000000\nFREQ=YEARLY;INTERVAL=999999999999999' }, JANUARY, ['2026-01-01T00:00'], 'over'],
  ['a cron that is as long as allowed', { cron: `${Array(490).fill('5').join(',')} 3 * * *` }, JANUARY, ['2026-01-01T03:05']],
]

test('schedules fire at the instants that the semantics name', async () => {
  expect(FIRING.length).toBeGreaterThan(150)
  const answers = await preview(FIRING.map(([, schedule, from, expected, over]) => [schedule, from, expected.length + (over ? 1 : 0)]))
  for (const [index, [name, , , expected]] of FIRING.entries()) expect(answers[index], name).toEqual({ instants: expected, error: null })
})

/** Schedule, and what the error says. */
const REFUSED: [string, Schedule, RegExp][] = [
  ['nothing', {}, /^schedule: .*cron, interval and rrule/],
  ['two kinds', { cron: '* * * * *', interval: 60 }, /^schedule: has cron and interval/],
  ['three kinds', { cron: '* * * * *', interval: 60, rrule: 'FREQ=DAILY' }, /^schedule: has cron and interval and rrule/],
  ['an empty cron', { cron: '' }, /^cron: is empty/],
  ['four fields', { cron: '* * * *' }, /^cron: .* has 4 fields: expected 5/],
  ['seven fields', { cron: '0 0 0 1 1 * 2026' }, /^cron: .* has 7 fields/],
  ['one word', { cron: 'daily' }, /^cron: .* has 1 field:/],
  ['@reboot', { cron: '@reboot' }, /^cron: "@reboot" is unknown: expected @yearly/],
  ['minute 60', { cron: '60 * * * *' }, /^cron: minute "60" is out of range: expected 0 to 59/],
  ['hour 24', { cron: '0 24 * * *' }, /^cron: hour "24" is out of range: expected 0 to 23/],
  ['day 0', { cron: '0 0 0 * *' }, /^cron: day of month "0" is out of range: expected 1 to 31/],
  ['day 32', { cron: '0 0 32 * *' }, /^cron: day of month "32"/],
  ['month 13', { cron: '0 0 1 13 *' }, /^cron: month "13" .*1 to 12 or JAN to DEC/],
  ['weekday 8', { cron: '0 0 * * 8' }, /^cron: day of week "8" .*0 to 7 or SUN to SAT/],
  ['a name that is none', { cron: '0 0 * * FUN' }, /^cron: day of week "FUN" is not understood/],
  ['a name in the wrong field', { cron: '0 0 * MON *' }, /^cron: month "MON" is not understood/],
  ['a reversed range', { cron: '30-10 * * * *' }, /^cron: minute "30-10" is a reversed range/],
  ['a reversed range of names', { cron: '0 0 * * FRI-MON' }, /^cron: day of week "FRI-MON" is a reversed range/],
  ['a step of 0', { cron: '*/0 * * * *' }, /^cron: minute "\*\/0" has a step out of range: expected 1 to 60/],
  ['a step that is too long', { cron: '*/61 * * * *' }, /^cron: minute "\*\/61" has a step out of range/],
  ['a step of hours that is too long', { cron: '0 */25 * * *' }, /^cron: hour "\*\/25" has a step out of range: expected 1 to 24/],
  ['no step', { cron: '*/ * * * *' }, /^cron: minute .* step/],
  ['two steps', { cron: '*/5/5 * * * *' }, /^cron: minute "\*\/5\/5" has two steps/],
  ['a negative value', { cron: '-5 * * * *' }, /^cron: minute "-5"/],
  ['a fraction', { cron: '1.5 * * * *' }, /^cron: minute "1.5"/],
  ['an empty entry', { cron: '1,,2 * * * *' }, /^cron: minute has an empty entry/],
  ['L in hours', { cron: '0 L * * *' }, /^cron: hour "L" is not understood/],
  ['W alone', { cron: '0 0 W * *' }, /^cron: day of month "W"/],
  ['32W', { cron: '0 0 32W * *' }, /^cron: day of month "32W" is out of range/],
  ['L without weekday', { cron: '0 0 * * L' }, /^cron: day of week "L" says no weekday/],
  ['a sixth Friday', { cron: '0 0 * * 5#6' }, /^cron: day of week "5#6" .*1 to 5/],
  ['a hash in the month', { cron: '0 0 5#1 * *' }, /^cron: day of month "5#1"/],
  ['a very long cron', { cron: '*,'.repeat(5_000) }, /^cron: is 10000 characters long: expected at most 1000/],
  ['many digits', { cron: `${'9'.repeat(900)} * * * *` }, /^cron: minute .* is not understood/],
  ['other digits', { cron: '٥ * * * *' }, /^cron: minute .* is not understood/],
  ['script', { cron: '<script> * * * *' }, /^cron: minute "<script>"/],
  ['dayOr without cron', { interval: 60, dayOr: true }, /^dayOr: belongs to cron/],
  ['an anchor with cron', { cron: '* * * * *', anchor: '2026-01-01T00:00' }, /^anchor: belongs to interval and rrule/],
  ['interval 0', { interval: 0 }, /^interval: 0 .*1 second or more/],
  ['a negative interval', { interval: -60 }, /^interval: -60/],
  ['half a second', { interval: 0.5 }, /^interval: 0.5 is finer than a second/],
  ['a second and a half', { interval: 1.5 }, /^interval: 1.5 is finer than a second/],
  ['an interval beyond all bounds', { interval: 1e300 }, /^interval: .* is too long/],
  ['an anchor with Z', { interval: 60, anchor: '2026-01-01T00:00:00Z' }, /^anchor: .* has a zone/],
  ['an anchor with an offset', { interval: 60, anchor: '2026-01-01T00:00:00+02:00' }, /^anchor: .* has a zone/],
  ['an anchor finer than a second', { interval: 60, anchor: '2026-01-01T00:00:00.5' }, /^anchor: .* is finer than a second/],
  ['an anchor that does not exist', { interval: 60, anchor: '2026-02-30T00:00' }, /^anchor: .* does not exist in the calendar/],
  ['an anchor at hour 25', { interval: 60, anchor: '2026-02-01T25:00' }, /^anchor: .* does not exist/],
  ['an anchor in words', { interval: 60, anchor: 'tomorrow' }, /^anchor: "tomorrow" is not understood: expected .*2026-01-01T09:00:00/],
  ['no zone of this name', { cron: '* * * * *', timezone: 'Europe/Berlim' }, /^timezone: "Europe\/Berlim" is no time zone: expected an IANA name/],
  ['an empty zone', { cron: '* * * * *', timezone: '' }, /^timezone: "" is no time zone/],
  ['an offset', { cron: '* * * * *', timezone: '+02:00' }, /^timezone: "\+02:00" is an offset/],
  ['UTC with an offset', { cron: '* * * * *', timezone: 'UTC+2' }, /^timezone: "UTC\+2" is an offset/],
  ['an abbreviation', { cron: '* * * * *', timezone: 'PST' }, /^timezone: "PST" is an abbreviation/],
  ['a zone with blanks', { cron: '* * * * *', timezone: ' Europe/Berlin' }, /^timezone: .* is no time zone/],
  ['a path as zone', { cron: '* * * * *', timezone: '../../etc/passwd' }, /^timezone: /],
  ['a very long zone', { cron: '* * * * *', timezone: 'A'.repeat(10_000) }, /^timezone: "A{50,60}…" is no time zone/],
  ['an empty rrule', { rrule: '' }, /^rrule: has no rule/],
  ['only DTSTART', { rrule: 'DTSTART:20260101T000000' }, /^rrule: has no rule/],
  ['no FREQ', { rrule: 'INTERVAL=2' }, /^rrule: the rule has no FREQ/],
  ['an unknown FREQ', { rrule: 'FREQ=FORTNIGHTLY' }, /^rrule: FREQ="FORTNIGHTLY" is unknown: expected one of YEARLY/],
  ['INTERVAL=0', { rrule: 'FREQ=DAILY;INTERVAL=0' }, /^rrule: INTERVAL=0 is out of range/],
  ['a negative INTERVAL', { rrule: 'FREQ=DAILY;INTERVAL=-1' }, /^rrule: INTERVAL=-1 is out of range/],
  ['COUNT=0', { rrule: 'FREQ=DAILY;COUNT=0' }, /^rrule: COUNT=0 is out of range/],
  ['COUNT and UNTIL', { rrule: 'FREQ=DAILY;COUNT=1;UNTIL=20270101T000000' }, /^rrule: the rule has COUNT and UNTIL/],
  ['BYMONTH=13', { rrule: 'FREQ=DAILY;BYMONTH=13' }, /^rrule: BYMONTH=13 is out of range: expected 1 to 12/],
  ['BYMONTHDAY=0', { rrule: 'FREQ=DAILY;BYMONTHDAY=0' }, /^rrule: BYMONTHDAY=0 .*1 to 31 or -31 to -1/],
  ['BYHOUR=24', { rrule: 'FREQ=DAILY;BYHOUR=24' }, /^rrule: BYHOUR=24 is out of range: expected 0 to 23/],
  ['BYHOUR in words', { rrule: 'FREQ=DAILY;BYHOUR=noon' }, /^rrule: BYHOUR=noon/],
  ['BYDAY without weekday', { rrule: 'FREQ=WEEKLY;BYDAY=XX' }, /^rrule: BYDAY="XX" is not understood/],
  ['BYDAY=0MO', { rrule: 'FREQ=MONTHLY;BYDAY=0MO' }, /^rrule: BYDAY="0MO" is not understood/],
  ['a sixth Monday of the month', { rrule: 'FREQ=MONTHLY;BYDAY=6MO' }, /^rrule: BYDAY=6MO is out of range/],
  ['a numbered weekday of a week', { rrule: 'FREQ=WEEKLY;BYDAY=2MO' }, /^rrule: BYDAY has a number/],
  ['BYSETPOS alone', { rrule: 'FREQ=MONTHLY;BYSETPOS=1' }, /^rrule: BYSETPOS has nothing to choose from/],
  ['an unknown part', { rrule: 'FREQ=DAILY;BYEASTER=0' }, /^rrule: "BYEASTER" is unknown/],
  ['a part twice', { rrule: 'FREQ=DAILY;FREQ=DAILY' }, /^rrule: FREQ is there twice/],
  ['a broken part', { rrule: 'FREQ=DAILY;;COUNT=1' }, /^rrule: "" is no part of a rule/],
  ['an unknown line', { rrule: 'FREQ=DAILY\nSUMMARY:x' }, /^rrule: line 2: "SUMMARY" is unknown/],
  ['a line of words', { rrule: 'every day' }, /^rrule: "every day" is not understood/],
  ['two DTSTART', { rrule: 'DTSTART:20260101T000000\nDTSTART:20260101T000000\nFREQ=DAILY' }, /^rrule: line 2: there is a second DTSTART/],
  ['a DTSTART that does not exist', { rrule: 'DTSTART:20260230T000000\nFREQ=DAILY' }, /^rrule: line 1: DTSTART .* does not exist/],
  ['a DTSTART that is no time', { rrule: 'DTSTART:2026-01-01\nFREQ=DAILY' }, /^rrule: line 1: DTSTART .* is no time/],
  [
    'another anchor than DTSTART',
    { rrule: 'DTSTART:20260101T000000\nFREQ=DAILY', anchor: '2026-01-02' },
    /^anchor: is another time than the DTSTART/,
  ],
  [
    'another zone than TZID',
    { rrule: 'DTSTART;TZID=Asia/Tokyo:20260101T000000\nFREQ=DAILY', timezone: 'Europe/Berlin' },
    /^timezone: .*TZID=Asia\/Tokyo/,
  ],
  ['an unknown TZID', { rrule: 'DTSTART;TZID=Mars/Base:20260101T000000\nFREQ=DAILY' }, /^rrule: "Mars\/Base" is no time zone/],
  ['periods', { rrule: 'FREQ=DAILY\nRDATE;VALUE=PERIOD:20260101T000000/PT1H' }, /^rrule: line 2: /],
  ['a very long rrule', { rrule: `FREQ=DAILY;BYHOUR=${'1,'.repeat(4_000)}1` }, /^rrule: is \d+ characters long: expected at most 6500/],
  ['very many rules', { rrule: Array(60).fill('RRULE:FREQ=DAILY').join('\n') }, /^rrule: has 60 rules: expected at most 50/],
  [
    'exclusions that take everything',
    { rrule: 'DTSTART:20260101T000000\nFREQ=SECONDLY\nEXRULE:FREQ=SECONDLY' },
    /^rrule: takes too long to work out/,
  ],
  [
    'counts from the first year, many times',
    { rrule: `DTSTART:00010101T000000\n${Array(40).fill('RRULE:FREQ=DAILY;COUNT=700000').join('\n')}` },
    /^rrule: takes too long to work out/,
  ],
  ['start = end', { cron: '* * * * *', start: JANUARY, end: JANUARY }, /^end: is the same instant as start/],
  ['end before start', { cron: '* * * * *', start: '2026-01-02T00:00:00Z', end: JANUARY }, /^end: is before start/],
]

test('what is wrong with a schedule is told with its place, and gives no instants', async () => {
  const answers = await preview(REFUSED.map(([, schedule]) => [schedule, JANUARY, 3]))
  for (const [index, [name, , expected]] of REFUSED.entries()) {
    const { instants, error } = answers[index]!
    expect(error, name).toMatch(expected)
    expect(error?.length, name).toBeLessThan(400)
    expect(instants, name).toEqual([])
  }
})

test('as many instants as asked for, within bounds', async () => {
  const [none, thousand] = await preview([
    [{ cron: '* * * * *' }, JANUARY, 0],
    [{ cron: '* * * * * *' }, JANUARY, 1_000],
  ])
  expect(none).toEqual({ instants: [], error: null })
  expect([thousand?.instants.length, thousand?.instants.at(-1)]).toEqual([1_000, '2026-01-01T00:16:39'])
  const counts = [-1, 1_001, 2_147_483_647]
  expect(await preview(counts.map((count) => [{ cron: '* * * * *' }, JANUARY, count]))).toEqual(
    counts.map((count) => ({ instants: [], error: `count: ${count} is out of range: expected 0 to 1000` })),
  )
})

test('an operation holds twenty previews, and not hundreds', async () => {
  const ask = askAs(await makeKey(await makeWorkspace(), 'VIEWER'))
  const many = (count: number) =>
    ask(
      `{ ${Array.from({ length: count }, (_, index) => `p${index}: schedulePreview(schedule: { cron: "@daily" }, from: "${JANUARY}", count: 1) { error }`).join(' ')} }`,
    )
  expect((await many(20)).errors).toBeUndefined()
  expect((await many(21)).errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED')
})
