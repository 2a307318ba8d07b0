/**
 * The instants of a whole recurrence set: what its rules and RDATEs give, less what its EXRULEs and EXDATEs take.
 *
 * Whatever keeps wall time is excluded as wall times, before gaps and overlaps are mapped: EXDATE names the 02:30 of the text, not the 03:00 it was shifted
 * to. Of elapsed rules an EXDATE takes every instant at which the wall shows it. Times in UTC are instants: such an UNTIL, RDATE or EXDATE is compared with
 * what the wall times became.
 */
import { DAY, type Wall } from './calendar.ts'
import { OCCURRENCE, Patience } from './patience.ts'
import type { Recurrence, Rule, WrittenTime } from './recurrence.ts'
import { instantsOfRule, isElapsed } from './rule-instants.ts'
import { wallsOfRule } from './rule-walls.ts'
import { instantOfAnchor, instantsOf, latestWallTo, type OnGap, type OnOverlap, type Zone } from './zone.ts'

/** A set in its zone: `dtstart` is the wall time from which its rules count, `begin` the instant that is meant by it. */
interface PlacedRecurrence {
  set: Recurrence
  dtstart: Wall
  begin: number
  zone: Zone
  onGap: OnGap
  onOverlap: OnOverlap
}

/** What the wall shows at a written time, which may be in UTC. */
export const wallIn = (zone: Zone, { wall, utc }: WrittenTime): Wall => (utc ? wall + zone.offsetAt(wall) : wall)

/** The set's instants from `from` to `to`, both inclusive, in order, each once. `fromWall` is the earliest wall time that may mean one of them. */
export function instantsOfRecurrence(
  { set, dtstart, begin, zone, onGap, onOverlap }: PlacedRecurrence,
  fromWall: Wall,
  from: number,
  to: number,
): Iterable<number> {
  const toWall = to + DAY
  const patience = new Patience()
  const walls = (rule: Rule) => wallsOfRule(rule, dtstart, rule.until && lastWallOf(zone, rule.until), patience)
  const instants = (rule: Rule) => instantsOfRule(rule, zone, begin, dtstart, rule.until && instantIn(zone, rule.until), patience)
  const [keeping, elapsed] = split(set.rules)
  const [keepingNot, elapsedNot] = split(set.exclusionRules)
  const [localDates, utcDates] = byZone(set.dates)
  const [localNot, utcNot] = byZone(set.exclusionDates)

  const takesWall = (): Test[] => [within(new Set(localNot)), ...keepingNot.map((rule) => among(rule, toWall, walls(rule), patience))]
  const placed = (local: Iterable<Wall>) => instantsOf(without(local, takesWall(), patience), zone, { onGap, onOverlap })
  const onWall = takesWall().map(
    (takes): Test =>
      (instant) =>
        takes(instant + zone.offsetAt(instant)),
  )
  const exact = without(join([...elapsed.map((rule) => instants(rule)(from, to)), utcDates.filter((instant) => instant >= from)]), onWall, patience)
  return without(
    join([
      ...keeping.map((rule) => upTo(rule.until, placed(walls(rule)(fromWall, toWall)))),
      placed(localDates.filter((wall) => wall >= fromWall)),
      exact,
    ]),
    [within(new Set(utcNot)), ...elapsedNot.map((rule) => among(rule, to, instants(rule), patience))],
    patience,
  )
}

/** No further than an UNTIL in UTC; one without zone has ended the wall times already. */
function* upTo(until: WrittenTime | null, instants: Iterable<number>): Generator<number> {
  for (const instant of instants) {
    if (until?.utc && instant > until.wall) return
    yield instant
  }
}

/** Rules that keep wall time, and elapsed ones. */
const split = (rules: readonly Rule[]): [Rule[], Rule[]] => [rules.filter((rule) => !isElapsed(rule)), rules.filter(isElapsed)]

/** Wall times of the schedule's zone, and instants of UTC, each in order. */
const byZone = (times: readonly WrittenTime[]): [Wall[], number[]] => [
  inOrder(times.filter(({ utc }) => !utc)),
  inOrder(times.filter(({ utc }) => utc)),
]

const inOrder = (times: readonly WrittenTime[]): number[] => times.map(({ wall }) => wall).sort((a, b) => a - b)

/** The last wall time of a rule that ends there. */
const lastWallOf = (zone: Zone, until: WrittenTime): Wall => (until.utc ? latestWallTo(zone, until.wall) : until.wall)

/** A written time as an instant: shifted out of a gap, the first of an overlap. */
export const instantIn = (zone: Zone, time: WrittenTime): number => (time.utc ? time.wall : instantOfAnchor(zone, time.wall))

/** Ordered streams as one, each value once. */
function* join(streams: Iterable<number>[]): Generator<number> {
  const heads = streams.map((stream) => {
    const iterator = stream[Symbol.iterator]()
    return { iterator, head: iterator.next() }
  })
  for (;;) {
    let least = Number.POSITIVE_INFINITY
    for (const { head } of heads) if (!head.done && head.value < least) least = head.value
    if (least === Number.POSITIVE_INFINITY) return
    yield least
    for (const one of heads) while (!one.head.done && one.head.value === least) one.head = one.iterator.next()
  }
}

type Test = (value: number) => boolean

function* without(stream: Iterable<number>, tests: Test[], patience: Patience): Generator<number> {
  for (const value of stream) {
    if (!tests.some((excludes) => excludes(value))) yield value
    else patience.spend(OCCURRENCE)
  }
}

const within =
  (values: ReadonlySet<number>): Test =>
  (value) =>
    values.has(value)

const NEAR = 50

/** Whether a rule occurs at a value. Values mostly increase, so it goes along with them, and opens the rule anew where they go back or leap ahead. */
function among(rule: Rule, to: number, open: (from: number, to: number) => Generator<number>, patience: Patience): Test {
  let stream: Generator<number> | null = null
  let head: IteratorResult<number> | null = null
  let asked = Number.NEGATIVE_INFINITY
  const openAt = (value: number) => {
    patience.spend(OCCURRENCE)
    stream = open(value, to)
    head = stream.next()
  }
  return (value) => {
    if (!head || value < asked) openAt(value)
    asked = value
    for (let steps = 0; head && !head.done && head.value < value; steps++) {
      patience.spend(OCCURRENCE)
      // A count has to begin at DTSTART each time, so there it is better to go along.
      if (steps >= NEAR && rule.count === null) openAt(value)
      else head = (stream as unknown as Generator<number>).next()
    }
    return head?.done === false && head.value === value
  }
}
