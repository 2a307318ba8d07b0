import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateOf, dayOf, weekdayOf } from '../../../core/schedules/calendar.ts'
import { nextInstants } from '../../../core/schedules/next-instants.ts'
import { previewSchedule } from '../../../core/schedules/preview-schedule.ts'
import { readSchedule, type Schedule, type ScheduleInput } from '../../../core/schedules/schedule.ts'
import type { OnGap, OnOverlap } from '../../../core/schedules/zone.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Zones and instants at which their clocks change. */
const CHANGES = [
  ...new Map(
    (JSON.parse(readFileSync(new URL('golden-transitions.json', import.meta.url), 'utf8')) as { zone: string; change: string }[]).map((one) => [
      `${one.zone} ${one.change}`,
      { zone: one.zone, at: Date.parse(one.change.slice(0, 20)) },
    ]),
  ).values(),
]

const change = fc.constantFrom(...CHANGES)
const onGap = fc.constantFrom<OnGap>('shift', 'skip')
const onOverlap = fc.constantFrom<OnOverlap>('first', 'both')
const some = (low: number, high: number, most: number) => fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: most })

function made(input: ScheduleInput, createdAt: number): Schedule {
  const read = readSchedule(input, createdAt)
  if (!read.ok) throw new Error(`${read.message} in ${JSON.stringify(input)}`)
  return read.schedule
}

/** A cron that is only lists, with what it means spelt out for the walker. */
const listedCron = fc
  .record({
    minutes: some(0, 59, 4),
    hours: fc.oneof(some(0, 23, 6), some(0, 3, 4), fc.constant(Array.from({ length: 24 }, (_, hour) => hour))),
    dates: fc.option(some(1, 31, 20)),
    weekdays: fc.option(some(0, 6, 4)),
    dayOr: fc.boolean(),
  })
  .map(({ minutes, hours, dates, weekdays, dayOr }) => ({
    input: { cron: `${minutes} ${hours} ${dates ?? '*'} * ${weekdays ?? '*'}`, dayOr },
    everyHour: hours.length === 24,
    matches: (wall: Date) => {
      if (!minutes.includes(wall.getUTCMinutes()) || !hours.includes(wall.getUTCHours())) return false
      const byDate = dates?.includes(wall.getUTCDate()) ?? true
      const byWeekday = weekdays?.includes(wall.getUTCDay()) ?? true
      return dayOr && dates && weekdays ? byDate || byWeekday : byDate && byWeekday
    },
  }))

const formats = new Map<string, Intl.DateTimeFormat>()

/** What the wall shows, as a date in UTC; by the digits of Intl, not by offsets. */
function wallAt(zone: string, instant: number): number {
  let format = formats.get(zone)
  if (!format) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
    formats.set(zone, (format = new Intl.DateTimeFormat('en-US', { ...digits, timeZone: zone, hourCycle: 'h23' })))
  }
  const [, month, day, year, hour, minute] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(instant)) as RegExpExecArray
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
}

/** Walks minute by minute from a day before `from`, so that it knows what the wall has shown already. */
function walk(
  zone: string,
  { from, to, gap, overlap, matches }: { from: number; to: number; gap: OnGap; overlap: OnOverlap; matches(wall: Date): boolean },
): number[] {
  const found = new Set<number>()
  let highest = Number.NEGATIVE_INFINITY
  for (let at = from - DAY; at <= to; at += 60_000) {
    const wall = wallAt(zone, at)
    if (gap === 'shift' && highest > 0) {
      for (let skipped = highest + 60_000; skipped < wall; skipped += 60_000) if (matches(new Date(skipped))) found.add(at)
    }
    if (matches(new Date(wall)) && (overlap === 'both' || wall > highest)) found.add(at)
    highest = Math.max(highest, wall)
  }
  return [...found].filter((at) => at >= from)
}

