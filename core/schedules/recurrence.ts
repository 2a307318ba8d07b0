/**
 * Recurrence sets as RFC 5545 writes them: DTSTART, RRULE, EXRULE, RDATE and EXDATE lines in any order, read strictly into values.
 * Lines may be folded and end in CRLF; a line without a name is a rule.
 */
import { type Wall, wallOf } from './calendar.ts'
import { quoted, ScheduleProblem } from './schedule-problem.ts'

/** From the coarsest to the finest. */
const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const
type Frequency = (typeof FREQUENCIES)[number]

/** A time as the text has it: of the schedule's own zone, or of UTC (`Z`). */
export interface WrittenTime {
  wall: Wall
  utc: boolean
}

/** One weekday of a rule, 0 = Sunday: every one (`nth` 0), or the nth from the beginning or (negative) the end of its month or year. */
interface RuleWeekday {
  weekday: number
  nth: number
}

/** One rule. Lists are in order, without duplicates, and empty where the rule does not say. */
export interface Rule {
  frequency: Frequency
  interval: number
  count: number | null
  until: WrittenTime | null
  months: number[]
  weekNumbers: number[]
  daysOfYear: number[]
  daysOfMonth: number[]
  weekdays: RuleWeekday[]
  hours: number[]
  minutes: number[]
  seconds: number[]
  /** Which of the occurrences of one period, from its beginning or (negative) its end. */
  positions: number[]
  /** First day of a week, 0 = Sunday. */
  weekStart: number
}

/** A set that was understood. */
export interface Recurrence {
  dtstart: WrittenTime | null
  /** Zone of the text's TZID parameters. */
  zone: string | null
  rules: Rule[]
  exclusionRules: Rule[]
  dates: WrittenTime[]
  exclusionDates: WrittenTime[]
}

const LONGEST = 6_500
/** Each rule may cost a look at forty years. */
const MOST_RULES = 50

/** Reads a set; throws a ScheduleProblem that names the line, the part and what was expected. */
export function readRecurrence(text: string): Recurrence {
  if (text.length > LONGEST) throw wrong(`is ${text.length} characters long: expected at most ${LONGEST}`)
  const set: Recurrence = { dtstart: null, zone: null, rules: [], exclusionRules: [], dates: [], exclusionDates: [] }
  // A line that begins with a blank goes on with the line before.
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
  for (const [index, line] of lines.entries()) if (line.trim() !== '') readLine(set, line.trim(), lines.length > 1 ? `line ${index + 1}: ` : '')
  if (set.rules.length === 0 && set.dates.length === 0) throw wrong('has no rule: expected for example "FREQ=WEEKLY;BYDAY=MO"')
  if (set.rules.length + set.exclusionRules.length > MOST_RULES)
    throw wrong(`has ${set.rules.length + set.exclusionRules.length} rules: expected at most ${MOST_RULES}`)
  return set
}

const wrong = (message: string): ScheduleProblem => new ScheduleProblem('rrule', message)

function readLine(set: Recurrence, line: string, place: string): void {
  const { name, parameters, value } = splitLine(line, place)
  switch (name) {
    case 'RRULE':
      set.rules.push(readRule(value, place))
      break
    case 'EXRULE':
      set.exclusionRules.push(readRule(value, place))
      break
    case 'DTSTART':
      if (set.dtstart) throw wrong(`${place}there is a second DTSTART: expected one`)
      set.dtstart = readTime(value, 'DTSTART', place)
      break
    case 'RDATE':
      set.dates.push(...value.split(',').map((one) => readTime(one, 'RDATE', place)))
      break
    case 'EXDATE':
      set.exclusionDates.push(...value.split(',').map((one) => readTime(one, 'EXDATE', place)))
      break
    default:
      throw wrong(`${place}${quoted(name)} is unknown: expected DTSTART, RRULE, EXRULE, RDATE or EXDATE`)
  }
  readParameters(set, name, parameters, place)
}

