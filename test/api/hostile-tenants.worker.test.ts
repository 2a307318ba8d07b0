/**
 * Two workspaces on one control plane. Every place of the schema that takes an id or a name is given those of the other workspace: the answer is the same
 * as for a thing that does not exist, and nothing over there changes. The places are read from the schema, so a new one is tested without being named here.
 */
import { sql } from 'drizzle-orm'
import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
} from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import { encodeChildId, encodeId, type NodeType, parseId } from '../../api/node.ts'
import { schema } from '../../api/schema.ts'
import { newId } from '../../core/ids.ts'
import { makeWorkspace, query } from '../support/engine-world.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { artifactFact, logsFact, startRunner, taskRunFact } from './reporting.ts'
import { type Ask, askAs, CREATE, makeKey, makeWorkspace as makeEmpty } from './support.ts'

/** Every kind of thing over there, by opaque id; and what they are called. */
let theirs: Record<string, string>
let names: string[]
let theirWorkspace: string
let ours: Ask

beforeAll(async () => {
  const world = await makeWorkspace()
  theirWorkspace = world.workspaceId
  const pool = await world.makePool({ name: 'their-pool' })
  await query(sql`
    insert into workers (workspace_id, id, work_pool_id, name, type, labels, slots, session_id, last_seen_at, created_at)
    select workspace_id, ${newId()}::uuid, id, 'their-worker', 'process', '{}', 1, ${newId()}::uuid, now(), now()
    from work_pools where workspace_id = ${world.workspaceId}::uuid and name = ${pool.name}`)
  const ask = askAs((await world.makeKey('ADMIN')).text)
  const { data } = await ask(
    '{ deployments { nodes { id fullName flow { id name } } } workPools { nodes { id queues { id } workers { id } } } viewer { workspace { id } } }',
  )
  const deployment = data.deployments.nodes[0]
  const run = (
    await ask(CREATE, { input: { deploymentId: deployment.id, scheduledTime: '2099-01-01T00:00:00Z', name: 'their-run', tags: ['their-tag'] } })
  ).data.createFlowRun.flowRun
  const runner = await startRunner(ask)
  const task = taskRunFact(runner.uuid, 'read')
  await runner.report(task, logsFact(runner.uuid, 'their-line'), artifactFact(runner.uuid, 'their-artifact'))
  const made = await ask(
    `mutation ($deployment: ID!) {
      v: createVariable(input: { name: "their-variable", value: "their-value" }) { ... on CreateVariableSuccess { variable { id } } }
      l: createConcurrencyLimit(input: { name: "their-limit", limit: 1 }) { ... on CreateConcurrencyLimitSuccess { concurrencyLimit { id } } }
      t: registerBlockType(input: { slug: "their-type", schema: { type: "object" } }) { ... on RegisterBlockTypeSuccess { blockType { id } } }
      b: createBlock(input: { type: "secret", name: "their-block", data: { value: "their-secret" } }) { ... on CreateBlockSuccess { block { id } } }
      s: createServiceAccount(input: { name: "their-account", role: VIEWER }) { ... on CreateServiceAccountSuccess { serviceAccount { id } } }
      c: createSchedule(input: { deploymentId: $deployment, schedule: { cron: "0 0 1 1 *" } }) { ... on CreateScheduleSuccess { schedule { id } } }
      e: emitEvent(input: { name: "their-event", resource: { id: "their-order" } }) { ... on EmitEventSuccess { event { id } } }
      o: cancelFlowRuns(input: { filter: { name: { equals: "none" } } }) { ... on CancelFlowRunsSuccess { operation { id } } }
    }`,
    { deployment: deployment.id },
  )
  const more = await ask(
    'query ($id: ID!) { apiKeys { id } auditRows(first: 1) { nodes { id } } flowRun(id: $id) { artifacts { id } taskRuns { nodes { id } } } }',
    {
      id: runner.id,
    },
  )
  theirs = {
    ApiKey: more.data.apiKeys[0].id,
    Artifact: more.data.flowRun.artifacts[0].id,
    AuditRow: more.data.auditRows.nodes[0].id,
    ConcurrencyLimit: made.data.l.concurrencyLimit.id,
    Block: made.data.b.block.id,
    BlockType: made.data.t.blockType.id,
    Deployment: deployment.id,
    Event: made.data.e.event.id,
    Flow: deployment.flow.id,
    FlowRun: run.id,
    RunningFlowRun: runner.id,
    Operation: made.data.o.operation.id,
    Schedule: made.data.c.schedule.id,
    ServiceAccount: made.data.s.serviceAccount.id,
    TaskRun: more.data.flowRun.taskRuns.nodes[0].id,
    Variable: made.data.v.variable.id,
    WorkPool: data.workPools.nodes[0].id,
    WorkQueue: data.workPools.nodes[0].queues[0].id,
    Worker: data.workPools.nodes[0].workers[0].id,
    Workspace: data.viewer.workspace.id,
  }
  names = [deployment.fullName, deployment.flow.name, 'their-pool', 'their-variable', 'their-type']
  ours = askAs(await makeKey(await makeEmpty()))
})

