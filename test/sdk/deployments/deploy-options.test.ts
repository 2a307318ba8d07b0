import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type DeploymentOptions, toSaveInput } from '../../../sdk/deployments/deploy-options.ts'
import { findFlowPlace } from '../../../sdk/deployments/find-flow-place.ts'
import { type FlowHandle, flowHandle } from '../../../sdk/engine/flow-handle.ts'
import { flow } from '../../../sdk/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'weir-place-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
/** Where a flow lies that was made at `⟨here⟩` in this source. */
function placeOf(marked: string) {
  const file = join(folder, `flow-${++count}.ts`)
  const before = marked.slice(0, marked.indexOf('⟨here⟩')).split('\n')
  writeFileSync(file, marked.replace('⟨here⟩', ''))
  const stack = `Error\n    at file://${file}:${before.length}:${(before.at(-1) as string).length + 1}`
  const found = findFlowPlace({ name: 'etl', place: { stack } as Error })
  return found.file === file ? found.exportName : found
}

test('a flow is exported as what stands before the call that made it', () => {
  expect(placeOf(`export const etl = ⟨here⟩flow({}, () => 1)`)).toBe('etl')
  expect(placeOf(`import x from 'y'\n\nexport const etl: Flow<{ a: number }, 1, 2> =\n  ⟨here⟩flow({}, () => 1)`)).toBe('etl')
  expect(placeOf(`const first = flow()\nexport const $second = first.⟨here⟩with({ retries: 1 })`)).toBe('$second')
  expect(placeOf(`const etl = weir.⟨here⟩flow({}, () => 1)\nexport { other, etl as nightly }`)).toBe('nightly')
  expect(placeOf(`const etl = ⟨here⟩flow({}, () => 1)\nexport default etl`)).toBe('default')
  expect(placeOf(`export default ⟨here⟩flow({}, () => 1)`)).toBe('default')
})

test('a flow that is not exported, or nobody can say where, asks for its entrypoint', () => {
  expect(() => placeOf(`const etl = ⟨here⟩flow({}, () => 1)`)).toThrow(/cannot be told what flow "etl" is exported as \(.*flow-\d+\.ts:1\)/)
  expect(() => placeOf(`export const all = [⟨here⟩flow({}, () => 1)]`)).toThrow(/cannot be told/)
  expect(() => findFlowPlace({ name: 'etl', place: { stack: 'Error\n    at <anonymous>' } as Error })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('entrypoint: "flows/etl.ts:etl"') }),
  )
  expect(findFlowPlace({ name: 'etl', place: new Error() }, 'flows/etl.ts:etl')).toEqual({
    file: join(process.cwd(), 'flows/etl.ts'),
    exportName: 'etl',
  })
})

const etl = flow({ name: 'etl', tags: ['own'], description: 'what it does', parameters: z.object({ n: z.int().default(1) }) }, ({ n }) => n)
const inputOf = (options: Partial<DeploymentOptions>) =>
  toSaveInput(flowHandle(etl) as FlowHandle, { file: import.meta.filename, exportName: 'etl' }, { name: 'nightly', ...options }, 'local')

test('options become what the API takes; what is not said stays as it is', () => {
  const bare = inputOf({})
  expect(bare).toMatchObject({
    flowName: 'etl',
    name: 'nightly',
    description: 'what it does',
    tags: ['own'],
    entrypoint: 'test/sdk/deployments/deploy-options.test.ts:etl',
    path: process.cwd(),
    workPoolName: 'local',
    preload: true,
    reuse: false,
    parameterSchema: { type: 'object', properties: { n: { type: 'integer' } } },
  })
  for (const left of ['schedules', 'retryOnCrash', 'onContactLost', 'startAgain', 'collisionStrategy']) expect(bare).not.toHaveProperty(left)
  const full = inputOf({
    cron: '0 3 * * *',
    timezone: 'Europe/Berlin',
    tags: ['more', 'own'],
    env: { A: '1' },
    collisionStrategy: 'cancel-new',
    preload: false,
  })
  expect(full).toMatchObject({
    tags: ['own', 'more'],
    jobVariables: { env: { A: '1' } },
    collisionStrategy: 'CANCEL_NEW',
    preload: false,
    schedules: [{ schedule: { cron: '0 3 * * *', timezone: 'Europe/Berlin' } }],
  })
  expect(inputOf({ schedules: [] }).schedules).toEqual([])
  expect(inputOf({ schedules: [{ interval: '15m' }, { rrule: 'FREQ=DAILY' }] }).schedules).toMatchObject([
    { schedule: { interval: 900 } },
    { schedule: { rrule: 'FREQ=DAILY' } },
  ])
})

test('job variables are the environment and whatever else the runs are told; only they can refer to secrets', () => {
  const token = { $block: 'secret/api.value' }
  expect(inputOf({ jobVariables: { upstream: { token }, env: { A: '1', B: '1' } }, env: { B: '2', C: token } }).jobVariables).toEqual({
    upstream: { token },
    env: { A: '1', B: '2', C: token },
  })
  expect(() => inputOf({ jobVariables: { nodeFlags: [token] } })).toThrow(
    /jobVariables of deployment "etl\/nightly": nodeFlags\.0: nodeFlags cannot be a reference: /,
  )
  expect(() => inputOf({ env: { NODE_OPTIONS: token } })).toThrow(/env\.NODE_OPTIONS: NODE_OPTIONS cannot be a reference/)
  expect(() => inputOf({ jobVariables: [] as never })).toThrow(/must be an object/)
})

test('mistakes name the deployment and the option', async () => {
  // Before anybody is asked: there may be no control plane.
  await expect(etl.deploy({ name: 'nightly', pool: 'local', corn: '@daily' } as never)).rejects.toThrow(/has no option "corn"/)
  expect(() => inputOf({ chron: '* * * * *' } as never)).toThrow(/deployment "etl\/nightly" has no option "chron"; there are name, pool/)
  expect(() => inputOf({ cron: '61 * * * *' })).toThrow(/schedule of deployment "etl\/nightly": cron: /)
  expect(() => inputOf({ interval: 'often' as '1h' })).toThrow(/interval of deployment "etl\/nightly": "often" is no duration/)
  expect(() => inputOf({ timezone: 'UTC' })).toThrow(/timezone of deployment "etl\/nightly" belongs to a schedule/)
  expect(() => inputOf({ cron: '@daily', schedules: [] })).toThrow(/both a schedule and a list of schedules/)
  expect(() => inputOf({ name: '' })).toThrow(/a deployment of flow "etl" needs a name/)
})