function splitLine(line: string, place: string): { name: string; parameters: string[]; value: string } {
  const colon = line.indexOf(':')
  if (colon < 0) {
    if (/^[A-Za-z]+\s*=/.test(line)) return { name: 'RRULE', parameters: [], value: line }
    throw wrong(`${place}${quoted(line)} is not understood: expected for example "RRULE:FREQ=DAILY"`)
  }
  const [name, ...parameters] = line.slice(0, colon).split(';') as [string, ...string[]]
  return { name: name.trim().toUpperCase(), parameters, value: line.slice(colon + 1).trim() }
}

function readParameters(set: Recurrence, name: string, parameters: string[], place: string): void {
  for (const parameter of parameters) {
    const [key, value = ''] = parameter.split('=') as [string, string | undefined]
    const rule = name === 'RRULE' || name === 'EXRULE'
    if (!rule && key.toUpperCase() === 'VALUE' && /^DATE(-TIME)?$/i.test(value)) continue
    if (rule || key.toUpperCase() !== 'TZID')
      throw wrong(`${place}${name} has the parameter ${quoted(parameter)}: expected ${rule ? 'none' : 'TZID, VALUE=DATE or VALUE=DATE-TIME'}`)
    if (set.zone !== null && set.zone !== value)
      throw wrong(`${place}there are two zones, ${quoted(set.zone)} and ${quoted(value)}: expected one for the whole set`)
    set.zone = value
  }
}

/** `20260329T023000`, `20260329T023000Z`, or `20260329` for its midnight. */
function readTime(text: string, part: string, place: string): WrittenTime {
  const found = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/i.exec(text.trim())
  if (!found) throw wrong(`${place}${part} ${quoted(text)} is no time: expected for example 20260329T023000, or 20260329T003000Z in UTC`)
  const [year, month, date, hour, minute, second] = found.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = wallOf(year, month, date, hour, minute, second)
  if (wall === null) throw wrong(`${place}${part} ${quoted(text)} does not exist in the calendar: expected for example 20260329T023000`)
  return { wall, utc: found[7] !== undefined }
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

interface List {
  to: 'months' | 'weekNumbers' | 'daysOfYear' | 'daysOfMonth' | 'hours' | 'minutes' | 'seconds' | 'positions'
  low: number
  high: number
  /** Whether one may count from the end: -1 is the last. */
  negative: boolean
}

const LISTS: Record<string, List> = {
  BYMONTH: { to: 'months', low: 1, high: 12, negative: false },
  BYWEEKNO: { to: 'weekNumbers', low: 1, high: 53, negative: true },
  BYYEARDAY: { to: 'daysOfYear', low: 1, high: 366, negative: true },
  BYMONTHDAY: { to: 'daysOfMonth', low: 1, high: 31, negative: true },
  BYHOUR: { to: 'hours', low: 0, high: 23, negative: false },
  BYMINUTE: { to: 'minutes', low: 0, high: 59, negative: false },
  BYSECOND: { to: 'seconds', low: 0, high: 59, negative: false },
  BYSETPOS: { to: 'positions', low: 1, high: 366, negative: true },
}

const PARTS = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'WKST', ...Object.keys(LISTS)]

function readRule(text: string, place: string): Rule {
  const parts = splitRule(text, place)
  const frequency = parts.get('FREQ')?.toUpperCase() as Frequency | undefined
  if (frequency === undefined) throw wrong(`${place}the rule has no FREQ: expected one of ${FREQUENCIES.join(', ')}`)
  if (!FREQUENCIES.includes(frequency)) throw wrong(`${place}FREQ=${quoted(frequency)} is unknown: expected one of ${FREQUENCIES.join(', ')}`)
  const rule: Rule = {
    frequency,
    interval: readPositive(parts.get('INTERVAL') ?? '1', 'INTERVAL', place),
    count: parts.has('COUNT') ? readPositive(parts.get('COUNT') as string, 'COUNT', place) : null,
    until: parts.has('UNTIL') ? readTime(parts.get('UNTIL') as string, 'UNTIL', place) : null,
    months: [],
    weekNumbers: [],
    daysOfYear: [],
    daysOfMonth: [],
    weekdays: (parts.get('BYDAY') ?? '').split(',').flatMap((one) => (parts.has('BYDAY') ? [readWeekday(one, place)] : [])),
    hours: [],
    minutes: [],
    seconds: [],
    positions: [],
    weekStart: readWeekStart(parts.get('WKST') ?? 'MO', place),
  }
  for (const [part, list] of Object.entries(LISTS)) {
    const value = parts.get(part)
    if (value !== undefined) rule[list.to] = readList(value, part, list, place)
  }
  checkTogether(rule, place)
  return rule
}