/** An id of the same type that nothing has. */
function nobody(id: string): string {
  const { type, flowRunId } = parseId(id) as { type: NodeType; flowRunId: string | null }
  return type === 'Artifact' || type === 'TaskRun' ? encodeChildId(type, newId(), flowRunId === null ? '' : newId()) : encodeId(type, newId())
}

/** What an answer says, without the ids and names that were asked with. */
const told = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replace(/[A-Za-z0-9_-]{40,}/g, 'ID')
    .replace(/"(there is no such thing|their-[a-z]+|flow-UUID(\/main)?)[^"]*\\?"/g, 'NAME')
    .replace(/ "[^"]*" in this workspace/g, ' NAME in this workspace')

/** A value that the type takes, as GraphQL text; what is not needed is left out. */
function sample(type: GraphQLInputType, place: string[] | null, value: string): string {
  if (isNonNullType(type)) return sample(type.ofType, place, value)
  if (isListType(type)) return `[${sample(type.ofType, place, value)}]`
  if (place?.length === 0) return JSON.stringify(value)
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || field.name === place?.[0] || (type.name === 'ScheduleInput' && field.name === 'cron'),
    )
    return `{ ${fields.map((field) => `${field.name}: ${field.name === 'cron' ? '"@daily"' : sample(field.type, field.name === place?.[0] ? (place as string[]).slice(1) : null, value)}`).join(', ')} }`
  }
  if (isEnumType(type)) return type.getValues()[0]?.name as string
  const scalars: Record<string, string> = {
    ID: JSON.stringify(newId()),
    String: '"x"',
    Int: '1',
    Float: '1',
    Boolean: 'true',
    JSON: '{}',
    JSONSchema: '{}',
    Duration: '1',
    DateTime: '"2099-01-01T00:00:00Z"',
  }
  return scalars[type.name] as string
}

/** Places of a type that take an id (or a text that may be a name), filters within filters not again. */
function placesOf(type: GraphQLInputType, scalar: 'ID' | 'String', seen: string[] = []): string[][] {
  const named = getNamedType(type)
  if (named.name === scalar) return [[]]
  if (!isInputObjectType(named) || seen.includes(named.name)) return []
  return Object.values(named.getFields()).flatMap((field: GraphQLInputField) =>
    placesOf(field.type, scalar, [...seen, named.name]).map((place) => [field.name, ...place]),
  )
}

interface Place {
  operation: 'query' | 'mutation'
  field: string
  argument: string
  place: string[]
  /** The field with this value at the place. */
  write(value: string): string
}

/** Every place of the schema's roots that takes such a scalar. */
function allPlaces(scalar: 'ID' | 'String'): Place[] {
  return (['query', 'mutation'] as const).flatMap((operation) =>
    Object.values((operation === 'query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((argument: GraphQLArgument) =>
        placesOf(argument.type, scalar).map((place): Place => {
          const write = (value: string) => {
            const args = field.args
              .filter((other) => other === argument || isNonNullType(other.type))
              .map((other) => `${other.name}: ${sample(other.type, other === argument ? place : null, value)}`)
            const type = getNamedType(field.type)
            const selection =
              operation === 'mutation'
                ? `{ __typename ... on Error { code message path } ${/FlowRuns$/.test(field.name) ? `... on ${field.name[0]?.toUpperCase()}${field.name.slice(1)}Success { matchedCount }` : ''} }`
                : isCompositeType(type)
                  ? selectionOf(type.name)
                  : ''
            return `${field.name}(${args.join(', ')}) ${selection}`
          }
          return { operation, field: field.name, argument: argument.name, place, write }
        }),
      ),
    ),
  )
}

const selectionOf = (typeName: string): string =>
  typeName.endsWith('Connection')
    ? typeName === 'LogConnection' || !('totalCount' in (schema.getType(typeName) as { getFields(): object }).getFields())
      ? '{ nodes { __typename } }'
      : '{ totalCount nodes { __typename } }'
    : '{ __typename }'

/** All values at one place, each under an alias. */
async function answersAt({ operation, write }: Place, values: string[]): Promise<string[]> {
  const text = `${operation} { ${values.map((value, index) => `a${index}: ${write(value)}`).join('\n')} }`
  parse(text)
  const { data, errors } = await ours(text)
  return values.map((_, index) =>
    told([
      data?.[`a${index}`] ?? null,
      (errors ?? []).filter(({ path }) => path?.[0] === `a${index}`).map(({ message, extensions }) => [extensions.code, message]),
    ]),
  )
}

