/** How far back the home page looks; the choice is in its address. */

/** The first is the usual one. `steps` bars of `step` milliseconds. */
export const RANGES = [
  { value: '24h', label: '24 h', words: 'the last 24 hours', step: 30 * 60_000, steps: 48 },
  { value: '1h', label: '1 h', words: 'the last hour', step: 60_000, steps: 60 },
  { value: '7d', label: '7 d', words: 'the last 7 days', step: 2 * 3_600_000, steps: 84 },
  { value: '30d', label: '30 d', words: 'the last 30 days', step: 12 * 3_600_000, steps: 60 },
] as const
/** One of them. */
export type HomeRange = (typeof RANGES)[number]

/** In the order in which they are offered. */
export const OFFERED = ['1h', '24h', '7d', '30d'] as const

/** What is not known is the usual one. */
export const readRange = (search: Pick<URLSearchParams, 'get'>): HomeRange => RANGES.find(({ value }) => value === search.get('range')) ?? RANGES[0]

/** From and to in milliseconds since 1970: whole steps of the viewer's own day, the last one still going on. `offset` = minutes that the viewer's zone is behind UTC. */
export function stepsUntil(now: number, { step, steps }: { step: number; steps: number }, offset: number): { from: number; to: number } {
  const shift = offset * 60_000
  const to = Math.ceil((now - shift + 1) / step) * step + shift
  return { from: to - step * steps, to }
}
