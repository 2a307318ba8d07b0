/** Schedules in words: `every weekday at 09:00, Europe/Berlin`. Exact where it says something: what has no plain words is shown as it was expanded. */
import { formatInstant } from '../instant.ts'
import { dateOf, DAY, formatWall, weekdayOf } from './calendar.ts'
import type { Cron } from './cron.ts'
import { keepsWallTime } from './interval.ts'
import type { Recurrence, Rule } from './recurrence.ts'
import type { Schedule } from './schedule.ts'

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** One line, without a full stop. */
export function describeSchedule(schedule: Schedule): string {
  const bounds = [
    schedule.start === null ? '' : `, from ${showInstant(schedule.start)}`,
    schedule.end === null ? '' : `, before ${showInstant(schedule.end)}`,
  ]
  return `${describeKind(schedule)}, ${schedule.zone.name}${bounds.join('')}`
}

const showInstant = (instant: number): string => formatInstant(instant).replace(/\.0+Z$/, 'Z')

function describeKind(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'cron':
      return describeCron(schedule.cron)
    case 'interval':
      return describeInterval(schedule.seconds, schedule.anchor)
    case 'rrule':
      return describeSet(schedule.set, schedule.dtstart)
  }
}

/** `a`, `a and b`, `a, b and c`. */
const list = (words: readonly string[], last = 'and'): string =>
  words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`

const two = (value: number): string => String(value).padStart(2, '0')

/** `1st`, `22nd`; from the end: `last`, `2nd to last`. */
function ordinal(value: number): string {
  if (value === -1) return 'last'
  if (value < 0) return `${ordinal(-value)} to last`
  const teens = value % 100 >= 11 && value % 100 <= 13
  return `${value}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')}`
}

/** The step of a list that goes through a whole circle in equal steps from 0, else null. */
function stepOf(values: readonly number[], size: number): number | null {
  const step = values.length > 1 ? (values[1] as number) - (values[0] as number) : size
  const even = size % step === 0 && values.length === size / step && values.every((value, index) => value === index * step)
  return even ? step : null
}

const every = (step: number, unit: string): string => (step === 1 ? `every ${unit}` : `every ${step} ${unit}s`)

/** `09:00`, `09:00:30`. */
const clock = (hour: number, minute: number, second: number): string => `${two(hour)}:${two(minute)}${second === 0 ? '' : `:${two(second)}`}`

const MOST_CLOCKS = 6

/** The time of day: `at 09:00 and 17:00`, `every 15 minutes`, `every 15 minutes from 09:00 to 17:59`, `at minute 5 of every hour`. */
function describeTimes(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): { fixed: boolean; words: string } {
  if (hours.length * minutes.length * seconds.length <= MOST_CLOCKS)
    return {
      fixed: true,
      words: `at ${list(hours.flatMap((hour) => minutes.flatMap((minute) => seconds.map((second) => clock(hour, minute, second)))))}`,
    }
  const words = describeWithinHour(minutes, seconds)
  const first = hours[0] as number
  const last = hours.at(-1) as number
  if (hours.length === 24) return { fixed: false, words }
  if (last - first === hours.length - 1) return { fixed: false, words: `${words} from ${two(first)}:00 to ${two(last)}:59` }
  const step = stepOf(hours, 24)
  if (step !== null)
    return { fixed: false, words: words === 'every hour' ? every(step, 'hour') : `${words.replace(' of every hour', '')}, ${every(step, 'hour')}` }
  return { fixed: false, words: `${words} in the hours ${list(hours.map(two))}` }
}

function describeWithinHour(minutes: readonly number[], seconds: readonly number[]): string {
  const minuteStep = stepOf(minutes, 60)
  const secondStep = stepOf(seconds, 60)
  const onTheMinute = seconds.length === 1 && seconds[0] === 0
  if (onTheMinute && minutes.length === 1 && minutes[0] === 0) return 'every hour'
  if (onTheMinute && minuteStep !== null) return every(minuteStep, 'minute')
  if (minuteStep === 1) return secondStep === null ? `every minute at second ${list(seconds.map(String))}` : every(secondStep, 'second')
  const at = onTheMinute ? '' : secondStep === null ? ` and second ${list(seconds.map(String))}` : `, ${every(secondStep, 'second')},`
  return `at minute ${list(minutes.map(String))}${at} of every hour`
}

