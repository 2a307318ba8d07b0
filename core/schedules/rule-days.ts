/** Which days a rule allows: its filters by month, week, day of year, day of month and weekday. A day has to pass all that the rule gives. */
import { dateOf, dayOf, isLeapYear, lengthOfMonth, modulo, weekdayOf } from './calendar.ts'
import type { Rule } from './recurrence.ts'

/** The rule with what RFC 5545 takes from DTSTART where the rule itself says nothing about days. */
export function withDaysOf(rule: Rule, dtstartDay: number): Rule {
  const says = rule.weekNumbers.length + rule.daysOfYear.length + rule.daysOfMonth.length + rule.weekdays.length > 0
  if (says) return rule
  const { month, date } = dateOf(dtstartDay)
  switch (rule.frequency) {
    case 'YEARLY':
      return { ...rule, months: rule.months.length > 0 ? rule.months : [month], daysOfMonth: [date] }
    case 'MONTHLY':
      return { ...rule, daysOfMonth: [date] }
    case 'WEEKLY':
      return { ...rule, weekdays: [{ weekday: weekdayOf(dtstartDay), nth: 0 }] }
    default:
      return rule
  }
}

/** Whether a day passes. */
export function allowsDay(rule: Rule, day: number): boolean {
  if (rule.months.length + rule.daysOfMonth.length + rule.weekdays.length + rule.daysOfYear.length + rule.weekNumbers.length === 0) return true
  const { year, month, date } = dateOf(day)
  if (rule.months.length > 0 && !rule.months.includes(month)) return false
  const length = lengthOfMonth(year, month)
  if (rule.daysOfMonth.length > 0 && !rule.daysOfMonth.includes(date) && !rule.daysOfMonth.includes(date - length - 1)) return false
  const dayOfYear = day - dayOf(year, 1, 1) + 1
  const lengthOfYear = isLeapYear(year) ? 366 : 365
  if (rule.daysOfYear.length > 0 && !rule.daysOfYear.includes(dayOfYear) && !rule.daysOfYear.includes(dayOfYear - lengthOfYear - 1)) return false
  if (rule.weekdays.length > 0) {
    const perYear = rule.frequency === 'YEARLY' && rule.months.length === 0
    const [place, size] = perYear ? [dayOfYear, lengthOfYear] : [date, length]
    const weekday = weekdayOf(day)
    const found = rule.weekdays.some(
      (one) => one.weekday === weekday && (one.nth === 0 || one.nth === Math.ceil(place / 7) || -one.nth === Math.ceil((size - place + 1) / 7)),
    )
    if (!found) return false
  }
  return rule.weekNumbers.length === 0 || allowsWeekOf(rule, day, year)
}

/** The first day of week 1: the first week with at least four days in the year. */
function firstWeekOf(year: number, weekStart: number): number {
  const newYear = dayOf(year, 1, 1)
  const into = modulo(weekdayOf(newYear) - weekStart, 7)
  return into <= 3 ? newYear - into : newYear + 7 - into
}

function allowsWeekOf(rule: Rule, day: number, calendarYear: number): boolean {
  // The first days of January may belong to the last week of the year before, the last ones of December to week 1 of the next.
  let year = calendarYear + 1
  while (firstWeekOf(year, rule.weekStart) > day) year--
  const first = firstWeekOf(year, rule.weekStart)
  const weeks = (firstWeekOf(year + 1, rule.weekStart) - first) / 7
  const week = Math.floor((day - first) / 7) + 1
  return rule.weekNumbers.includes(week) || rule.weekNumbers.includes(week - weeks - 1)
}
