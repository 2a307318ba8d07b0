/** Secrets, blocks and references in flows, against a door that answers as the API does. The whole way is in test/e2e/secrets.test.ts. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../core/json-value.ts'
import { newId } from '../../../core/ids.ts'
import {
  BlockInvalid,
  BlockNotLoaded,
  BlockNotSaved,
  blocks,
  defineBlock,
  flow,
  logger,
  runDeployment,
  secret,
  secrets,
  sendInput,
  UsageError,
  variables,
} from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'
import { startFlow } from '../support/start-flow.ts'

let server: Server | null = null
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
  server = null
  delete process.env['WEIR_SECRET_FROM_HERE']
})

interface Asked {
  query: string
  variables: { name?: string; input?: JsonObject }
}

/** A door with these blocks and variables; types that are there are named. */
async function doorWith(known: { blocks?: Record<string, JsonObject>; variables?: JsonObject; secretPlaces?: string[]; types?: string[] }) {
  const asked: Asked[] = []
  const types = new Set(known.types)
  const missing = (message: string) => ({ code: 'NOT_FOUND', message, path: ['type'], hint: 'Register it.' })
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const question = JSON.parse(body) as Asked
      asked.push(question)
      const { name = '', input } = question.variables
      const answer = (): object => {
        if (question.query.includes('RevealBlock')) {
          const data = known.blocks?.[name]
          return { revealBlock: data ? { data, secretPlaces: known.secretPlaces ?? ['/value'] } : missing('There is none.') }
        }
        if (question.query.includes('query Variable'))
          return { variable: name in (known.variables ?? {}) ? { value: known.variables?.[name] } : null }
        if (question.query.includes('RegisterBlockType')) {
          types.add(String(input?.['slug']))
          return { registerBlockType: { created: true } }
        }
        return { saveBlock: types.has(String(input?.['type'])) ? { created: true } : missing('There is no such type.') }
      }
      response.end(JSON.stringify({ data: answer() }))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { asked, apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Runs a flow as a run that asks that door. */
async function runIn(apiUrl: string | null, body: (parameters: never) => unknown, parameters: unknown = {}, schema: z.ZodType = z.looseObject({})) {
  const lines: string[] = []
  const outcome = await startFlow(flow({ name: 'f', parameters: schema as z.ZodObject }, body as never), {
    around: {
      recorder: { log: (_, line) => void lines.push(JSON.stringify(line)) },
      controlPlane: apiUrl === null ? null : { apiUrl, credential: () => 'token' },
    },
    parameters,
  })
  return { ...outcome, lines }
}

test('a secret is read once in a run, is a text, and is not in what the run logs from then on', async () => {
  const { asked, apiUrl } = await doorWith({ blocks: { 'secret/api': { value: 'value-of-the-door-1' } } })
  const { value, lines } = await runIn(apiUrl, async () => {
    const [one, two] = await Promise.all([secrets.get('api'), secrets.get('api')])
    expectTypeOf(one).toEqualTypeOf<string>()
    logger().info(`have ${one}`, { header: `Bearer ${two}` })
    return [one, two, await secrets.get('api')]
  })
  expect(value).toEqual(Array(3).fill('value-of-the-door-1'))
  expect(asked).toHaveLength(1)
  expect(lines.join()).toContain('have ********')
  expect(lines.join()).not.toContain('value-of-the-door-1')
})

test('the environment goes before the control plane, and is enough without one; without both the error says what to do', async () => {
  process.env['WEIR_SECRET_FROM_HERE'] = 'value-of-the-environment'
  const { value } = await runIn(null, async () => [await secrets.get('from-here'), await blocks.load('secret/from-here')])
  expect(value).toEqual(['value-of-the-environment', { value: 'value-of-the-environment' }])
  const { error } = await runIn(null, () => secrets.get('not-here'))
  expect(error).toBeInstanceOf(BlockNotLoaded)
  expect(error).toMatchObject({ code: 'secret_missing', message: expect.stringContaining('WEIR_SECRET_NOT_HERE') })
  const { apiUrl } = await doorWith({})
  expect((await runIn(apiUrl, () => secrets.get('not-there'))).error).toMatchObject({
    code: 'NOT_FOUND',
    hint: expect.stringContaining('weir secret set not-there'),
  })
  expect((await runIn(apiUrl, () => secrets.get('Not a name'))).error).toBeInstanceOf(UsageError)
  // Where the author's code asked is a line of the stack, though an answer came between.
  const ofTwo = await runIn(apiUrl, async function authorsCode() {
    const text = await secrets.get('not-there')
    return `${text}${await secrets.get('not-there')}`
  })
  expect((ofTwo.error as Error).stack).toContain('authorsCode')
})

const warehouse = defineBlock(
  'warehouse',
  z.object({ host: z.string(), port: z.number().default(5432), password: secret(z.string().min(8)), tokens: z.array(secret(z.string())).optional() }),
  { description: 'A database.' },
)

test('a definition is registered as JSON Schema with its secrets marked, loads typed values, and names what does not fit', async () => {
  expect(warehouse).toMatchObject({ slug: 'warehouse', name: 'warehouse', description: 'A database.' })
  expect(warehouse.schema).toMatchObject({
    type: 'object',
    properties: { host: { type: 'string' }, password: { type: 'string', writeOnly: true }, tokens: { items: { writeOnly: true } } },
    required: ['host', 'password'],
  })
  const { apiUrl } = await doorWith({
    secretPlaces: ['/password'],
    blocks: { 'warehouse/main': { host: 'db', password: 'warehouse-password' }, 'warehouse/old': { password: 'warehouse-password' } },
  })
  const { value } = await runIn(apiUrl, async () => {
    const main = await warehouse.load('main')
    expectTypeOf(main).toEqualTypeOf<{ host: string; port: number; password: string; tokens?: string[] | undefined }>()
    return main
  })
  expect(value).toEqual({ host: 'db', port: 5432, password: 'warehouse-password' })
  const { error, state } = await runIn(apiUrl, () => warehouse.load('old'))
  expect(error).toBeInstanceOf(BlockInvalid)
  expect((error as BlockInvalid).issues).toMatchObject([{ path: ['host'] }])
  expect(JSON.stringify(state)).not.toContain('warehouse-password')
})

test('saving checks first, registers the type outside of runs alone, and never says the value', async () => {
  const bad = await runFlow(
    flow({ name: 'f' }, () => warehouse.save('main', { host: 'db', password: 'short-1' })),
    {},
  )
  expect(bad.error).toBeInstanceOf(BlockInvalid)
  expect(JSON.stringify(bad.state)).not.toContain('short-1')
  const { asked, apiUrl } = await doorWith({})
  const inRun = await runIn(apiUrl, () => warehouse.save('main', { host: 'db', password: 'warehouse-password' }))
  expect(inRun.error).toBeInstanceOf(BlockNotSaved)
  expect(asked.some(({ query }) => query.includes('RegisterBlockType'))).toBe(false)
  process.env['WEIR_API_URL'] = apiUrl
  try {
    await warehouse.save('main', { host: 'db', password: 'warehouse-password' })
  } finally {
    delete process.env['WEIR_API_URL']
  }
  expect(asked.map(({ query }) => /mutation (\w+)/.exec(query)?.[1])).toEqual([
    'SaveBlock',
    'SaveBlock',
    'SaveBlock',
    'RegisterBlockType',
    'SaveBlock',
  ])
  expect(() => defineBlock('secret', z.object({}))).toThrow(UsageError)
  expect(() => defineBlock('all', z.record(z.string(), z.string()).meta({ writeOnly: true }) as never)).toThrow('cannot be one secret')
  // @ts-expect-error a text is not the data of a block
  expect(() => defineBlock('text', z.string())).toThrow('schema of an object')
})

test('references in parameters are resolved before they are validated, and stay references in the record', async () => {
  const { apiUrl } = await doorWith({
    secretPlaces: ['/password'],
    blocks: { 'warehouse/main': { host: 'db', password: 'warehouse-password', port: 7 } },
    variables: { region: 'eu' },
  })
  const schema = z.object({ password: z.string(), region: z.enum(['eu', 'us']), port: z.number() })
  const references = { password: { $block: 'warehouse/main.password' }, region: { $variable: 'region' }, port: { $block: 'warehouse/main.port' } }
  const good = await runIn(apiUrl, (parameters) => parameters, references, schema)
  expect(good.value).toEqual({ password: 'warehouse-password', region: 'eu', port: 7 })
  expect(good.record.parameters).toEqual(references)
  const bad = await runIn(apiUrl, () => 1, { ...references, port: { $block: 'warehouse/main.none' }, region: { $variable: 'gone' } }, schema)
  expect(bad.state.type).toBe('FAILED')
  expect((bad.error as Error).message).toMatch(/port: block "warehouse\/main" has no "none"/)
  expect((bad.error as Error).message).toMatch(/region: there is no variable "gone"/)
  const nobody = await runIn(null, () => 1, references, schema)
  expect((nobody.error as Error).message).toContain('there is no control plane to ask')
})

test('a secret is not handed to another run or put into a variable in clear', async () => {
  const { asked, apiUrl } = await doorWith({ blocks: { 'secret/api': { value: 'value-of-the-door-2' } } })
  const ways: [(token: string) => Promise<unknown>, string][] = [
    [(token) => runDeployment('other/main', { parameters: { token: `Bearer ${token}` } }), 'parameters.token'],
    [(token) => variables.set('token', [token]), 'value.0'],
    [(token) => sendInput(newId(), Buffer.from(`me:${token}`).toString('base64')), 'value'],
  ]
  for (const [way, place] of ways) {
    const { error } = await runIn(apiUrl, async () => way(await secrets.get('api')))
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({
      message: expect.stringContaining(`: ${place} has the value of a secret in it`),
      hint: expect.stringContaining('$block'),
    })
  }
  expect(asked.every(({ query }) => query.includes('RevealBlock'))).toBe(true)
})