function describeCron(cron: Cron): string {
  const { fixed, words } = describeTimes(cron.hours, cron.minutes, cron.seconds)
  const dates = describeDates(cron)
  const weekdays = describeWeekdays(cron)
  const months = cron.months.length === 12 ? '' : ` in ${list(cron.months.map((month) => MONTHS[month - 1] as string))}`
  const either = cron.dayOr && !cron.daysOfMonth.star && !cron.daysOfWeek.star
  const days =
    dates && weekdays ? `on ${dates}${either ? ', or on ' : ' if it is '}${weekdays}` : dates ? `on ${dates}` : weekdays && `on ${weekdays}`
  const simple = dates === '' ? simpleWeek(cron) : null
  if (fixed) return `${simple ?? (days === '' ? 'every day' : days)}${months} ${words}`
  return `${words}${simple === 'every day' || (simple === null && days === '') ? '' : `, ${simple ?? days}`}${months}`
}

/** Weeks that have a name, where only the weekday limits the day. */
function simpleWeek({ daysOfWeek: { weekdays, last, nth } }: Cron): string | null {
  if (last.length + nth.length > 0) return null
  return nameOfWeek(weekdays)
}

function nameOfWeek(weekdays: readonly number[]): string | null {
  const all = [...weekdays].sort((a, b) => a - b).join('')
  if (all === '0123456') return 'every day'
  if (all === '12345') return 'every weekday'
  if (all === '06') return 'every Saturday and Sunday'
  return weekdays.length === 0 ? null : `every ${list(mondayFirst(weekdays).map((weekday) => WEEKDAYS[weekday] as string))}`
}

const mondayFirst = (weekdays: readonly number[]): number[] => [...weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))

/** The dates of a cron; empty when every date will do. */
function describeDates({ daysOfMonth: { dates, last, lastWeekday, nearestWeekday } }: Cron): string {
  if (dates.length === 31) return ''
  const named = [
    ...dates.map(ordinal),
    ...nearestWeekday.map((date) => `weekday nearest to the ${ordinal(date)}`),
    ...(last ? ['last day'] : []),
    ...(lastWeekday ? ['last weekday'] : []),
  ]
  return `the ${list(named)} of the month`
}

/** The weekdays of a cron; empty when every one will do. */
function describeWeekdays({ daysOfWeek: { weekdays, last, nth } }: Cron): string {
  if (weekdays.length === 7) return ''
  const some = mondayFirst(weekdays).map((weekday) => `a ${WEEKDAYS[weekday]}`)
  const placed = [...nth.map((one) => `the ${ordinal(one.nth)} ${WEEKDAYS[one.weekday]}`), ...last.map((weekday) => `the last ${WEEKDAYS[weekday]}`)]
  return `${list([...some, ...placed], 'or')}${placed.length > 0 ? ' of the month' : ''}`
}

const UNITS: [number, string][] = [
  [7 * DAY, 'week'],
  [DAY, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]

function describeInterval(seconds: number, anchor: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds % size === 0) ?? [1, 'second']
  const words = every(seconds / size, unit)
  if (!keepsWallTime(seconds)) return words
  const day = Math.floor(anchor / DAY)
  const weekday = unit === 'week' ? ` on ${WEEKDAYS[weekdayOf(day)]}` : ''
  return `${words}${weekday} at ${clockOf(anchor - day * DAY)}`
}

const clockOf = (second: number): string => clock(Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60)

function describeSet({ rules, dates, exclusionRules, exclusionDates }: Recurrence, dtstart: number): string {
  const parts = rules.map((rule) => describeRule(rule, dtstart))
  if (dates.length > 0) parts.push(dates.length === 1 ? `on ${showDate(dates[0]!.wall)}` : `on ${dates.length} given dates`)
  const exceptions = [
    ...(exclusionDates.length > 0 ? [exclusionDates.length === 1 ? showDate(exclusionDates[0]!.wall) : `${exclusionDates.length} given dates`] : []),
    ...exclusionRules.map((rule) => describeRule(rule, dtstart)),
  ]
  return `${parts.join('; and ')}${exceptions.length > 0 ? `, except ${exceptions.join(' and ')}` : ''}`
}

