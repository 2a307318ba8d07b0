/** What every list can do: pages from both ends and between cursors, as Relay says it. */
import { getNamedType } from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import { schema } from '../../api/schema.ts'
import { newId } from '../../core/ids.ts'
import { type Ask, makeStage } from './support.ts'

let ask: Ask

beforeAll(async () => {
  const stage = await makeStage()
  ask = stage.ask
  const five = (make: (n: number) => string) => Array.from({ length: 5 }, (_, n) => `m${n}: ${make(n)} { __typename }`).join(' ')
  await ask(`mutation { ${five((n) => `createVariable(input: { name: "v${n}", value: ${n} })`)} }`)
  await ask(`mutation { ${five((n) => `createWorkPool(input: { name: "pool-${n}" })`)} }`)
  await ask(
    `mutation { ${five((n) => `createFlowRun(input: { deploymentName: "etl/nightly", name: "run-${n}", scheduledTime: "2099-01-01T00:00:00Z" })`)} }`,
  )
})

const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(({ type }) => getNamedType(type).name.endsWith('Connection'))

test('every list is read forwards and backwards, and both ways give the same rows', async () => {
  expect(lists.length).toBeGreaterThan(10)
  for (const { name } of lists) {
    const page = async (args: string) => {
      const { data, errors } = await ask(
        `{ list: ${name}(${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      )
      expect(errors, `${name}(${args})`).toBeUndefined()
      return { ids: data.list.edges.map(({ node }: { node: { id: string } }) => node.id) as string[], ...data.list.pageInfo }
    }
    const { ids } = await page('first: 200')
    let forwards = await page('first: 4')
    let backwards = await page('last: 4')
    const [ahead, back] = [[...forwards.ids], [...backwards.ids]]
    while (forwards.hasNextPage) ahead.push(...(forwards = await page(`first: 4, after: "${forwards.endCursor}"`)).ids)
    while (backwards.hasPreviousPage) back.unshift(...(backwards = await page(`last: 4, before: "${backwards.startCursor}"`)).ids)
    expect(ahead, name).toEqual(ids)
    expect(back, name).toEqual(ids)
  }
})

test('what stands in a list is found by its id, and by its uuid', async () => {
  const made = await ask(`mutation {
    schedule: createSchedule(input: { deploymentName: "etl/nightly", schedule: { cron: "0 0 1 1 *" } }) { ... on CreateScheduleSuccess { made: schedule { id uuid } } }
    workQueue: createWorkQueue(input: { workPoolName: "local", name: "urgent" }) { ... on CreateWorkQueueSuccess { made: workQueue { id uuid } } }
    apiKey: createApiKey(input: { name: "ci", role: VIEWER }) { ... on CreateApiKeySuccess { made: apiKey { id uuid } } }
  }`)
  for (const [field, { made: thing }] of Object.entries(made.data) as [string, { made: { id: string; uuid: string } }][]) {
    const { data } = await ask(
      `{ a: ${field}(id: "${thing.id}") { id } b: ${field}(id: "${thing.uuid}") { id } none: ${field}(id: "${newId()}") { id } }`,
    )
    expect(data, field).toEqual({ a: { id: thing.id }, b: { id: thing.id }, none: null })
  }
})

test('a page lies between the cursors, at the end that is asked for, and says what they have cut off', async () => {
  for (const list of ['variables', 'workPools', 'flowRuns']) {
    const { data } = await ask(`{ list: ${list} { edges { cursor node { id } } } }`)
    const edges = data.list.edges as { cursor: string; node: { id: string } }[]
    const cursor = (index: number) => `"${edges[index]?.cursor}"`
    const page = async (args: string) => {
      const { nodes, pageInfo } = (await ask(`{ list: ${list}(${args}) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }`)).data.list
      return { places: nodes.map(({ id }: { id: string }) => edges.findIndex(({ node }) => node.id === id)), ...pageInfo }
    }
    const within = { hasNextPage: true, hasPreviousPage: true }
    expect(await page(`first: 2, before: ${cursor(4)}`), list).toEqual({ places: [0, 1], hasNextPage: true, hasPreviousPage: false })
    expect(await page(`last: 2, before: ${cursor(4)}`), list).toEqual({ places: [2, 3], ...within })
    expect(await page(`before: ${cursor(2)}`), list).toEqual({ places: [0, 1], hasNextPage: true, hasPreviousPage: false })
    expect(await page(`last: 2, after: ${cursor(0)}`), list).toMatchObject({ places: [edges.length - 2, edges.length - 1], hasNextPage: false })
    expect(await page(`after: ${cursor(0)}, before: ${cursor(4)}`), list).toEqual({ places: [1, 2, 3], ...within })
    expect(await page(`first: 1, after: ${cursor(0)}, before: ${cursor(4)}`), list).toEqual({ places: [1], ...within })
    expect(await page(`last: 1, after: ${cursor(0)}, before: ${cursor(4)}`), list).toEqual({ places: [3], ...within })
    expect((await page(`after: ${cursor(3)}, before: ${cursor(1)}`)).places, list).toEqual([])
  }
})
