import { beforeAll, expect, test } from 'vitest'
import { JANUARY, makePreview, type Schedule } from './preview.ts'

let preview: Awaited<ReturnType<typeof makePreview>>

beforeAll(async () => {
  preview = await makePreview()
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
  ['a zone in the cron', { cron: 'CRON_TZ=Europe/Berlin 0 9 * * *' }, /^cron: .* has a zone in it: .* timezone/],
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
