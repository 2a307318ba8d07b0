/**
 * Rules from HOURLY down: elapsed time, in steps of 3,600, 60 or 1 seconds from the instant of DTSTART, filtered by what the wall shows at each instant.
 *
 * Bounded: inside one day with one offset, which seconds occur depends only on where the steps fall in it. That is worked out once per such phase, so that a
 * step of one second or a rule that never fires costs no more than a look at each day.
 */
import { DAY, firstAtOrAfter, modulo, type Wall } from './calendar.ts'
import type { Patience } from './patience.ts'
import type { Rule } from './recurrence.ts'
import { allowsDay } from './rule-days.ts'
import type { Zone } from './zone.ts'

const UNIT: Record<string, number> = { HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1 }

/** Whether a rule is elapsed time; the others keep wall time. */
export const isElapsed = (rule: Rule): boolean => rule.frequency in UNIT

/** The instants of a rule from `from` to `to`, both inclusive, in order. May be asked several times. */
type RuleInstants = (from: number, to: number) => Generator<number>

/** Prepares an elapsed rule for being asked. `dtstart` is an instant and `dtstartWall` what the wall shows then; `until` is the rule's own end. */
export function instantsOfRule(rule: Rule, zone: Zone, dtstart: number, dtstartWall: Wall, until: number | null, patience: Patience): RuleInstants {
  const steps = stepsOf(rule, dtstartWall)
  const secondsOf = secondsByPhase(rule, steps, dtstart)
  return function* (from, to) {
    const end = Math.min(to, until ?? to)
    // No period has more than all its places, so a larger count cannot end the rule by then.
    const counts = rule.count !== null && rule.count <= (Math.floor((end - dtstart) / steps.length) + 2) * steps.places.length
    let left = counts ? (rule.count as number) : Number.POSITIVE_INFINITY
    for (const { start, end: stretchEnd, offset } of zone.stretches(counts ? dtstart : Math.max(from, dtstart), end + 1)) {
      const lastDay = Math.floor((stretchEnd - 1 + offset) / DAY)
      for (let day = Math.floor((start + offset) / DAY); day <= lastDay; day++) {
        patience.spend(1)
        if (!allowsDay(rule, day)) continue
        const midnight = day * DAY - offset
        const seconds = secondsOf(midnight)
        const stop = firstAtOrAfter(seconds, Math.min(stretchEnd, end + 1) - midnight)
        let index = firstAtOrAfter(seconds, start - midnight)
        const unasked = Math.min(stop, firstAtOrAfter(seconds, from - midnight)) - index
        if (unasked > 0) {
          index += unasked
          left -= unasked
          if (left <= 0) return
        }
        for (; index < stop; index++) {
          yield midnight + (seconds[index] as number)
          if (--left === 0) return
        }
      }
    }
  }
}

/** How a rule goes: periods of `unit` seconds, one every `length`; DTSTART is `within` the first, and `places` of each may occur. */
interface Steps {
  unit: number
  length: number
  within: number
  places: number[]
}

function stepsOf(rule: Rule, dtstartWall: Wall): Steps {
  const unit = UNIT[rule.frequency] as number
  const within = modulo(dtstartWall, unit)
  return { unit, length: unit * rule.interval, within, places: placesWithin(rule, unit, within) }
}

const NONE: number[] = []

/** The seconds of a day at which the rule's steps and filters meet, by the instant of the day's midnight. */
function secondsByPhase(rule: Rule, { unit, length, within, places }: Steps, dtstart: number): (midnight: number) => number[] {
  const remembered = new Map<number, number[]>()
  return (midnight) => {
    // Where the first period of this day begins; the one before may still reach into it.
    const phase = modulo(dtstart - within - midnight, length)
    if (phase >= DAY && phase - length + unit <= 0) return NONE
    let seconds = remembered.get(phase)
    if (!seconds) {
      seconds = []
      for (let begin = phase - length; begin < DAY; begin += length) {
        if (begin + unit <= 0) continue
        const period: number[] = []
        for (const place of places) {
          const second = begin + place
          if (second >= 0 && second < DAY && showsAllowedTime(rule, second)) period.push(second)
        }
        for (const second of rule.positions.length > 0 ? choose(rule.positions, period) : period) seconds.push(second)
      }
      remembered.set(phase, seconds)
    }
    return seconds
  }
}

/** The seconds of a period that may occur: DTSTART's own, unless the rule names minutes or seconds. */
function placesWithin(rule: Rule, unit: number, within: number): number[] {
  const namesMinutes = unit > 60 && rule.minutes.length > 0
  const namesSeconds = unit > 1 && rule.seconds.length > 0
  const places: number[] = []
  for (let place = 0; place < unit; place++) {
    if (!namesMinutes && Math.floor(place / 60) !== Math.floor(within / 60)) continue
    if (!namesSeconds && place % 60 !== within % 60) continue
    places.push(place)
  }
  return places
}

function showsAllowedTime({ hours, minutes, seconds }: Rule, second: number): boolean {
  if (hours.length > 0 && !hours.includes(Math.floor(second / 3_600))) return false
  if (minutes.length > 0 && !minutes.includes(Math.floor(second / 60) % 60)) return false
  return seconds.length === 0 || seconds.includes(second % 60)
}

function choose(positions: readonly number[], period: readonly number[]): number[] {
  const indexes = new Set(positions.map((position) => (position > 0 ? position - 1 : period.length + position)))
  return period.filter((_, index) => indexes.has(index))
}