test('an id of another workspace is answered as one that nothing has, at every place of the schema', async () => {
  const before = await fingerprint(theirWorkspace)
  const places = allPlaces('ID')
  expect(places.length).toBeGreaterThan(45)
  const ids = Object.values(theirs)
  for (const place of places) {
    const [foreign, absent] = [await answersAt(place, ids), await answersAt(place, ids.map(nobody))]
    expect(foreign, `${place.operation} ${place.field} ${place.argument}.${place.place.join('.')}`).toEqual(absent)
    for (const answer of foreign) expect(answer).not.toMatch(/their-|[^s]Success"|"matchedCount":[^0]/)
  }
  expect(await fingerprint(theirWorkspace)).toEqual(before)
})

/** Mutations that make something of their own of the name they are given. */
const MAKE = /^(create|set|save|start|update|rotate)/

test('a name of another workspace leads to nothing of it', async () => {
  const before = await fingerprint(theirWorkspace)
  const places = allPlaces('String').filter(({ field, place, argument }) => {
    const last = place.at(-1) ?? argument
    const isMade = MAKE.test(field) && (last === 'name' || last === 'tags')
    return !isMade && (/name/i.test(last) || place.includes('name') || place.includes('tags'))
  })
  expect(places.length).toBeGreaterThan(20)
  for (const place of places) {
    const [foreign, absent] = [
      await answersAt(place, names),
      await answersAt(
        place,
        names.map((name) => `there is no such thing${name.includes('/') ? '/x' : ''}`),
      ),
    ]
    expect(
      foreign.map((answer) => answer.replace(/NAME|UUID/g, '')),
      `${place.operation} ${place.field} ${place.argument}.${place.place.join('.')}`,
    ).toEqual(absent.map((answer) => answer.replace(/NAME|UUID/g, '')))
  }
  expect(await fingerprint(theirWorkspace)).toEqual(before)
})

test('filters within filters, whatever they deny, reach nobody else', async () => {
  const fresh = askAs(await makeKey(await makeEmpty()))
  const { Deployment, Flow, WorkPool } = theirs as Record<'Deployment' | 'Flow' | 'WorkPool', string>
  const filters = [
    '{}',
    '{ not: { tags: { any: ["none"] } } }',
    `{ or: [{ deployment: { id: ["${Deployment}"] } }, { not: { deployment: { id: ["${Deployment}"] } } }] }`,
    `{ not: { flow: { id: ["${Flow}"] } } }`,
    `{ and: [{ or: [{ workPool: { id: ["${WorkPool}"], name: ["their-pool"] } }, {}] }, { not: { not: {} } }] }`,
    '{ name: { contains: "their" } }',
    '{ name: { contains: "%" } }',
    `{ name: { contains: "' or true --" } }`,
    '{ tags: { all: ["their-tag"] } }',
    '{ duration: { atLeast: 0 } }',
    '{ createdAt: { after: "1970-01-01T00:00:00Z" } }',
  ]
  for (const filter of filters) {
    const { data, errors } = await fresh(`{ flowRuns(filter: ${filter}) { totalCount nodes { name } } }`)
    expect(errors, filter).toBeUndefined()
    expect(data.flowRuns, filter).toEqual({ totalCount: 0, nodes: [] })
    const bulk = await fresh(
      `mutation { cancelFlowRuns(input: { filter: ${filter} }) { ... on CancelFlowRunsSuccess { matchedCount operation { totalCount } } } }`,
    )
    expect(bulk.data.cancelFlowRuns, filter).toEqual({ matchedCount: 0, operation: { totalCount: 0 } })
  }
})

test('a cursor of another workspace shows nothing of it, and an idempotency key of theirs is free here', async () => {
  const cursor = btoa(JSON.stringify(['VARIABLES', 'a'])).replace(/=+$/, '')
  const fresh = askAs(await makeKey(await makeEmpty()))
  expect((await fresh(`{ variables(after: "${cursor}") { nodes { name } } }`)).data.variables.nodes).toEqual([])
  const [one, two] = await Promise.all([0, 1].map(async () => askAs(await makeKey(await makeEmpty()))))
  const made = await Promise.all(
    [one, two].map((ask) =>
      (ask as Ask)(
        'mutation { createVariable(input: { name: "same", value: 1, idempotencyKey: "same" }) { ... on CreateVariableSuccess { variable { id } } } }',
      ),
    ),
  )
  const ids = made.map(({ data }) => data.createVariable.variable.id)
  expect(new Set(ids).size).toBe(2)
})
