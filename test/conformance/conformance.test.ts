/**
 * Weir beside Prefect. observed.json is what Prefect itself did (prefect/observe.py); the same cases are run here on our own engine and rules.
 * A difference has to stand in docs/differences-from-prefect.md with its reason, and what stands there has to be a difference.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flowCases } from './flow-cases.ts'
import { observeRecord } from './record-cases.ts'
import type { SeenCase } from './see-flow.ts'

type Matrix = Record<string, Record<string, string>>

const observed = JSON.parse(readFileSync(new URL('observed.json', import.meta.url), 'utf8')) as {
  prefect: string
  flows: Record<string, SeenCase & { title: string }>
  deployed: Matrix
  script: Matrix
  forced: Matrix
  retried: Record<string, string>
  tasks: Matrix
  taskStarts: Record<string, string>
  duties: Record<string, string>
  collisions: Record<string, string>
}
const page = readFileSync(new URL('../../docs/differences-from-prefect.md', import.meta.url), 'utf8')

/** Cells of the table that follows this mark. */
function table(name: string): string[][] {
  const text = page.split(`<!-- ${name} -->`)[1]?.split('<!-- end -->')[0] ?? ''
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

const defaultName = (type: string) => type[0] + type.slice(1).toLowerCase()
const stateText = (text: string) =>
  text.replace(/^([A-Z]+) (\w+)$/, (_, type: string, name: string) => (name === defaultName(type) ? type : `${type} ${name}`))

/** `case FAILED, a FAILED (3 attempts)`; `NotReady` has no attempt. */
function tell(seen: SeenCase): string {
  if (seen.refused) return 'refused'
  const runs = [...seen.flows.map((run) => ({ ...run, of: run.flow })), ...seen.tasks.map((run) => ({ ...run, of: run.task }))]
  const text = runs
    .map(({ of, type, name, attempts }) => `${of} ${stateText(`${type} ${name}`)}${attempts > 1 ? ` (${attempts} attempts)` : ''}`)
    .join(', ')
  return seen.hooks ? `${text}; hooks: ${seen.hooks.join(', ')}` : text
}

/** What every case comes to here. */
const came: Promise<Record<string, SeenCase>> = Promise.all(Object.entries(flowCases).map(async ([name, run]) => [name, await run()] as const)).then(
  Object.fromEntries,
)

test('the table of flows and tasks holds at least 60 cases, each of them here, too', () => {
  expect(observed.prefect).toBe('3.8.4')
  expect(Object.keys(flowCases)).toEqual(Object.keys(observed.flows))
  expect(Object.keys(observed.flows).length).toBeGreaterThanOrEqual(60)
})

test('flows and tasks come to the same states as in Prefect, but for what the page lists', async () => {
  const differences: Record<string, { prefect: string; weir: string }> = {}
  for (const [name, ours] of Object.entries(await came)) {
    const theirs = observed.flows[name] as SeenCase & { title: string }
    if (tell(theirs) !== tell(ours)) differences[theirs.title] = { prefect: tell(theirs), weir: tell(ours) }
  }
  const listed = Object.fromEntries(table('flows').map(([title, prefect, weir]) => [title, { prefect, weir }]))
  expect(listed).toEqual(differences)
})

/** `case: Running, Completed` of every run of a case. */
const tellWays = (seen: SeenCase): string[] => [
  ...seen.flows.map(({ flow, way }) => `flow ${flow}: ${way.join(', ')}`),
  ...seen.tasks.map(({ task, way }) => `task ${task}: ${way.join(', ')}`),
]

test('they come there by the same states, but for what the page lists', async () => {
  const listed = table('ways')
  const used = new Set<string>()
  const rename = (title: string, way: string): string =>
    listed.reduce((known, [where = '', theirs = '', ours = '']) => {
      const renamed = where === title || known.startsWith(where.replace('every ', '')) ? known.replaceAll(theirs, ours) : known
      if (renamed !== known) used.add(theirs)
      return renamed
    }, way)
  for (const [name, ours] of Object.entries(await came)) {
    const theirs = observed.flows[name] as SeenCase & { title: string }
    // What ends otherwise is listed above.
    if (tell(theirs) !== tell(ours)) continue
    const renamed = tellWays(theirs).map((way) => rename(theirs.title, way))
    expect({ name, ways: tellWays(ours).sort() }).toEqual({ name, ways: renamed.sort() })
  }
  expect(listed.map(([, theirs = '']) => theirs).filter((theirs) => !used.has(theirs))).toEqual([])
})

test('where Prefect says what went wrong, so do we', async () => {
  for (const [name, { flows, tasks }] of Object.entries(observed.flows)) {
    const theirs = [...flows, ...tasks].filter(({ type, says }) => type === 'FAILED' && says === 'what')
    if (theirs.length === 0) continue
    const ours = (await came)[name] as SeenCase
    for (const { type, says } of [...ours.flows, ...ours.tasks]) if (type === 'FAILED') expect({ name, says }).toEqual({ name, says: 'what' })
  }
})

/** `from → to` of every cell that differs. */
function differing(theirs: Matrix, ours: Matrix): Record<string, { prefect: string; weir: string }> {
  const differences: Record<string, { prefect: string; weir: string }> = {}
  for (const [from, row] of Object.entries(theirs)) {
    for (const [to, cell] of Object.entries(row)) {
      const prefect = stateText(cell)
      const weir = stateText(ours[from]?.[to] ?? 'is not there')
      if (prefect !== weir) differences[`${from} → ${to}`] = { prefect, weir }
    }
  }
  return differences
}

/** A row of the page names several states on each side; every pair of them is one cell. A cell is listed once. */
function listedCells(name: string): Record<string, { prefect: string; weir: string }> {
  const cells: Record<string, { prefect: string; weir: string }> = {}
  for (const [froms = '', tos = '', prefect = '', weir = ''] of table(name)) {
    for (const from of froms.split(' · ')) {
      for (const to of tos.split(' · ')) {
        expect(Object.keys(cells)).not.toContain(`${from} → ${to}`)
        cells[`${from} → ${to}`] = { prefect, weir }
      }
    }
  }
  return cells
}

const ours = observeRecord()

test('a deployed flow run moves from state to state as in Prefect, but for what the page lists', () => {
  expect(listedCells('deployed')).toEqual(differing(observed.deployed, ours.deployed))
})

test('so does a run without a deployment', () => {
  const own = differing(observed.script, ours.script)
  // What differs with a deployment in the same way is listed there.
  const shared = differing(observed.deployed, ours.deployed)
  for (const [cell, difference] of Object.entries(shared)) if (JSON.stringify(own[cell]) === JSON.stringify(difference)) delete own[cell]
  expect(listedCells('script')).toEqual(own)
})

test('so does a task run', () => {
  expect(listedCells('tasks')).toEqual(differing(observed.tasks, ours.tasks))
})

test('by force a run comes to every final state', () => {
  expect(listedCells('forced')).toEqual(differing(observed.forced, ours.forced))
})

test('a task starts only in the states of its flow run in which it starts in Prefect, but for what the page lists', () => {
  expect(listedCells('task-starts')).toEqual(differing({ 'a task': observed.taskStarts }, { 'a task': ours.taskStarts }))
})

test('a failed attempt is tried again as often as in Prefect', () => {
  expect(ours.retried).toEqual(observed.retried)
})

test('the sweep does what the background services of Prefect do, but for what the page lists', () => {
  // These two are the record's own business: a subflow ends with its root in the same statement, and nothing follows from a failed parent.
  expect(Object.keys(observed.duties).filter((name) => !(name in ours.duties))).toEqual([
    'child of a cancelled run: a running subflow',
    'child of a failed run: deployed, running',
  ])
  const theirs = Object.fromEntries(Object.entries(observed.duties).filter(([name]) => name in ours.duties))
  expect(listedCells('duties')).toEqual(differing({ sweep: theirs }, { sweep: ours.duties }))
})

test('a full limit of a deployment does what it does in Prefect, but for what the page lists', () => {
  expect(listedCells('collisions')).toEqual(differing({ limit: observed.collisions }, { limit: ours.collisions }))
})