function splitRule(text: string, place: string): Map<string, string> {
  const parts = new Map<string, string>()
  // One semicolon at the end is common and harmless.
  for (const part of text.replace(/;$/, '').split(';')) {
    const [, name, value] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined) throw wrong(`${place}${quoted(part)} is no part of a rule: expected for example "FREQ=DAILY"`)
    const key = name.toUpperCase()
    if (!PARTS.includes(key)) throw wrong(`${place}${quoted(name)} is unknown: expected ${PARTS.join(', ')}`)
    if (parts.has(key)) throw wrong(`${place}${key} is there twice: expected once`)
    parts.set(key, value)
  }
  return parts
}

function readPositive(text: string, part: string, place: string): number {
  const value = /^\+?\d{1,15}$/.test(text) ? Number(text) : 0
  if (value < 1) throw wrong(`${place}${part}=${text.slice(0, 30)} is out of range: expected a whole number, 1 or more`)
  return value
}

function readWeekStart(text: string, place: string): number {
  const weekday = WEEKDAYS.indexOf(text.toUpperCase())
  if (weekday < 0) throw wrong(`${place}WKST=${text.slice(0, 30)} is no weekday: expected one of ${WEEKDAYS.join(', ')}`)
  return weekday
}

function readWeekday(text: string, place: string): RuleWeekday {
  const found = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/i.exec(text.trim())
  const nth = Number(found?.[1] ?? 0)
  if (!found || (found[1] !== undefined && (nth === 0 || Math.abs(nth) > 53)))
    throw wrong(`${place}BYDAY=${quoted(text)} is not understood: expected for example MO, 2FR (the second) or -1SU (the last)`)
  return { weekday: WEEKDAYS.indexOf((found[2] as string).toUpperCase()), nth }
}

function readList(text: string, part: string, { low, high, negative }: List, place: string): number[] {
  const values = text.split(',').map((one) => {
    const value = /^\s*[+-]?\d{1,4}\s*$/.test(one) ? Number(one) : Number.NaN
    const size = negative ? Math.abs(value) : value
    if (!(size >= low && size <= high))
      throw wrong(`${place}${part}=${one.slice(0, 30)} is out of range: expected ${low} to ${high}${negative ? ` or ${-high} to ${-low}` : ''}`)
    return value
  })
  return [...new Set(values)].sort((a, b) => a - b)
}

/** What RFC 5545 forbids about parts that are each fine. */
function checkTogether(rule: Rule, place: string): void {
  if (rule.count !== null && rule.until !== null) throw wrong(`${place}the rule has COUNT and UNTIL: expected one of them`)
  if (rule.weekdays.some(({ nth }) => nth !== 0)) {
    if (rule.frequency !== 'MONTHLY' && rule.frequency !== 'YEARLY')
      throw wrong(`${place}BYDAY has a number, which FREQ=${rule.frequency} does not know: expected MONTHLY or YEARLY, or weekdays without number`)
    if (rule.frequency === 'YEARLY' && rule.weekNumbers.length > 0)
      throw wrong(`${place}BYDAY has a number beside BYWEEKNO: expected weekdays without number`)
    const perMonth = rule.frequency === 'MONTHLY' || rule.months.length > 0
    const high = rule.weekdays.find(({ nth }) => perMonth && Math.abs(nth) > 5)
    if (high) throw wrong(`${place}BYDAY=${high.nth}${WEEKDAYS[high.weekday]} is out of range: a month has at most five of a weekday`)
  }
  const { months, weekNumbers, daysOfYear, daysOfMonth, weekdays, hours, minutes, seconds } = rule
  if (
    rule.positions.length > 0 &&
    [months, weekNumbers, daysOfYear, daysOfMonth, weekdays, hours, minutes, seconds].every((list) => list.length === 0)
  )
    throw wrong(`${place}BYSETPOS has nothing to choose from: expected another part such as BYDAY beside it`)
}
