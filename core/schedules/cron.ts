/**
 * Cron expressions: five fields, or six with seconds first, read strictly, and expanded as wall times.
 *
 *   second? minute hour day-of-month month day-of-week, or @yearly @annually @monthly @weekly @daily @midnight @hourly
 *   everywhere     star or ?, 5, 1-5, lists with commas, and steps: 10-50/20, 5/15 (from 5 on). Names of months and weekdays in any case; 0, 7 = Sunday
 *   day of month   L (last), LW (last weekday), 15W (the weekday nearest to the 15th, inside its month)
 *   day of week    5L or FRIL (the last Friday), 5#2 or FRI#2 (the second Friday)
 */
import { type CivilDate, DAY, dateOf, dayOf, firstAtOrAfter, lengthOfMonth, timesOfDay, type Wall, weekdayOf } from './calendar.ts'
import { quoted, ScheduleProblem } from './schedule-problem.ts'

/** The days of a month that a cron names. */
interface DaysOfMonth {
  /** The field begins with a star, so that only the other day field limits the days (as in Vixie cron), besides a step. */
  star: boolean
  dates: number[]
  last: boolean
  lastWeekday: boolean
  /** Dates whose nearest weekday is meant. */
  nearestWeekday: number[]
}

/** The days of a week that a cron names. 0 is Sunday. */
interface DaysOfWeek {
  star: boolean
  weekdays: number[]
  /** The last one of its month. */
  last: number[]
  nth: { weekday: number; nth: number }[]
}

/** A cron expression that was understood. Lists are in order and without duplicates. */
export interface Cron {
  seconds: number[]
  minutes: number[]
  hours: number[]
  daysOfMonth: DaysOfMonth
  months: number[]
  daysOfWeek: DaysOfWeek
  /** Whether a day has to match only one of two restricted day fields. */
  dayOr: boolean
  /** Every hour of the day occurs, so it follows elapsed time: it fires in both hours of an overlap and is never shifted out of a gap. */
  everyHour: boolean
}

const ALIASES: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const LONGEST = 1_000

interface Field {
  name: string
  low: number
  high: number
  /** How many different values there are: a larger step than that is a mistake. */
  size: number
  names?: readonly string[]
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const SECOND: Field = { name: 'second', low: 0, high: 59, size: 60 }
const MINUTE: Field = { name: 'minute', low: 0, high: 59, size: 60 }
const HOUR: Field = { name: 'hour', low: 0, high: 23, size: 24 }
const DAY_OF_MONTH: Field = { name: 'day of month', low: 1, high: 31, size: 31 }
const MONTH: Field = { name: 'month', low: 1, high: 12, size: 12, names: MONTHS }
const DAY_OF_WEEK: Field = { name: 'day of week', low: 0, high: 7, size: 7, names: WEEKDAYS }

/** Reads a cron expression; throws a ScheduleProblem that names the field, the text and what was expected. */
export function readCron(text: string, dayOr = true): Cron {
  if (text.length > LONGEST) throw wrong(`is ${text.length} characters long: expected at most ${LONGEST}`)
  const trimmed = text.trim()
  if (trimmed === '') throw wrong('is empty: expected five fields such as "0 9 * * 1-5"')
  const expanded = trimmed.startsWith('@') ? ALIASES[trimmed.toLowerCase()] : trimmed
  if (expanded === undefined) throw wrong(`${quoted(trimmed)} is unknown: expected ${Object.keys(ALIASES).join(', ')}, or five fields`)
  if (/^(CRON_)?TZ=/i.test(expanded))
    throw wrong(`${quoted(trimmed)} has a zone in it: expected only the fields, and the zone as the schedule's timezone`)
  const fields = expanded.split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6)
    throw wrong(
      `${quoted(trimmed)} has ${fields.length} field${fields.length === 1 ? '' : 's'}: expected 5 (minute hour day-of-month month day-of-week) or 6 (second first)`,
    )
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields.slice(-5) as [string, string, string, string, string]
  const hours = readNumbers(hour, HOUR)
  return {
    seconds: fields.length === 6 ? readNumbers(fields[0] as string, SECOND) : [0],
    minutes: readNumbers(minute, MINUTE),
    hours,
    daysOfMonth: readDaysOfMonth(dayOfMonth),
    months: readNumbers(month, MONTH),
    daysOfWeek: readDaysOfWeek(dayOfWeek),
    dayOr,
    everyHour: hours.length === 24,
  }
}

