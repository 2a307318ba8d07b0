/**
 * The timeline as rows: one per task run, those of the same name under one group row. Pure; works on the columnar answer of `flowRun.timeline`.
 */
import type { StateType } from '../graphql/generated/graphql'

/** Columns of equal length, an entry a task run. `segments` of an entry is [kind, start, end, …]: 0 waiting, 1 running, 2 wait for a retry; ms since origin. */
export interface TimelineColumns {
  ids: readonly string[]
  names: readonly string[]
  stateTypes: readonly StateType[]
  stateNames: readonly string[]
  segments: readonly (readonly number[])[]
  upstream: readonly (readonly number[])[]
}

export interface Bar {
  kind: 'waiting' | 'running' | 'retry'
  from: number
  to: number
}

export interface TaskRow {
  kind: 'task'
  index: number
  id: string
  label: string
  indented: boolean
  state: { type: StateType; name: string }
  bars: Bar[]
}

export interface GroupRow {
  kind: 'group'
  name: string
  count: number
  open: boolean
  state: { type: StateType; name: string }
  from: number
  to: number
  /** How many of its task runs were running in each of 48 equal slices of [from, to], 0 … 1. */
  density: number[]
  summary: string
}

export type TimelineRow = TaskRow | GroupRow

/** Names that occur more often than this make a group. */
const GROUP_ABOVE = 3
const SLICES = 48
const KINDS = ['waiting', 'running', 'retry'] as const

/** What a group shows: the worst of its states that are there. */
const WORST: StateType[] = ['CRASHED', 'FAILED', 'RUNNING', 'PAUSED', 'CANCELLING', 'PENDING', 'SCHEDULED', 'CANCELLED', 'COMPLETED']

export function timelineRows(columns: TimelineColumns, options: { open: ReadonlySet<string>; failedOnly: boolean }): TimelineRow[] {
  const groups = new Map<string, number[]>()
  columns.ids.forEach((_, index) => {
    const state = columns.stateTypes[index]
    if (options.failedOnly && state !== 'FAILED' && state !== 'CRASHED') return
    const name = groupName(columns.names[index] ?? '')
    const members = groups.get(name)
    if (members) members.push(index)
    else groups.set(name, [index])
  })
  return [...groups].flatMap(([name, members]): TimelineRow[] => {
    if (members.length <= GROUP_ABOVE) return members.map((index) => taskRow(columns, index, false))
    const open = options.open.has(name)
    const group = groupRow(columns, name, members, open)
    return open ? [group, ...members.map((index) => taskRow(columns, index, true))] : [group]
  })
}

/** `fetch-day-12` belongs to `fetch-day`. */
export const groupName = (name: string): string => name.replace(/-\d+$/, '')

function taskRow(columns: TimelineColumns, index: number, indented: boolean): TaskRow {
  return {
    kind: 'task',
    index,
    id: columns.ids[index] as string,
    label: columns.names[index] as string,
    indented,
    state: { type: columns.stateTypes[index] as StateType, name: columns.stateNames[index] as string },
    bars: barsOf(columns.segments[index] ?? []),
  }
}

export function barsOf(flat: readonly number[]): Bar[] {
  const bars: Bar[] = []
  for (let at = 0; at + 2 < flat.length; at += 3) bars.push({ kind: KINDS[flat[at] as 0 | 1 | 2] ?? 'waiting', from: flat[at + 1] as number, to: flat[at + 2] as number })
  return bars
}

function groupRow(columns: TimelineColumns, name: string, members: readonly number[], open: boolean): GroupRow {
  let from = Number.POSITIVE_INFINITY
  let to = 0
  const counts = new Map<StateType, number>()
  const durations: number[] = []
  for (const index of members) {
    const type = columns.stateTypes[index] as StateType
    counts.set(type, (counts.get(type) ?? 0) + 1)
    let running = 0
    for (const bar of barsOf(columns.segments[index] ?? [])) {
      from = Math.min(from, bar.from)
      to = Math.max(to, bar.to)
      if (bar.kind === 'running') running += bar.to - bar.from
    }
    durations.push(running)
  }
  if (from > to) from = to
  const density = Array.from({ length: SLICES }, () => 0)
  const slice = Math.max((to - from) / SLICES, 0.001)
  for (const index of members) {
    for (const bar of barsOf(columns.segments[index] ?? [])) {
      if (bar.kind !== 'running') continue
      const last = Math.min(SLICES - 1, Math.floor((bar.to - from) / slice))
      for (let at = Math.max(0, Math.floor((bar.from - from) / slice)); at <= last; at += 1) density[at] = (density[at] as number) + 1
    }
  }
  const peak = Math.max(1, ...density)
  const worst = WORST.find((type) => counts.has(type)) ?? 'PENDING'
  const sorted = durations.sort((a, b) => a - b)
  const summary = WORST.toReversed()
    .filter((type) => counts.has(type))
    .map((type) => `${counts.get(type)} ${type.toLowerCase()}`)
    .join(', ')
  return {
    kind: 'group',
    name,
    count: members.length,
    open,
    state: { type: worst, name: worst.charAt(0) + worst.slice(1).toLowerCase() },
    from,
    to,
    density: density.map((value) => value / peak),
    summary: `${summary} · p50 ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms`,
  }
}

/** About six round marks between two instants, ms since origin. */
export function axisMarks(from: number, to: number): number[] {
  const span = Math.max(to - from, 1)
  const rough = span / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough
  const marks: number[] = []
  for (let mark = Math.ceil(from / step) * step; mark <= to; mark += step) marks.push(mark)
  return marks
}
