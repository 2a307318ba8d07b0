/**
 * Rules from DAILY up, expanded as wall times: period by period, each with the days that pass and the times of the day. Without COUNT the expansion begins
 * at the period of `from`; with COUNT it has to begin at DTSTART, unless the count is so large that it cannot be reached.
 */
import { DAY, dateOf, dayOf, firstAtOrAfter, modulo, timesOfDay, type Wall, weekdayOf } from './calendar.ts'
import type { Patience } from './patience.ts'
import type { Rule } from './recurrence.ts'
import { allowsDay, withDaysOf } from './rule-days.ts'

/** The wall times of a rule from `from` to `to`, both inclusive, in order. May be asked several times. */
type RuleWalls = (from: Wall, to: Wall) => Generator<Wall>

/** Prepares a rule for being asked. `until` is the rule's own end as a wall time. */
export function wallsOfRule(written: Rule, dtstart: Wall, until: Wall | null, patience: Patience): RuleWalls {
  const dtstartDay = Math.floor(dtstart / DAY)
  const rule = withDaysOf(written, dtstartDay)
  const times = timesOf(rule, dtstart - dtstartDay * DAY)
  const periods = periodsOf(rule, dtstartDay)
  return function* (from, to) {
    const end = Math.min(to, until ?? to)
    // No day has more than all its times, so a larger count cannot end the rule by then.
    const counts = rule.count !== null && rule.count <= (Math.floor((end - dtstart) / DAY) + 2) * times.length
    let left = counts ? (rule.count as number) : Number.POSITIVE_INFINITY
    for (let index = counts ? 0 : Math.max(0, periods.indexOf(Math.floor(Math.max(from, dtstart) / DAY))); ; index++) {
      const { first, last } = periods.at(index)
      if (first * DAY > end) return
      patience.spend(last - first + 1)
      const days: number[] = []
      for (let day = first; day <= last; day++) if (allowsDay(rule, day)) days.push(day)
      if (rule.positions.length > 0) {
        for (const wall of chosen(rule.positions, days, times)) {
          if (wall < dtstart) continue
          if (wall > end) return
          if (wall >= from) yield wall
          if (--left === 0) return
        }
        continue
      }
      for (const day of days) {
        // What lies before `from` only has to be counted.
        const counted = firstAtOrAfter(times, dtstart - day * DAY)
        const asked = firstAtOrAfter(times, Math.max(from, dtstart) - day * DAY)
        left -= asked - counted
        if (left <= 0) return
        for (let index = asked; index < times.length; index++) {
          const wall = day * DAY + (times[index] as number)
          if (wall > end) return
          yield wall
          if (--left === 0) return
        }
      }
    }
  }
}

function timesOf(rule: Rule, dtstartSecond: number): number[] {
  const orElse = (list: number[], one: number) => (list.length > 0 ? list : [one])
  return timesOfDay(
    orElse(rule.hours, Math.floor(dtstartSecond / 3_600)),
    orElse(rule.minutes, Math.floor(dtstartSecond / 60) % 60),
    orElse(rule.seconds, dtstartSecond % 60),
  )
}

/** The positions of a period's occurrences that BYSETPOS names. */
function chosen(positions: readonly number[], days: readonly number[], times: readonly number[]): Wall[] {
  const size = days.length * times.length
  const indexes = new Set(positions.map((position) => (position > 0 ? position - 1 : size + position)))
  return [...indexes]
    .filter((index) => index >= 0 && index < size)
    .sort((a, b) => a - b)
    .map((index) => (days[Math.floor(index / times.length)] as number) * DAY + (times[index % times.length] as number))
}

/** The periods of a rule, numbered from the one of DTSTART: their first and last day, and which one a day is in or after. */
interface Periods {
  at(index: number): { first: number; last: number }
  indexOf(day: number): number
}

function periodsOf({ frequency, interval, weekStart }: Rule, dtstartDay: number): Periods {
  const begin = dateOf(dtstartDay)
  switch (frequency) {
    case 'YEARLY':
      return {
        at: (index) => ({ first: dayOf(begin.year + index * interval, 1, 1), last: dayOf(begin.year + index * interval, 12, 31) }),
        indexOf: (day) => Math.floor((dateOf(day).year - begin.year) / interval),
      }
    case 'MONTHLY': {
      const firstOf = (month: number) => dayOf(Math.floor(month / 12), modulo(month, 12) + 1, 1)
      const monthOf = ({ year, month }: { year: number; month: number }) => year * 12 + month - 1
      return {
        at: (index) => ({ first: firstOf(monthOf(begin) + index * interval), last: firstOf(monthOf(begin) + index * interval + 1) - 1 }),
        indexOf: (day) => Math.floor((monthOf(dateOf(day)) - monthOf(begin)) / interval),
      }
    }
    default: {
      const [length, first] = frequency === 'WEEKLY' ? [7, dtstartDay - modulo(weekdayOf(dtstartDay) - weekStart, 7)] : [1, dtstartDay]
      return {
        at: (index) => ({ first: first + index * interval * length, last: first + index * interval * length + length - 1 }),
        indexOf: (day) => Math.floor((day - first) / (interval * length)),
      }
    }
  }
}