const showDate = (wall: number): string => formatWall(wall).replace('T', ' ').replace(/:00$/, '')

const RULE_UNITS = { YEARLY: 'year', MONTHLY: 'month', WEEKLY: 'week', DAILY: 'day', HOURLY: 'hour', MINUTELY: 'minute', SECONDLY: 'second' } as const

function describeRule(rule: Rule, dtstart: number): string {
  const unit = RULE_UNITS[rule.frequency]
  const elapsed = ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(rule.frequency)
  const plainWeek = (rule.frequency === 'WEEKLY' || rule.frequency === 'DAILY') && rule.interval === 1 && rule.weekdays.length > 0
  const begin = plainWeek ? (nameOfWeek(rule.weekdays.map(({ weekday }) => weekday)) as string) : every(rule.interval, unit)
  const days = plainWeek ? '' : describeRuleDays(rule, dtstart)
  const limits = rule.positions.length > 0 ? `, only the ${list(rule.positions.map(ordinal))} of each ${unit}` : ''
  return `${begin}${days}${elapsed ? describeFilters(rule) : describeRuleTimes(rule, dtstart)}${limits}${describeEnd(rule)}`
}

function describeRuleDays(rule: Rule, dtstart: number): string {
  const { month, date } = dateOf(Math.floor(dtstart / DAY))
  const saysDay = rule.weekNumbers.length + rule.daysOfYear.length + rule.daysOfMonth.length + rule.weekdays.length > 0
  const parts: string[] = []
  if (rule.weekdays.length > 0)
    parts.push(
      list(rule.weekdays.map(({ weekday, nth }) => (nth === 0 ? (WEEKDAYS[weekday] as string) : `the ${ordinal(nth)} ${WEEKDAYS[weekday]}`))),
    )
  if (rule.daysOfMonth.length > 0) parts.push(`the ${list(rule.daysOfMonth.map((day) => (day < 0 ? `${ordinal(day)} day` : ordinal(day))))}`)
  if (rule.daysOfYear.length > 0) parts.push(`day ${list(rule.daysOfYear.map(String))} of the year`)
  if (!saysDay && rule.frequency === 'WEEKLY') parts.push(WEEKDAYS[weekdayOf(Math.floor(dtstart / DAY))] as string)
  if (!saysDay && (rule.frequency === 'MONTHLY' || rule.frequency === 'YEARLY')) parts.push(`the ${ordinal(date)}`)
  const months = rule.months.length > 0 ? rule.months : !saysDay && rule.frequency === 'YEARLY' ? [month] : []
  return [
    parts.length > 0 ? ` on ${parts.join(' that is also ')}` : '',
    rule.weekNumbers.length > 0 ? ` in week ${list(rule.weekNumbers.map(String))}` : '',
    months.length > 0 ? ` in ${list(months.map((one) => MONTHS[one - 1] as string))}` : '',
  ].join('')
}

function describeRuleTimes(rule: Rule, dtstart: number): string {
  const second = dtstart - Math.floor(dtstart / DAY) * DAY
  const orElse = (values: number[], one: number) => (values.length > 0 ? values : [one])
  const { fixed, words } = describeTimes(
    orElse(rule.hours, Math.floor(second / 3_600)),
    orElse(rule.minutes, Math.floor(second / 60) % 60),
    orElse(rule.seconds, second % 60),
  )
  return fixed ? ` ${words}` : `, ${words}`
}

/** What an elapsed rule shows on the wall when it may occur. */
function describeFilters(rule: Rule): string {
  const parts = [
    rule.hours.length > 0 ? `hour ${list(rule.hours.map(two), 'or')}` : '',
    rule.minutes.length > 0 ? `minute ${list(rule.minutes.map(String), 'or')}` : '',
    rule.seconds.length > 0 ? `second ${list(rule.seconds.map(String), 'or')}` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? ` at ${parts.join(', ')}` : ''
}

function describeEnd({ count, until }: Rule): string {
  if (count !== null) return count === 1 ? ', once' : `, ${count} times`
  return until ? `, until ${showDate(until.wall)}${until.utc ? ' UTC' : ''}` : ''
}
