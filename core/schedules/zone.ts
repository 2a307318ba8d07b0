/**
 * Time zones: offsets, and what a wall time means in a zone. The rules of the zones are the runtime's own (Intl); how gaps and overlaps are treated is ours.
 *
 * Invariants:
 * 1. A wall time means no instant inside a gap (unless it is shifted), two inside an overlap, and one everywhere else.
 * 2. The earliest instant of a wall time never decreases as the wall time increases; `instantsOf` therefore yields in order.
 * 3. Memory is bounded: hostile zones and far years push out what was remembered, never add to it for ever.
 */
import { DAY, type Wall } from './calendar.ts'
import { quoted, ScheduleProblem } from './schedule-problem.ts'

/** What happens to a wall time that a zone skips: the first instant after the gap, or nothing. */
export type OnGap = 'shift' | 'skip'
/** What happens to a wall time that a zone has twice: its first instant, or both. */
export type OnOverlap = 'first' | 'both'

/** A stretch of time with one offset: instants in seconds, `end` exclusive; wall time = instant + offset. */
interface Stretch {
  start: number
  end: number
  offset: number
}

/** One IANA zone. All instants are whole seconds since 1970-01-01T00:00:00Z. */
export interface Zone {
  /** As the author wrote it. */
  name: string
  /** Seconds to add to an instant to get its wall time. */
  offsetAt(instant: number): number
  /** The stretches from one instant to another, in order, without holes. Neighbours may have the same offset. */
  stretches(from: number, to: number): Generator<Stretch>
}

/**
 * Offsets are looked up where these begin, and searched for a change only where two neighbours differ. No zone ever changed its offset twice within three
 * days (the closest: Freetown 1939, 3.99 days).
 */
const BLOCK = 3 * DAY
/** No zone is further from UTC: Manila and Alaska came close to 16 hours before they chose a side of the date line. */
const FURTHEST = 16 * 3_600
/** Before, every zone kept the local mean time of its city. */
const LOCAL_MEAN_TIME_UNTIL = -170 * 365.25 * DAY
const MOST_BLOCKS = 20_000
const MOST_ZONES = 50

const zones = new Map<string, Zone>()

/** The zone of that name; throws a ScheduleProblem when it is not one of IANA's. */
export function findZone(name: string, field = 'timezone'): Zone {
  const known = zones.get(name)
  if (known) return known
  const zone = makeZone(name, field)
  if (zones.size >= MOST_ZONES) zones.clear()
  zones.set(name, zone)
  return zone
}

/** Names of IANA without a slash. Intl knows more (PST, IST …), but those mean different zones to different people. */
const WITHOUT_SLASH =
  /^(UTC|UCT|GMT([+-]?0)?|Zulu|Universal|Greenwich|[CEMW]ET|EST|MST|HST|EST5EDT|CST6CDT|MST7MDT|PST8PDT|Cuba|Egypt|Eire|GB(-Eire)?|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|NZ(-CHAT)?|Navajo|PRC|Poland|Portugal|ROC|ROK|Singapore|Turkey|W-SU)$/i