const wrong = (message: string): ScheduleProblem => new ScheduleProblem('cron', message)
const wrongIn = (field: Field, item: string, message: string): ScheduleProblem => wrong(`${field.name} ${quoted(item)} ${message}`)

const ordered = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b)

const readNumbers = (text: string, field: Field): number[] => ordered(text.split(',').flatMap((item) => readItem(item, field)))

/** `*`, `5`, `1-5`, `MON-FRI`, and each of them with a step. */
function readItem(item: string, field: Field): number[] {
  if (item === '') throw wrong(`${field.name} has an empty entry between commas: expected a value such as "${field.low}"`)
  const [range, step, ...more] = item.split('/') as [string, string | undefined, ...string[]]
  if (more.length > 0) throw wrongIn(field, item, 'has two steps: expected for example "*/5"')
  const by = step === undefined ? 1 : readStep(item, step, field)
  const { first, last } = readRange(item, range, step !== undefined, field)
  const values: number[] = []
  for (let value = first; value <= last; value += by) values.push(field === DAY_OF_WEEK ? value % 7 : value)
  return values
}

function readStep(item: string, step: string, field: Field): number {
  const by = /^\d{1,4}$/.test(step) ? Number(step) : 0
  if (by < 1 || by > field.size) throw wrongIn(field, item, `has a step out of range: expected 1 to ${field.size} after the "/"`)
  return by
}

function readRange(item: string, range: string, stepped: boolean, field: Field): { first: number; last: number } {
  const top = field === DAY_OF_WEEK ? 6 : field.high
  if (range === '*' || range === '?') return { first: field.low, last: top }
  const [from, to, ...more] = range.split('-') as [string, string | undefined, ...string[]]
  if (more.length > 0) throw wrongIn(field, item, 'is no range: expected for example "1-5"')
  const first = readValue(item, from, field)
  // From Sunday on is the whole week, whichever of its two numbers names it.
  if (to === undefined) return stepped ? { first: first > top ? field.low : first, last: top } : { first, last: first }
  // The week ends on a Sunday as well as it begins on one, so FRI-SUN is not reversed.
  const last = field === DAY_OF_WEEK && to.toUpperCase() === 'SUN' && first > 0 ? 7 : readValue(item, to, field)
  if (last < first)
    throw wrongIn(field, item, `is a reversed range: expected the smaller value first, or two ranges such as "${from}-${top},${field.low}-${to}"`)
  return { first, last }
}

function readValue(item: string, text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1
  if (named >= 0) return named + field.low
  const expected = `expected ${field.low} to ${field.high}${field.names ? ` or ${field.names[0]} to ${field.names.at(-1)}` : ''}`
  if (!/^\d{1,9}$/.test(text)) throw wrongIn(field, item, `is not understood: ${expected}`)
  const value = Number(text)
  if (value < field.low || value > field.high) throw wrongIn(field, item, `is out of range: ${expected}`)
  return value
}

const hasStar = (text: string): boolean => text.startsWith('*') || text.startsWith('?')

function readDaysOfMonth(text: string): DaysOfMonth {
  const days: DaysOfMonth = { star: hasStar(text), dates: [], last: false, lastWeekday: false, nearestWeekday: [] }
  for (const item of text.split(',')) {
    const upper = item.toUpperCase()
    const nearest = /^(\d{1,9})W$/.exec(upper)
    if (upper === 'L') days.last = true
    else if (upper === 'LW') days.lastWeekday = true
    else if (nearest) days.nearestWeekday.push(readValue(item, nearest[1] as string, DAY_OF_MONTH))
    else if (/[LW]/.test(upper)) throw wrongIn(DAY_OF_MONTH, item, 'is not understood: expected L (last day), LW (last weekday) or for example 15W')
    else days.dates.push(...readItem(item, DAY_OF_MONTH))
  }
  days.dates = ordered(days.dates)
  return days
}

