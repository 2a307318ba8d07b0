/**
 * The proleptic Gregorian calendar in whole numbers. A *day* is a number of days since 1970-01-01; a *wall time* is what a clock on a wall shows, as
 * seconds since it showed 1970-01-01 00:00:00. Neither knows zones, so neither has gaps or overlaps: those are the business of zone.ts.
 */

/** Seconds since a wall clock showed 1970-01-01 00:00:00. No instant. */
export type Wall = number

/** Seconds of a day. */
export const DAY = 86_400

/** Remainder that is never negative. */
export const modulo = (value: number, by: number): number => ((value % by) + by) % by

/** Day of the week: 0 is Sunday, 6 Saturday. */
export const weekdayOf = (day: number): number => modulo(day + 4, 7)

/** Whether the year has a 29 February. */
export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days of a month; months count from 1. */
export const lengthOfMonth = (year: number, month: number): number => (month === 2 && isLeapYear(year) ? 29 : (LENGTHS[month - 1] as number))

/** The day of a date. Years may be any whole number. */
export function dayOf(year: number, month: number, date: number): number {
  // Years that begin in March put the leap day last: every month then begins at the same place of its year.
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** A date: months and dates count from 1. */
export interface CivilDate {
  year: number
  month: number
  date: number
}

/** The date of a day. */
export function dateOf(day: number): CivilDate {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 }
}

/** Seconds of the day for every combination of the three, in order. */
export function timesOfDay(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): number[] {
  const times: number[] = []
  for (const hour of hours) for (const minute of minutes) for (const second of seconds) times.push(hour * 3_600 + minute * 60 + second)
  return times
}

/** The index of the first entry of an ordered list that is `value` or more. */
export function firstAtOrAfter(ordered: readonly number[], value: number): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ordered[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-03-29T02:30:00`. */
export function formatWall(wall: Wall): string {
  const day = Math.floor(wall / DAY)
  const { year, month, date } = dateOf(day)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}T${formatTime(wall - day * DAY)}`
}

/** `02:30:00` of a second of the day. */
const formatTime = (second: number): string => `${two(Math.floor(second / 3_600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`

/** The wall time of date and time of day. Null when there is no such date or time; years from 1 to 9999. */
export function wallOf(year: number, month: number, date: number, hour = 0, minute = 0, second = 0): Wall | null {
  if (year < 1 || year > 9_999 || month < 1 || month > 12 || date < 1 || date > lengthOfMonth(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59) return null
  return dayOf(year, month, date) * DAY + hour * 3_600 + minute * 60 + second
}
