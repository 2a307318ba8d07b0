/** Draws the visible part of the timeline: only rows and bars that can be seen, so that ten thousand rows pan as fast as ten. */
import { formatDuration } from '#lib/clock/format-time.ts'
import type { StateType } from '#lib/graphql/generated/graphql.ts'
import { lookOf } from '#lib/states/state-look.ts'
import type { Columns } from './columns.ts'
import { endOf, lastEnd, RETRY, RUNNING, runningTime, type TimelineRow } from './timeline-rows.ts'

/** Pixels. */
export const ROW_HEIGHT = 26

interface Scene {
  columns: Columns
  rows: readonly TimelineRow[]
  /** Row of a task run, or of the closed group it is in. */
  rowOf: (index: number) => number | undefined
  scrollTop: number
  width: number
  height: number
  /** What the width shows, in ms since origin. */
  from: number
  to: number
  /** Instants with a line through them. */
  marks: readonly number[]
  now: number
  selected: number | null
  downstream: readonly number[]
  colours: Record<string, string>
}

const NAMES = [
  'line',
  'text',
  'muted',
  'waiting',
  'retry',
  'accent',
  'surface',
  'completed',
  'running',
  'pending',
  'scheduled',
  'late',
  'paused',
  'cancelled',
  'failed',
  'crashed',
]

/** The tokens as the theme of this moment has them. */
export function readColours(element: Element): Record<string, string> {
  const style = getComputedStyle(element)
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]))
}

/** Paints the part that can be seen, grid first. */
export function paintTimeline(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, from, to, rows, scrollTop } = scene
  context.clearRect(0, 0, width, height)
  const x = (at: number) => ((at - from) / (to - from)) * width
  context.fillStyle = scene.colours['line'] as string
  for (const mark of scene.marks) context.fillRect(Math.round(x(mark)), 0, 1, height)
  context.font = '11px "Inter Variable", sans-serif'
  context.textBaseline = 'middle'
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT))
  const last = Math.min(rows.length - 1, Math.floor((scrollTop + height) / ROW_HEIGHT))
  for (let at = first; at <= last; at++) {
    const row = rows[at] as TimelineRow
    const y = at * ROW_HEIGHT - scrollTop
    if (row.kind === 'task') paintTask(context, scene, row.index, x, y)
    else if (row.kind === 'group') paintGroup(context, scene, row, x, y)
  }
  paintDependencies(context, scene, x)
}

function colourOfType(scene: Scene, type: StateType | undefined): string {
  const look = lookOf(type ?? 'PENDING')
  return scene.colours[look === 'cancelling' ? 'cancelled' : look] as string
}

function paintTask(context: CanvasRenderingContext2D, scene: Scene, index: number, x: (at: number) => number, y: number): void {
  const { columns, colours, now, width } = scene
  const flat = columns.segments[index] as number[]
  const state = colourOfType(scene, columns.stateTypes[index])
  for (let at = 0; at + 2 < flat.length; at += 3) {
    const left = x(flat[at + 1] as number)
    const right = x(endOf(flat, at, now))
    if (right < 0 || left > width) continue
    const start = Math.max(-4, left)
    const size = Math.max(2, Math.min(width + 4, right) - start)
    if (flat[at] === RUNNING) {
      // An attempt that was followed by another one failed.
      context.fillStyle = at + 3 < flat.length && flat[at + 3] === RETRY ? (colours['failed'] as string) : state
      bar(context, start, y + 8, size, 10)
    } else if (flat[at] === RETRY) hatch(context, start, y + 9, size, 8, colours['retry'] as string)
    else {
      context.fillStyle = colours['waiting'] as string
      bar(context, start, y + 11, size, 4)
    }
  }
  const end = x(lastEnd(flat, now))
  if (flat.length === 0 || end > width - 44 || end < -40) return
  const attempts = countRunning(flat)
  const duration = runningTime(flat, now)
  context.fillStyle = colours['muted'] as string
  const type = columns.stateTypes[index]
  const label = type === 'PENDING' || type === 'SCHEDULED' ? '' : `${formatDuration(duration)}${attempts > 1 ? ` · ${attempts} attempts` : ''}`
  context.fillText(label, end + 6, y + ROW_HEIGHT / 2 + 0.5)
}