function readDaysOfWeek(text: string): DaysOfWeek {
  const days: DaysOfWeek = { star: hasStar(text), weekdays: [], last: [], nth: [] }
  for (const item of text.split(',')) {
    const last = /^(.+)L$/i.exec(item) ?? /^L(\d)$/i.exec(item)
    if (item.includes('#')) {
      const [weekday, nth] = item.split('#') as [string, string]
      if (!/^[1-5]$/.test(nth)) throw wrongIn(DAY_OF_WEEK, item, 'is not understood: expected 1 to 5 after the "#", for example "FRI#2"')
      days.nth.push({ weekday: readValue(item, weekday, DAY_OF_WEEK) % 7, nth: Number(nth) })
    } else if (item.toUpperCase() === 'L') throw wrongIn(DAY_OF_WEEK, item, 'says no weekday: expected for example "5L", the last Friday')
    else if (last) days.last.push(readValue(item, last[1] as string, DAY_OF_WEEK) % 7)
    else days.weekdays.push(...readItem(item, DAY_OF_WEEK))
  }
  days.weekdays = ordered(days.weekdays)
  return days
}

/** Whether a cron fires on a day. */
function firesOn(cron: Cron, day: number, civil: CivilDate = dateOf(day)): boolean {
  if (!cron.months.includes(civil.month)) return false
  const byDate = isDayOfMonth(cron.daysOfMonth, day, civil)
  const byWeekday = isDayOfWeek(cron.daysOfWeek, day, civil)
  return cron.dayOr && !cron.daysOfMonth.star && !cron.daysOfWeek.star ? byDate || byWeekday : byDate && byWeekday
}

function isDayOfMonth(days: DaysOfMonth, day: number, { year, month, date }: CivilDate): boolean {
  if (days.dates.includes(date)) return true
  const length = lengthOfMonth(year, month)
  if (days.last && date === length) return true
  if (days.lastWeekday && date === nearestWeekday(day - date, length, length)) return true
  return days.nearestWeekday.some((wanted) => wanted <= length && date === nearestWeekday(day - date, wanted, length))
}

/** The weekday nearest to a date without leaving its month; `before` is the day before the month's first. */
function nearestWeekday(before: number, date: number, length: number): number {
  const weekday = weekdayOf(before + date)
  if (weekday === 6) return date > 1 ? date - 1 : date + 2
  if (weekday === 0) return date < length ? date + 1 : date - 2
  return date
}

function isDayOfWeek(days: DaysOfWeek, day: number, { year, month, date }: CivilDate): boolean {
  const weekday = weekdayOf(day)
  if (days.weekdays.includes(weekday)) return true
  if (days.last.includes(weekday) && date + 7 > lengthOfMonth(year, month)) return true
  return days.nth.some((one) => one.weekday === weekday && Math.ceil(date / 7) === one.nth)
}

/** The wall times from `from` to `to`, both inclusive, at which a cron fires. Costs a step per day, or per month where the month is not named. */
export function* wallsOfCron(cron: Cron, from: Wall, to: Wall): Generator<Wall> {
  const times = timesOfDay(cron.hours, cron.minutes, cron.seconds)
  const lastDay = Math.floor(to / DAY)
  for (let day = Math.floor(from / DAY); day <= lastDay; day++) {
    const civil = dateOf(day)
    if (!cron.months.includes(civil.month)) {
      day = dayOf(civil.year, civil.month, lengthOfMonth(civil.year, civil.month))
      continue
    }
    if (!firesOn(cron, day, civil)) continue
    for (let index = firstAtOrAfter(times, from - day * DAY); index < times.length; index++) {
      const wall = day * DAY + (times[index] as number)
      if (wall > to) return
      yield wall
    }
  }
}
