/** Order statistics of a list of milliseconds. */
export interface Summary {
  n: number
  p50: number
  p95: number
  p99: number
  max: number
}

/** Nearest-rank percentile; `share` in (0, 1]. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number
}

export const summarise = (values: readonly number[]): Summary => ({
  n: values.length,
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  p99: percentile(values, 0.99),
  max: Math.max(...values),
})
