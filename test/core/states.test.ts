/** docs/states.md is read beside the code: its tables say what the code does. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decide } from '../../core/orchestration/decide.ts'
import { flowRunPolicy } from '../../core/orchestration/flow-run-policy.ts'
import { REPORT_MATRIX } from '../../core/report-matrix.ts'
import { defaultStateName, isFinal, makeState, STATE_NAMES, STATE_TYPES } from '../../core/states.ts'
import { NOW, newId, runOf, WORKER } from './facts.ts'

const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8')

/** The rows under the heading whose first cell is this, as cells without code marks. */
function tableUnder(first: string): string[][] {
  const lines = page.split('\n')
  const begin = lines.findIndex((line) => line.startsWith(`| ${first}`))
  const rest = lines.slice(begin + 2)
  const rows = rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith('|')),
  )
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

test('the page names every type with its names, and which are final', () => {
  expect(tableUnder('type')).toEqual(STATE_TYPES.map((type) => [type, STATE_NAMES[type].join(', '), isFinal(type) ? 'yes' : 'no']))
})

test('the page shows the whole matrix of what becomes of a report', () => {
  expect(tableUnder('present')).toEqual(Object.entries(REPORT_MATRIX).map(([present, row]) => [present, ...STATE_TYPES.map((type) => row[type])]))
})

test('the diagram knows every type, and lets no final state go but by a retry or a regained contact', () => {
  const arrows = [...page.matchAll(/^ {2}(\S+) --> (\S+?)(?:: (.*))?$/gm)].map(([, from, to, why = '']) => ({ from, to, why }))
  expect(new Set(arrows.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(['[*]', ...STATE_TYPES]))
  const out = arrows.filter(({ from }) => STATE_TYPES.some((type) => type === from && isFinal(type)))
  expect(out.length).toBeGreaterThan(0)
  for (const { to, why } of out) expect(to === 'SCHEDULED' ? why.includes('retr') : why.includes('lost only')).toBe(true)
})

test('every arrow of the diagram is a way that the rules let somebody go', () => {
  const arrows = [...page.matchAll(/^ {2}([A-Z]+) --> ([A-Z]+)(?:: (.*))?$/gm)].map(([, from, to]) => `${from} → ${to}`)
  const possible = new Set<string>()
  for (const from of STATE_TYPES) {
    for (const to of STATE_TYPES) {
      for (const by of ['runner', 'person', 'system'] as const) {
        for (const holder of [WORKER, null]) {
          const current = makeState({ id: newId(), type: from, timestamp: NOW, details: from === 'CRASHED' ? { cause: 'lost' } : {} })
          const proposed = makeState({ id: newId(), type: to, timestamp: NOW + 1 })
          const verdict = decide(flowRunPolicy, { run: runOf(current, { holder }), current, proposed, now: NOW + 1, random: 0, newId, by })
          if (verdict.kind === 'accept' || verdict.kind === 'reject') possible.add(`${from} → ${verdict.state.type}`)
        }
      }
    }
  }
  expect(arrows.length).toBeGreaterThan(20)
  expect(arrows.filter((arrow) => !possible.has(arrow))).toEqual([])
})

test('a state without a name is called by the first name of its type', () => {
  for (const type of STATE_TYPES) expect(defaultStateName(type).toUpperCase()).toBe(type)
})
