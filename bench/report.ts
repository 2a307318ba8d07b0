/**
 * What every bench prints and keeps: a table, one line per ratio against a peer, what was not measured, and the same as JSON under bench/results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import type { Summary } from './statistics.ts'

export interface Row {
  name: string
  /** One figure, or order statistics; milliseconds unless `unit` says otherwise. */
  value: number | Summary
  unit?: string
  /** The target, compared with `p50` unless `at` names another; `atLeast` is for plain figures. */
  target?: ({ at?: 'p50' | 'p95' | 'p99'; atMost: number } | { atLeast: number })[]
}

export interface BenchReport {
  bench: string
  rows: Row[]
  /** Peer's figure ÷ ours: how many times faster we are. */
  ratios: { name: string; ratio: number }[]
  notMeasured: string[]
  notes: string[]
  environment: Record<string, string>
}

/** What a bench adds when a peer stands beside it. */
export type Beside = Pick<BenchReport, 'rows' | 'ratios' | 'notes'>

export const NOBODY: Beside = { rows: [], ratios: [], notes: [] }

export const environment = (): Record<string, string> => ({
  node: process.version,
  cpu: `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}`,
  memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
  system: `${os.type()} ${os.release()} ${os.arch()}`,
  loadBefore: os
    .loadavg()
    .map((load) => load.toFixed(2))
    .join(' '),
})

const format = (value: number): string =>
  Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

function verdict(row: Row): string {
  const misses = (row.target ?? []).map((target) => {
    if ('atLeast' in target) return `${(row.value as number) >= target.atLeast ? 'meets' : 'MISSES'} ≥ ${target.atLeast}`
    const { at = 'p50', atMost } = target
    const value = typeof row.value === 'number' ? row.value : row.value[at]
    return `${value <= atMost ? 'meets' : 'MISSES'} ${typeof row.value === 'number' ? '' : `${at} `}≤ ${atMost}`
  })
  return misses.join(', ')
}

export function printReport(report: BenchReport): void {
  console.log(`\n${report.bench}`)
  const width = Math.max(...report.rows.map((row) => row.name.length), 10)
  console.log(
    `  ${'what'.padEnd(width)}  ${'n'.padStart(6)} ${'p50'.padStart(9)} ${'p95'.padStart(9)} ${'p99'.padStart(9)} ${'max'.padStart(9)}  unit   target`,
  )
  for (const row of report.rows) {
    const figures =
      typeof row.value === 'number'
        ? ['', format(row.value), '', '', '']
        : [String(row.value.n), format(row.value.p50), format(row.value.p95), format(row.value.p99), format(row.value.max)]
    const cells = figures.map((figure, index) => figure.padStart(index === 0 ? 6 : 9)).join(' ')
    console.log(`  ${row.name.padEnd(width)}  ${cells}  ${(row.unit ?? 'ms').padEnd(5)}  ${verdict(row)}`)
  }
  for (const { name, ratio } of report.ratios) console.log(`ratio ${name}: ${ratio.toFixed(ratio >= 100 ? 0 : 1)}`)
  for (const note of report.notes) console.log(`  note: ${note}`)
  for (const gap of report.notMeasured) console.log(`  not measured: ${gap}`)
  console.log(
    `  ${Object.entries(report.environment)
      .map(([key, value]) => `${key} ${value}`)
      .join(' · ')}`,
  )
}

/** Writes bench/results/<bench>.json; the folder is not committed. */
export function keepReport(report: BenchReport): void {
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${report.bench}.json`, folder), `${JSON.stringify({ at: new Date().toISOString(), ...report }, null, 2)}\n`)
}