test('crons fire exactly where a walk over every minute finds them, across every kind of change', () => {
  fc.assert(
    fc.property(
      listedCron,
      change,
      onGap,
      onOverlap,
      fc.oneof(fc.integer({ min: -30 * 60, max: 2 * 60 }), fc.integer({ min: -70, max: 70 })),
      (cron, { zone, at }, gap, overlap, minutes) => {
        const from = at + minutes * 60_000
        const to = at + 30 * HOUR
        const schedule = made({ ...cron.input, timezone: zone, onGap: gap, onOverlap: overlap, end: to + 1 }, from)
        const choices = cron.everyHour ? { gap: 'skip' as const, overlap: 'both' as const } : { gap, overlap }
        expect(nextInstants(schedule, { from, count: 1_000 })).toEqual(walk(zone, { from, to, ...choices, matches: cron.matches }).slice(0, 1_000))
      },
    ),
    { numRuns: 120 },
  )
})

const weekdays = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]/g, '').slice(0, 15)

/** Any schedule near a change of clocks. */
const anySchedule = fc
  .record({
    change,
    gap: onGap,
    overlap: onOverlap,
    offset: fc.integer({ min: -60 * 86_400, max: 86_400 }),
    kind: fc.oneof(
      listedCron.map(
        ({ input }) =>
          () =>
            input as ScheduleInput,
      ),
      fc.constantFrom('*/7 * * * * *', '0 0 L * *', '15 2 LW * *', '30 1 * * 0#4', '0 */3 * * *').map((cron) => () => ({ cron }) as ScheduleInput),
      fc
        .constantFrom(1, 90, 3_600, 5_400, 86_399, 86_400, 172_800, 604_800)
        .map((interval) => (anchor: number) => ({ interval, anchor: new Date(anchor).toISOString().slice(0, 19) })),
      fc
        .tuple(
          fc.constantFrom('MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'),
          fc.integer({ min: 1, max: 3 }),
          fc.uniqueArray(weekdays),
          some(0, 3, 3),
          fc.boolean(),
        )
        .map(([frequency, interval, days, hours, counted]) => (anchor: number) => ({
          rrule: [
            `DTSTART:${stamp(anchor)}`,
            `RRULE:FREQ=${frequency};INTERVAL=${interval}${days.length > 0 ? `;BYDAY=${days}` : ''};BYHOUR=${hours}${counted ? ';COUNT=40' : ''}`,
            `EXRULE:FREQ=DAILY;INTERVAL=3`,
            `RDATE:${stamp(anchor + 3 * DAY)}`,
          ].join('\n'),
        })),
    ),
  })
  .map(({ change: { zone, at }, gap, overlap, offset, kind }) => ({
    at,
    schedule: made({ ...kind(at + offset * 1_000), timezone: zone, onGap: gap, onOverlap: overlap }, at),
  }))

/** Milliseconds from the change: some days; some hours, where questions fall between the two passes of an overlap; none. */
const near = fc.oneof(fc.integer({ min: -3 * DAY, max: 2 * DAY }), fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), fc.constant(0))

test('instants increase strictly, begin at or after from, and are whole seconds', () => {
  fc.assert(
    fc.property(anySchedule, near, ({ schedule, at }, distance) => {
      const from = at + distance
      let last = from - 1
      for (const instant of nextInstants(schedule, { from, count: 50 })) {
        expect(instant).toBeGreaterThan(last)
        expect(instant % 1_000).toBe(0)
        last = instant
      }
    }),
  )
})

test('taking n and then m is taking n + m', () => {
  fc.assert(
    fc.property(anySchedule, near, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), ({ schedule, at }, distance, n, m) => {
      const from = at + distance
      const first = nextInstants(schedule, { from, count: n })
      const last = first.at(-1)
      const then = last === undefined ? [] : nextInstants(schedule, { from: last + 0.001, count: m })
      expect([...first, ...then]).toEqual(nextInstants(schedule, { from, count: n + m }))
    }),
    { numRuns: 400 },
  )
})

test('asked from anywhere before an instant, that instant is still the next one', () => {
  fc.assert(
    fc.property(anySchedule, near, fc.double({ min: 0, max: 1, noNaN: true }), ({ schedule, at }, distance, part) => {
      const [first, second] = nextInstants(schedule, { from: at + distance, count: 2 })
      if (first === undefined || second === undefined) return
      const between = Math.min(second, first + 1 + part * (second - first - 1))
      expect(nextInstants(schedule, { from: between, count: 1 })).toEqual([second])
    }),
    { numRuns: 400 },
  )
})

