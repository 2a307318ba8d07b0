/**
 * One started control plane without a worker, and a process for the command lines, for all files of this folder: they run in the order in which nouns.test.ts
 * names them, and find what those before them have made.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { ControlPlane } from '../../../../server/index.ts'
import { type CommandLines, type Ended, openCommandLines } from '../../../sdk/support/command-lines.ts'
import { fill, makeHome, removeHome, startBuiltControlPlane } from '../../../support/control-plane.ts'

export const root: string = join(import.meta.dirname, '..', '..', '..', '..')
export const home: string = makeHome()
/** Where the commands run; `flows.ts` is in it. */
export const folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'weir-cli-')))
let plane: ControlPlane
let lines: CommandLines

export const run = (...args: string[]): Promise<Ended> => lines.run(args)
/** With an environment of its own. */
export const runWith: CommandLines['run'] = (args, surroundings) => lines.run(args, surroundings)
/** The value that a program reads. */
export async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '-o', 'json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}
/** What a person reads, when all is well. */
export async function said(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args)
  expect(code, stderr).toBe(0)
  return stdout
}

const FLOWS = `
import { artifacts, events, flow, logger, task } from 'weirflow'
const fetchCity = task({ name: 'fetch' }, async (city) => { logger().warn('fetching ' + city); if (city === 'Atlantis') throw new Error('it has sunk'); return city.length })
export const cities = flow({ name: 'cities' }, async () => {
  logger().info('the flow itself')
  await fetchCity('Oslo')
  await artifacts.table({ key: 'warmest', rows: [{ city: 'Lima', degrees: 31 }, { city: 'Oslo', degrees: 4 }], description: 'by day' })
  await artifacts.markdown({ key: 'note', markdown: '# Cities' })
  await artifacts.progress({ key: 'done', progress: 50 })
  await events.emit({ event: 'city.warmest', resource: { id: 'city.Lima', labels: { country: 'PE' } }, related: [{ id: 'city.Oslo', role: 'coldest' }], payload: { degrees: 31 } })
  await fetchCity('Atlantis')
})
`

beforeAll(async () => {
  writeFileSync(join(folder, 'flows.ts'), FLOWS)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(root, 'sdk'), join(folder, 'node_modules', 'weirflow'))
  symlinkSync(join(root, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'))
  await fill(home)
  plane = await startBuiltControlPlane({ home })
  lines = openCommandLines({ home, cwd: folder, main: join(root, 'sdk', 'dist', 'cli', 'main.js') })
})

afterAll(async () => {
  await lines?.close()
  await plane?.stop()
  await removeHome(home)
  rmSync(folder, { recursive: true, force: true })
})

/** What is offered after these words, the last one as far as it is typed. */
export const offered = async (...words: string[]): Promise<(string | undefined)[]> =>
  (await said('__complete', ...words))
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0])
