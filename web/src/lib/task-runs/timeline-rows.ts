/**
 * Rows of the timeline: one a task run; those of one name that are more than a few are one row that opens. A closed group still shows what failed in it,
 * because that is what people came for. Pure; made anew only when the columns or what is open change.
 */
import type { StateType } from '#lib/graphql/generated/graphql.ts'
import type { Columns } from './columns.ts'

interface TaskRow {
  kind: 'task'
  index: number
  name: string
  indented: boolean
}

interface GroupRow {
  kind: 'group'
  name: string
  members: number[]
  open: boolean
  worst: StateType
  /** `23 completed, 1 failed · median 7.2 s`. */
  summary: string
  /** First start and last end of running; null = nothing ran. */
  from: number | null
  to: number | null
  /** How busy each of `density.length` equal slices of [from, to] was, 0 … 1, 1 = the busiest. */
  density: number[]
}

/** "19 more in fetch-day": opens the group. */
interface MoreRow {
  kind: 'more'
  name: string
  count: number
}

/** Whatever stands in a row. */
export type TimelineRow = TaskRow | GroupRow | MoreRow

interface RowOptions {
  open: ReadonlySet<string>
  grouped: boolean
  failedOnly: boolean
  /** End of segments that last, in ms since origin. */
  now: number
  formatDuration: (milliseconds: number) => string
}

/** Kinds of segments, as the API numbers them. */
export const WAITING = 0
/** In the author’s code. */
export const RUNNING = 1
/** Between two attempts. */
export const RETRY = 2

/** Names that occur more often than this make a group. */
const GROUP_ABOVE = 3
const MOST_FAILED_SHOWN = 5
const SLICES = 60
/** What a group shows: the worst of its states. */
const WORST: readonly StateType[] = ['CRASHED', 'FAILED', 'RUNNING', 'CANCELLING', 'PAUSED', 'PENDING', 'SCHEDULED', 'CANCELLED', 'COMPLETED']

/** `fetch-day-12` belongs to `fetch-day`: the engine numbers calls of one task. */
export const groupNameOf = (name: string): string => name.replace(/-\d+$/, '')
/** What people look for first. */
export const isFailed = (type: StateType | undefined): boolean => type === 'FAILED' || type === 'CRASHED'

/** The rows for these columns, in the order in which the task runs were made; a group stands where its first member does. */
export function timelineRows(columns: Columns, options: RowOptions): TimelineRow[] {
  const groups = new Map<string, number[]>()
  columns.names.forEach((name, index) => {
    if (options.failedOnly && !isFailed(columns.stateTypes[index])) return
    const key = options.grouped ? groupNameOf(name) : String(index)
    const members = groups.get(key)
    if (members) members.push(index)
    else groups.set(key, [index])
  })
  const rows: TimelineRow[] = []
  for (const [name, members] of groups) {
    if (members.length <= GROUP_ABOVE) {
      for (const index of members)
        rows.push({ kind: 'task', index, name: members.length === 1 ? shortName(columns, index) : (columns.names[index] as string), indented: false })
      continue
    }
    const open = options.open.has(name)
    rows.push(groupRow(columns, name, members, open, options))
    if (open) for (const index of members) rows.push({ kind: 'task', index, name: columns.names[index] as string, indented: true })
    else {
      const failed = members.filter((index) => isFailed(columns.stateTypes[index]))
      for (const index of failed.slice(0, MOST_FAILED_SHOWN)) rows.push({ kind: 'task', index, name: columns.names[index] as string, indented: true })
      if (failed.length > 0 && members.length > failed.length)
        rows.push({ kind: 'more', name, count: members.length - Math.min(failed.length, MOST_FAILED_SHOWN) })
    }
  }
  return rows
}

/** The only call of a task needs no number. */
const shortName = (columns: Columns, index: number): string => (columns.names[index] as string).replace(/-0$/, '')

/** Milliseconds that the task run has been running. */
export function runningTime(flat: readonly number[], now: number): number {
  let sum = 0
  for (let at = 0; at + 2 < flat.length; at += 3) if (flat[at] === RUNNING) sum += endOf(flat, at, now) - (flat[at + 1] as number)
  return sum
}