test('skip and first give no instant that shift and both do not give', () => {
  fc.assert(
    fc.property(anySchedule, near, ({ schedule, at }, distance) => {
      const from = at + distance
      const least = nextInstants({ ...schedule, onGap: 'skip', onOverlap: 'first' }, { from, count: 20 })
      const most = new Set(nextInstants({ ...schedule, onGap: 'shift', onOverlap: 'both', end: (least.at(-1) ?? from) + 1 }, { from, count: 1_000 }))
      expect(least.filter((instant) => !most.has(instant))).toEqual([])
    }),
  )
})

const cronPiece = fc.constantFrom('*', '?', '/', '-', ',', ' ', 'L', 'W', '#', '0', '1', '5', '7', '31', '59', 'MON', 'jan', '@', 'x')
const rulePart = fc.constantFrom(
  ...[
    'FREQ=SECONDLY',
    'FREQ=HOURLY',
    'FREQ=DAILY',
    'FREQ=WEEKLY',
    'FREQ=MONTHLY',
    'FREQ=YEARLY',
    'INTERVAL=999999999',
    'INTERVAL=7',
    'COUNT=99999999',
  ],
  ...['COUNT=3', 'UNTIL=99991231T235959Z', 'UNTIL=00010101', 'BYMONTH=2', 'BYMONTHDAY=30,31', 'BYMONTHDAY=-31', 'BYYEARDAY=366', 'BYWEEKNO=53,-53'],
  ...[
    'BYDAY=53MO',
    'BYDAY=-5FR,2TU',
    'BYDAY=SU',
    'BYHOUR=0,23',
    'BYMINUTE=0,59',
    'BYSECOND=1',
    'BYSETPOS=366,-366',
    'BYSETPOS=-1',
    'WKST=SU',
    'X=Y',
    '=',
  ],
)
const ruleLine = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('', 'RRULE:', 'RRULE:', 'EXRULE:'), fc.uniqueArray(rulePart, { maxLength: 6 }))
      .map(([name, parts]) => `${name}${parts.join(';')}`),
  },
  fc.constantFrom(
    'DTSTART:00010101T000000',
    'DTSTART:19000101T000000Z',
    'DTSTART:99991231T235959',
    'DTSTART;TZID=Asia/Gaza:20240101T003000',
    'RDATE:20260101T000000,99991231T235959Z',
    'EXDATE:20260101',
    '',
    ' BYHOUR=3',
    'DTSTART',
    ':::',
  ),
)

test('whatever is written, the answer is either instants or a sentence that names the part', () => {
  const input: fc.Arbitrary<ScheduleInput> = fc.oneof(
    fc.record({
      cron: fc.oneof(
        fc.string(),
        fc.array(cronPiece, { maxLength: 20 }).map((pieces) => pieces.join('')),
      ),
    }),
    fc.record({
      rrule: fc.oneof(
        fc.string(),
        fc.array(ruleLine, { maxLength: 6 }).map((lines) => lines.join('\n')),
      ),
    }),
    fc.record({ interval: fc.oneof(fc.double(), fc.integer()), anchor: fc.oneof(fc.string(), fc.constantFrom('0001-01-01', '9999-12-31T23:59:59')) }),
    fc.record({
      cron: fc.constant('@daily'),
      timezone: fc.oneof(fc.string(), fc.constantFrom('Etc/GMT+14', 'Asia/Gaza', 'GMT+0', 'Factory', 'Europe/')),
    }),
  )
  const from = fc.constantFrom(Date.UTC(2026, 0, 1), Date.UTC(9999, 11, 31), -62_135_596_800_000, 0.5)
  fc.assert(
    fc.property(input, from, (schedule, from) => {
      const { instants, error } = previewSchedule(schedule, { from, count: 5 })
      if (error !== null) {
        expect(instants).toEqual([])
        expect(error).toMatch(/^(schedule|cron|interval|anchor|rrule|timezone): \S[^\n]{0,400}$/)
      } else for (const instant of instants) expect(instant).toBeGreaterThanOrEqual(from)
    }),
    { numRuns: 400 },
  )
})

test('the calendar is the one of Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
      const date = new Date(day * DAY)
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, date: date.getUTCDate() }
      expect(dateOf(day)).toEqual(civil)
      expect(dayOf(civil.year, civil.month, civil.date)).toBe(day)
      expect(weekdayOf(day)).toBe(date.getUTCDay())
    }),
    { numRuns: 1_000 },
  )
})
