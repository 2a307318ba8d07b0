/**
 * The database is out of reach for 20 s while runs are asked for and are running: first it falls silent, then it refuses. A fifth of the protocol's real
 * durations, so that the outage is longer than the silence after which a worker counts as lost.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removePostgresData, type RunningPostgres, startPostgres } from '../../../server/postgres/start-postgres.ts'
import { postgresFolder } from '../../support/folder.ts'
import { type Cable, layCable } from './cable.ts'
import { createPool, createRun, deploy, expectWholeSteps, freePort, type Product, startProduct, until, untilFree, untilState } from './product.ts'
import { cleanUp, expectOneExecution, startWorker, temporaryFolder, untilWitnessed, witnessed } from './worker.ts'

let postgres: RunningPostgres
let database: Cable
let product: Product
const directory = postgresFolder()

beforeAll(async () => {
  const port = await freePort()
  const settings = { listen_addresses: '127.0.0.1', port: String(port), fsync: 'off' }
  postgres = await startPostgres({ directory, password: 'owner', logFile: join(temporaryFolder(), 'postgres.log'), settings })
  database = await layCable(port)
  const urlBy = (by: number) => `postgres://weir:owner@127.0.0.1:${by}/postgres`
  product = await startProduct({ databaseUrl: urlBy(database.port), ownUrl: urlBy(port), timeScale: 0.2 })
})
afterAll(async () => {
  await product?.remove()
  await database?.close()
  await postgres?.stop()
  await removePostgresData(directory)
  await cleanUp()
})

interface Attempt {
  key: string
  id: string | null
  /** Codes of the refusals it met. */
  codes: string[]
}

/** Creates a run as a client that tries again does: with a key of its own. Answers its id, or null and why not. */
async function tryToCreate(deploymentName: string, attempt: Attempt): Promise<void> {
  const query = `mutation ($input: CreateFlowRunInput!) { result: createFlowRun(input: $input) {
    ... on CreateFlowRunSuccess { flowRun { id } } ... on Error { code message } } }`
  try {
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${product.adminKey}` },
      body: JSON.stringify({ query, variables: { input: { deploymentName, idempotencyKey: attempt.key } } }),
    })
    const answer = (await response.json()) as {
      data?: { result: { flowRun?: { id: string }; code?: string } }
      errors?: { extensions: { code: string } }[]
    }
    attempt.id = answer.data?.result.flowRun?.id ?? null
    if (attempt.id === null) attempt.codes.push(answer.errors?.[0]?.extensions.code ?? answer.data?.result.code ?? `status ${response.status}`)
  } catch (error) {
    attempt.codes.push((error as Error).message)
  }
}

test('a database out of reach for 20 s under load: what was asked for is refused with a code, what runs goes on, nothing is lost or done twice', async () => {
  const folder = temporaryFolder()
  const [file, long] = [join(folder, 'counted'), join(folder, 'steps')]
  await createPool(product, 'no-database', 4)
  const counted = await deploy(product, 'no-database', 'counted', { parameters: { file }, reuse: true })
  const steps = await deploy(product, 'no-database', 'steps')
  await startWorker(product, { pool: 'no-database', limit: 6 })
  const inFlight = await createRun(product, steps, { file: long, count: 100, each: 230 })
  await untilWitnessed(long, 'step-2')

  const attempts: Attempt[] = []
  const answers: Promise<void>[] = []
  const load = setInterval(() => {
    const attempt = { key: `run-${attempts.length}`, id: null, codes: [] }
    attempts.push(attempt)
    answers.push(tryToCreate(counted, attempt))
  }, 200)
  try {
    await until('runs are made', () => attempts.filter(({ id }) => id !== null).length > 5)
    database.hold()
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    await database.cut()
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    await database.mend()
    const before = attempts.length
    await until('runs are made again', () => attempts.slice(before).filter(({ id }) => id !== null).length > 5)
  } finally {
    clearInterval(load)
    await Promise.all(answers)
  }
  const refused = attempts.filter(({ codes }) => codes.length > 0)
  expect(refused.length).toBeGreaterThan(10)
  expect([...new Set(refused.flatMap(({ codes }) => codes))]).toEqual(['NOT_READY'])
  for (const attempt of refused) await tryToCreate(counted, attempt)
  const ids = attempts.map(({ id }) => id as string)
  expect(new Set(ids).size).toBe(attempts.length)

  const uuids: string[] = []
  for (const id of ids) {
    const run = await untilState(product, id, 'COMPLETED', 'CRASHED', 'FAILED')
    expect({ ...run, states: run.states.map(({ type, message }) => [type, message]) }).toMatchObject({
      state: { type: 'COMPLETED', message: null },
      runCount: 1,
    })
    uuids.push(run.uuid)
  }
  for (const event of ['begin', 'end'])
    expect(
      witnessed(file)
        .filter((line) => line.event === event)
        .map(({ flowRunId }) => flowRunId)
        .sort(),
    ).toEqual(uuids.sort())
  await expectWholeSteps(product, inFlight, 100)
  expectOneExecution(long, 100)
  await untilFree(product, 'no-database')
})