/** How often it has been running: its attempts. */
export const countRunning = (flat: readonly number[]): number => {
  let count = 0
  for (let at = 0; at < flat.length; at += 3) if (flat[at] === RUNNING) count++
  return count
}

function paintGroup(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: Extract<TimelineRow, { kind: 'group' }>,
  x: (at: number) => number,
  y: number,
): void {
  if (row.from === null || row.to === null) return
  const left = x(row.from)
  const size = Math.max(4, x(row.to) - left)
  const slice = size / row.density.length
  context.fillStyle = colourOfType(scene, row.worst === 'FAILED' || row.worst === 'CRASHED' ? 'COMPLETED' : row.worst)
  context.globalAlpha = 0.7
  row.density.forEach((share, at) => {
    if (share === 0) return
    const tall = Math.max(1.5, share * 16)
    context.fillRect(left + at * slice, y + 21 - tall, Math.max(1, slice - (slice > 4 ? 1 : 0)), tall)
  })
  context.globalAlpha = 1
  // Where something failed is marked on top of the mass.
  context.fillStyle = scene.colours['failed'] as string
  for (const index of row.members) {
    const type = scene.columns.stateTypes[index]
    if (type !== 'FAILED' && type !== 'CRASHED') continue
    const end = x(lastEnd(scene.columns.segments[index] as number[], scene.now))
    if (end >= 0 && end <= scene.width) context.fillRect(end - 1.5, y + 4, 3, 17)
  }
  context.fillStyle = scene.colours['muted'] as string
  const wide = context.measureText(row.summary).width
  const right = left + size + 8
  if (right + wide < scene.width) context.fillText(row.summary, right, y + ROW_HEIGHT / 2 + 0.5)
  else if (left - wide - 8 > 0) context.fillText(row.summary, left - wide - 8, y + ROW_HEIGHT / 2 + 0.5)
}

/** What the selected task run waited for, and who waited for it. */
function paintDependencies(context: CanvasRenderingContext2D, scene: Scene, x: (at: number) => number): void {
  const { selected, columns, rowOf, scrollTop, now } = scene
  if (selected === null) return
  context.strokeStyle = scene.colours['accent'] as string
  context.lineWidth = 1.4
  const middle = (index: number) => {
    const row = rowOf(index)
    return row === undefined ? null : row * ROW_HEIGHT - scrollTop + ROW_HEIGHT / 2
  }
  const link = (above: number, below: number) => {
    const [fromY, toY] = [middle(above), middle(below)]
    if (fromY === null || toY === null || fromY === toY) return
    const fromX = x(lastEnd(columns.segments[above] as number[], now))
    const toX = x(firstStart(columns.segments[below] as number[]))
    const bend = Math.min(40, Math.max(14, Math.abs(toX - fromX) / 2))
    context.beginPath()
    context.moveTo(fromX, fromY)
    context.bezierCurveTo(fromX + bend, fromY, toX - bend, toY, toX, toY)
    context.stroke()
    context.fillStyle = scene.colours['accent'] as string
    context.beginPath()
    context.moveTo(toX + 1, toY)
    context.lineTo(toX - 6, toY - 3.5)
    context.lineTo(toX - 6, toY + 3.5)
    context.fill()
  }
  for (const above of (columns.upstream[selected] ?? []).slice(0, 200)) link(above, selected)
  for (const below of scene.downstream.slice(0, 200)) link(selected, below)
}

/** First start of running, else of waiting. */
function firstStart(flat: readonly number[]): number {
  for (let at = 0; at + 2 < flat.length; at += 3) if (flat[at] === RUNNING) return flat[at + 1] as number
  return flat[1] ?? 0
}

function bar(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  if (width < 4) context.fillRect(x, y, width, height)
  else {
    context.beginPath()
    context.roundRect(x, y, width, height, 2)
    context.fill()
  }
}

function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: string): void {
  context.save()
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
  context.strokeStyle = colour
  context.lineWidth = 2.2
  context.beginPath()
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height)
    context.lineTo(at + height, y)
  }
  context.stroke()
  context.restore()
}