/** End of the segment that begins at `at`; one that lasts ends now. */
export const endOf = (flat: readonly number[], at: number, now: number): number =>
  flat[at + 2] === -1 ? Math.max(now, flat[at + 1] as number) : (flat[at + 2] as number)

/** End of the last segment. */
export const lastEnd = (flat: readonly number[], now: number): number => (flat.length < 3 ? 0 : endOf(flat, flat.length - 3, now))

function groupRow(columns: Columns, name: string, members: number[], open: boolean, { now, formatDuration }: RowOptions): GroupRow {
  const counts = new Map<StateType, number>()
  const durations: number[] = []
  let from: number | null = null
  let to: number | null = null
  for (const index of members) {
    const type = columns.stateTypes[index] as StateType
    counts.set(type, (counts.get(type) ?? 0) + 1)
    const flat = columns.segments[index] as number[]
    const duration = runningTime(flat, now)
    if (duration > 0) durations.push(duration)
    for (let at = 0; at + 2 < flat.length; at += 3) {
      if (flat[at] !== RUNNING) continue
      from = Math.min(from ?? Number.POSITIVE_INFINITY, flat[at + 1] as number)
      to = Math.max(to ?? 0, endOf(flat, at, now))
    }
  }
  durations.sort((a, b) => a - b)
  const median = durations[durations.length >> 1]
  const summary = WORST.toReversed()
    .filter((type) => counts.has(type))
    .map((type) => `${counts.get(type)} ${type.toLowerCase()}`)
    .join(', ')
  return {
    kind: 'group',
    name,
    members,
    open,
    worst: WORST.find((type) => counts.has(type)) ?? 'PENDING',
    summary: median === undefined ? summary : `${summary} · median ${formatDuration(median)}`,
    from,
    to,
    density: from === null || to === null ? [] : densityOf(columns, members, from, to, now),
  }
}

/**
 * How much of each slice was spent running, all members together, as a share of the busiest slice. Differences first, then summed up: linear in segments
 * however long they are; the two ends of a segment count by the part of their slice that they cover.
 */
function densityOf(columns: Columns, members: readonly number[], from: number, to: number, now: number): number[] {
  const steps = new Float64Array(SLICES + 1)
  const parts = new Float64Array(SLICES)
  const slice = Math.max((to - from) / SLICES, 0.001)
  const add = (list: Float64Array, at: number, amount: number) => {
    list[at] = (list[at] as number) + amount
  }
  for (const index of members) {
    const flat = columns.segments[index] as number[]
    for (let at = 0; at + 2 < flat.length; at += 3) {
      if (flat[at] !== RUNNING) continue
      const start = Math.max(0, ((flat[at + 1] as number) - from) / slice)
      const end = Math.min(SLICES, Math.max(start, (endOf(flat, at, now) - from) / slice))
      const first = Math.min(SLICES - 1, Math.floor(start))
      const last = Math.min(SLICES - 1, Math.floor(end))
      if (first === last) add(parts, first, end - start)
      else {
        add(parts, first, first + 1 - start)
        add(parts, last, end - last)
        add(steps, first + 1, 1)
        add(steps, last, -1)
      }
    }
  }
  let full = 0
  const covered = Array.from(parts, (part, at) => (full += steps[at] as number) + part)
  const peak = Math.max(...covered)
  return covered.map((share) => (peak > 0 ? share / peak : 0))
}

/** At most `most` round marks between two instants: 1, 2, 5 × 10ⁿ ms, then seconds, minutes and hours as people count them. */
export function axisMarks(from: number, to: number, most = 7): number[] {
  const rough = Math.max(to - from, 0.001) / most
  const steps = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
    7_200_000, 21_600_000, 43_200_000, 86_400_000,
  ]
  const step = steps.find((size) => size >= rough) ?? Math.ceil(rough / 86_400_000) * 86_400_000
  const marks: number[] = []
  for (let mark = Math.max(0, Math.ceil(from / step) * step); mark <= to && marks.length <= most + 1; mark += step) marks.push(mark)
  return marks
}