function makeZone(name: string, field: string): Zone {
  if (name.length > 64 || !/^[A-Za-z]/.test(name) || !(WITHOUT_SLASH.test(name) || /^(?!SystemV)[A-Za-z_]+\/[A-Za-z0-9_+/-]+$/i.test(name)))
    throw notAZone(name, field)
  let format: Intl.DateTimeFormat
  try {
    // GMT+0, GMT-0 and GMT0 are names of IANA that some versions of Intl refuse.
    format = new Intl.DateTimeFormat('en-US', { timeZone: /^GMT[+-]?0$/i.test(name) ? 'GMT' : name, timeZoneName: 'longOffset' })
  } catch {
    throw notAZone(name, field)
  }
  const ask = (instant: number): number => {
    const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(instant * 1_000))
    if (!found?.[1]) return 0
    const size = Number(found[2]) * 3_600 + Number(found[3]) * 60 + Number(found[4] ?? 0)
    return found[1] === '-' ? -size : size
  }

  const begins = new Map<number, number>()
  const atBegin = (block: number): number => {
    let offset = begins.get(block)
    if (offset === undefined) {
      if (begins.size >= MOST_BLOCKS) begins.clear()
      begins.set(block, (offset = ask(block * BLOCK)))
    }
    return offset
  }
  const changes = new Map<number, number>()
  /** Where in a block with two offsets the second one begins. */
  const changeIn = (block: number, first: number): number => {
    let change = changes.get(block)
    if (change === undefined) {
      let low = block * BLOCK
      let high = low + BLOCK
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (ask(middle) === first) low = middle
        else high = middle
      }
      if (changes.size >= MOST_BLOCKS) changes.clear()
      changes.set(block, (change = high))
    }
    return change
  }

  function* stretches(from: number, to: number): Generator<Stretch> {
    let at = from
    if (at < LOCAL_MEAN_TIME_UNTIL && at < to) {
      yield { start: at, end: Math.min(to, LOCAL_MEAN_TIME_UNTIL), offset: ask(LOCAL_MEAN_TIME_UNTIL) }
      at = LOCAL_MEAN_TIME_UNTIL
    }
    while (at < to) {
      const block = Math.floor(at / BLOCK)
      const [first, second] = [atBegin(block), atBegin(block + 1)]
      const end = Math.min(to, (block + 1) * BLOCK)
      if (first === second) yield { start: at, end, offset: first }
      else {
        const change = changeIn(block, first)
        if (at < change) yield { start: at, end: Math.min(end, change), offset: first }
        if (end > change) yield { start: Math.max(at, change), end, offset: second }
      }
      at = end
    }
  }

  const offsetAt = (instant: number): number => {
    if (instant < LOCAL_MEAN_TIME_UNTIL) return ask(LOCAL_MEAN_TIME_UNTIL)
    const block = Math.floor(instant / BLOCK)
    const [first, second] = [atBegin(block), atBegin(block + 1)]
    return first === second || instant < changeIn(block, first) ? first : second
  }
  return { name, offsetAt, stretches }
}

function notAZone(name: string, field: string): ScheduleProblem {
  const why = /^(UTC|GMT)?[+-]\d/i.test(name)
    ? 'is an offset, and an offset does not know when clocks change'
    : /^[A-Z]{2,4}$/.test(name)
      ? 'is an abbreviation, and those mean different zones in different places'
      : 'is no time zone'
  return new ScheduleProblem(field, `${quoted(name)} ${why}: expected an IANA name such as "Europe/Berlin" or "UTC"`)
}

/** The instants of a wall time, earliest first: none or the end of the gap, one, or two where clocks were set back. */
function instantsOfWall(zone: Zone, wall: Wall, onGap: OnGap): number[] {
  const found: number[] = []
  let gapEnd: number | null = null
  let before: number | null = null
  for (const { start, end, offset } of zone.stretches(wall - FURTHEST, wall + FURTHEST + 1)) {
    const instant = wall - offset
    if (instant >= start && instant < end) found.push(instant)
    if (before !== null && start + before <= wall && wall < start + offset) gapEnd = start
    before = offset
  }
  return found.length === 0 && gapEnd !== null && onGap === 'shift' ? [gapEnd] : found
}

/** An anchor as an instant: shifted out of a gap, the first of an overlap. */
export const instantOfAnchor = (zone: Zone, wall: Wall): number => instantsOfWall(zone, wall, 'shift')[0] as number

/** Instants of increasing wall times, in order, each once. Wall times in a gap share its end; second passes come after all first ones. */
export function* instantsOf(walls: Iterable<Wall>, zone: Zone, choices: { onGap: OnGap; onOverlap: OnOverlap }): Generator<number> {
  let last = Number.NEGATIVE_INFINITY
  const seconds: number[] = []
  for (const wall of walls) {
    const [first, second] = instantsOfWall(zone, wall, choices.onGap)
    if (first === undefined) continue
    while (seconds.length > 0 && (seconds[0] as number) <= first) {
      const instant = seconds.shift() as number
      if (instant > last) yield (last = instant)
    }
    if (first > last) yield (last = first)
    if (second !== undefined && choices.onOverlap === 'both') seconds.push(second)
  }
  for (const instant of seconds) if (instant > last) yield (last = instant)
}

/** The latest wall time that may mean an instant at or before `to`: clocks may just have been set back. */
export function latestWallTo(zone: Zone, to: number): Wall {
  let latest = to + zone.offsetAt(to)
  for (const { end, offset } of zone.stretches(to - 2 * DAY, to)) latest = Math.max(latest, end - 1 + offset)
  return latest
}

/** The earliest wall time that may mean an instant at or after `from`: clocks may be about to be set back, or just have been set forward. */
export function earliestWallFrom(zone: Zone, from: number): Wall {
  let earliest = from + zone.offsetAt(from)
  let before = zone.offsetAt(from - 1)
  for (const { start, offset } of zone.stretches(from, from + 2 * DAY)) {
    earliest = Math.min(earliest, start + before, start + offset)
    before = offset
  }
  return earliest
}
