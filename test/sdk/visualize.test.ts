import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { graphOf, visualizeFlow } from '../../sdk/visualize/visualize.ts'
import { openCommandLines } from './support/command-lines.ts'
import { makeScriptHome } from './support/script.ts'

const folder = mkdtempSync(join(tmpdir(), 'weir-visualize-'))
const lines = openCommandLines({ home: folder, cwd: folder })
afterAll(async () => {
  await lines.close()
  rmSync(folder, { recursive: true, force: true })
})

const TASKS = `
import { flow, task as makeTask, unmapped } from 'weirflow'
throw new Error('nothing of this file is ever run')
const load = makeTask({ name: 'load' }, async (city: string) => city)
const merge = makeTask({ name: 'merge' }, (pages: string[], limit: number) => pages)
const check = makeTask({}, async function checkQuota() {})
const tell = load.with({ name: 'tell' })
`
let count = 0
/** Boxes as `load*` (mapped), `load~` (in a loop), `[report]` (subflow), `(ok?)` (branch); edges as `a>b`, out of a branch `a>b yes`. */
function drawn(body: string, more = ''): { boxes: string[]; edges: string[] } {
  const file = join(folder, `flow-${++count}.ts`)
  writeFileSync(
    file,
    `${TASKS}\n${more}\nexport const etl = flow({ name: 'etl' }, async ({ cities, mode }: { cities: string[]; mode: string }) => {\n${body}\n})`,
  )
  const { nodes, edges } = graphOf({ file, exportName: 'etl' }, 'etl')
  const shown = (id: number) => {
    const { kind, label, times } = nodes[id] as (typeof nodes)[number]
    const text = kind === 'flow' ? `[${label}]` : kind === 'branch' ? `(${label})` : label
    return `${text}${{ once: '', map: '*', loop: '~' }[times]}`
  }
  return {
    boxes: nodes.map(({ id }) => shown(id)),
    edges: edges.map(({ from, to, label }) => `${shown(from)}>${shown(to)}${label === null ? '' : ` ${label}`}`),
  }
}

test('results lead from task to task: through variables, lists, patterns, waitFor and Promise.all', () => {
  expect(
    drawn(`
      const pages = load.map(cities)
      const [first, { rest }] = await Promise.all([merge.submit(pages, 3, { waitFor: [check.submit()] }), check()])
      const text = \`\${first}\`
      return { told: tell(text), again: merge([rest, 'x'], 1) }
    `),
  ).toEqual({
    boxes: ['load*', 'checkQuota', 'merge', 'checkQuota', 'tell', 'merge'],
    edges: ['load*>merge', 'checkQuota>merge', 'merge>tell', 'checkQuota>tell', 'merge>merge', 'checkQuota>merge'],
  })
})

test('branches are boxes with both arms, and what an arm set is known after it', () => {
  const { boxes, edges } = drawn(`
    const size = await check()
    let rows
    if (size > 10) rows = await load('many')
    else rows = await merge([], 1)
    if (rows === 'nothing of a task') console.log('so no branch')
    switch (mode) {
      case 'loud': await tell(rows); break
      default: mode === 'x' ? await load(rows) : null
    }
    try { await check() } catch { await tell('failed') }
  `)
  expect(boxes).toEqual([
    'checkQuota',
    '(size > 10?)',
    'load',
    'merge',
    '(mode?)',
    'tell',
    "(mode === 'x'?)",
    'load',
    'checkQuota',
    '(failed?)',
    'tell',
  ])
  expect(edges).toEqual([
    'checkQuota>(size > 10?)',
    '(size > 10?)>load yes',
    '(size > 10?)>merge no',
    'load>tell',
    'merge>tell',
    "(mode?)>tell 'loud'",
    "(mode?)>(mode === 'x'?) else",
    'load>load',
    'merge>load',
    "(mode === 'x'?)>load yes",
    'checkQuota>(failed?)',
    '(failed?)>tell yes',
  ])
})

test('loops and lists mark what is repeated, subflows are boxes, helpers are followed across files', () => {
  writeFileSync(
    join(folder, 'steps.ts'),
    `import { task } from 'weirflow'
    const inner = task({ name: 'inner' }, (x: unknown) => x)
    export async function prepare(x: unknown) { const y = await inner(x); return y }
    export { inner as shown }`,
  )
  const more = `
    import { prepare, shown } from './steps.ts'
    const report = flow({ name: 'report' }, async ({ rows }) => rows)`
  expect(
    drawn(
      `
      for (const city of cities) await load(city)
      const own = async (city: string) => tell(await prepare(city))
      const all = await Promise.all(cities.map((city) => own(city)))
      await report({ rows: all })
      await report.run({ rows: shown(1) }, { returnState: true })
      cities.map(String)
      `,
      more,
    ),
  ).toEqual({
    boxes: ['load~', 'inner*', 'tell*', '[report]', 'inner', '[report]'],
    edges: ['inner*>tell*', 'tell*>[report]', 'inner>[report]'],
  })
})

test('a function, a task or a subflow that a list gets by its name runs once for each of its elements', () => {
  expect(
    drawn(
      `
      const both = async (city: string) => merge([await load(city)], 1)
      const merged = await Promise.all(cities.map(both))
      await Promise.all(cities.map(report))
      return merged.map(tell)
    `,
      "const report = flow({ name: 'report' }, async (city: string) => city)",
    ),
  ).toEqual({ boxes: ['load*', 'merge*', '[report]*', 'tell*'], edges: ['load*>merge*', 'merge*>tell*'] })
})

test('the picture is the same every time, says what it shows, and quotes what is not its own', () => {
  drawn(`if ('<b>' < mode) await load('x & y')`)
  const place = { file: join(folder, `flow-${count}.ts`), exportName: 'etl' }
  const svg = visualizeFlow(place, 'etl & more')
  expect(visualizeFlow(place, 'etl & more')).toBe(svg)
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="[\d.]+" height="[\d.]+"/)
  expect(svg).toContain('aria-label="Flow etl &amp; more: 1 task, 1 branch"')
  expect(svg).toContain('&#39;&lt;b&gt;&#39; &lt; mode?'.replaceAll('&#39;', "'"))
  expect(svg).not.toMatch(/NaN|undefined|<b>/)
})

test('weir visualize draws a flow of a file and runs nothing of it', async () => {
  drawn(`await tell(await load('x'))`)
  const file = `flow-${count}.ts`
  const svg = await lines.run(['visualize', `${file}:etl`])
  expect(svg, svg.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^<svg [\s\S]*<\/svg>\n$/) })
  const json = await lines.run(['visualize', `${file}:etl`, '-o', 'json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ name: 'etl', nodes: [{ label: 'load' }, { label: 'tell' }], edges: [{ from: 0, to: 1 }] })
  expect(await lines.run(['visualize', `${file}:load`])).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') })
})

test('a program has the picture of its own flow without running a task', async () => {
  using home = makeScriptHome()
  const { code, stdout, stderr } = await home.start(`
    import { flow, task } from 'weirflow'
    const load = task({ name: 'load' }, async () => { throw new Error('never') })
    export const etl = flow({ name: 'etl' }, async () => { await load() })
    const copy = etl.with({ name: 'copy' })
    export { copy as nightly }
    const [one, other] = await Promise.all([etl.visualize(), copy.visualize()])
    console.log(one.includes('>load</text>'), other.includes('>copy</text>'))
  `).exited
  expect(code, stderr).toBe(0)
  expect(stdout).toBe('true true\n')
})
