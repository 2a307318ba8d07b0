/** Bars of runs over time: what lies on what, how high, and what a bar says. */
import { formatCount } from '#lib/clock/format-time.ts'
import type { HomeQuery, StateType } from '#lib/graphql/generated/graphql.ts'
import { lookOf, type StateLook } from '#lib/states/state-look.ts'

type Histogram = HomeQuery['flowRunHistogram']

/** From the bottom up: what is well lies below, what failed on top, where it is seen. */
const STACK: readonly StateType[] = ['COMPLETED', 'CANCELLED', 'CANCELLING', 'PAUSED', 'SCHEDULED', 'PENDING', 'RUNNING', 'CRASHED', 'FAILED']

/** One state's part of a bar. */
export interface Layer {
  type: StateType
  look: StateLook
  count: number
  /** Runs that lie below it. */
  below: number
}

/** One step of the time. */
export interface Bar {
  /** Milliseconds since 1970. */
  from: number
  to: number
  total: number
  /** Failed or crashed. */
  bad: number
  layers: Layer[]
}

const wordOfType = (type: StateType): string => type.toLowerCase()

/** One bar a step, oldest first. */
export function barsOf({ from, step, series }: Histogram): Bar[] {
  const counts = new Map(series.map(({ stateType, counts }) => [stateType, counts]))
  const steps = Math.max(0, ...series.map((one) => one.counts.length))
  return Array.from({ length: steps }, (_, index) => {
    const layers: Layer[] = []
    let total = 0
    for (const type of STACK) {
      const count = counts.get(type)?.[index] ?? 0
      if (count === 0) continue
      layers.push({ type, look: lookOf(type), count, below: total })
      total += count
    }
    const begin = Date.parse(from) + index * step * 1000
    const bad = layers.reduce((sum, { type, count }) => sum + (type === 'FAILED' || type === 'CRASHED' ? count : 0), 0)
    return { from: begin, to: begin + step * 1000, total, bad, layers }
  })
}

/** How many of each state, the worst first. */
export function totalsOf({ series }: Histogram): { type: StateType; count: number }[] {
  return STACK.toReversed().flatMap((type) => {
    const count = series.find(({ stateType }) => stateType === type)?.counts.reduce((sum, one) => sum + one, 0) ?? 0
    return count > 0 ? [{ type, count }] : []
  })
}

/** `12 completed, 1 failed`; `no runs`. */
export function sayBars(bars: readonly Bar[]): string {
  const sums = new Map<StateType, number>()
  for (const { layers } of bars) for (const { type, count } of layers) sums.set(type, (sums.get(type) ?? 0) + count)
  const words = STACK.toReversed().flatMap((type) => (sums.has(type) ? [`${formatCount(sums.get(type) as number)} ${wordOfType(type)}`] : []))
  return words.length > 0 ? words.join(', ') : 'no runs'
}
