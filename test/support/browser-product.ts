/** What a browser test works with: the one product of the run, and one browser, whose windows are signed in and closed with their test. */
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import pg from 'pg'
import { expect, inject, onTestFinished } from 'vitest'
import { openHome, openSecrets } from '../../server/home.ts'
import { startWeir } from '../../server/launch/weir.ts'
import { launchBrowser } from './browser.ts'
import { ask as askPlane } from './control-plane.ts'

/** Milliseconds that anything on a page may take on a slow, loaded machine. Nothing waits that long when all is well. */
export const PATIENCE = 60_000

/** Where it is, and what opens it. */
export const plane = inject('browserProduct')

/** Asks its API with the admin key. */
export const ask = <Data>(query: string, variables: Record<string, unknown> = {}) => askPlane<Data>(plane, query, variables)

let launched: Promise<Browser> | null = null
/** The browser of this process, which ends with it. The name `evil.example` leads to this machine in it, as a rebound name would. */
export const openBrowser = (): Promise<Browser> => (launched ??= launchBrowser(['--host-resolver-rules=MAP evil.example 127.0.0.1']))

/** A new window of its own, as wide as a laptop's; closed with the test. Nothing turns in it: that is painted sixty times a second, by the processor. */
export async function newContext(): Promise<BrowserContext> {
  const context = await (await openBrowser()).newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  onTestFinished(() => context.close())
  return context
}

/** Signs a context in through a new link, and opens a page of the workspace. */
export async function signIn(context: BrowserContext, path = '/runs'): Promise<Page> {
  const { createSignInLink } = await ask<{ createSignInLink: { url: string } }>(
    'mutation { createSignInLink(input: { name: "Ada" }) { ... on CreateSignInLinkSuccess { url } } }',
  )
  await context.request.get(createSignInLink.url, { maxRedirects: 0 })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  await page.goto(`${plane.url}${path}`)
  await page.getByRole('navigation', { name: 'Workspace' }).waitFor()
  return page
}

/** A page that is signed in, whose errors fail the test. */
export async function signedIn(path = '/runs'): Promise<Page> {
  const context = await newContext()
  const errors: string[] = []
  context.on('weberror', (error) => errors.push(error.error().message))
  onTestFinished(() => expect(errors).toEqual([]))
  return await signIn(context, path)
}

/** Makes a run of a deployment and answers its uuid. `more` of the mutation's input, for example `scheduledTime`. */
export async function run(deploymentName: string, parameters: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<string> {
  const { createFlowRun } = await ask<{ createFlowRun: { flowRun?: { uuid: string }; message?: string } }>(
    `mutation ($input: CreateFlowRunInput!) {
      createFlowRun(input: $input) { ... on CreateFlowRunSuccess { flowRun { uuid } } ... on Error { message } }
    }`,
    { input: { ...more, deploymentName, parameters } },
  )
  if (!createFlowRun.flowRun) throw new Error(createFlowRun.message)
  return createFlowRun.flowRun.uuid
}

/** State type of a run, as the API says it. */
export async function stateOf(flowRunId: string): Promise<string> {
  const { flowRun } = await ask<{ flowRun: { state: { type: string } } }>('query ($id: ID!) { flowRun(id: $id) { state { type } } }', {
    id: flowRunId,
  })
  return flowRun.state.type
}

const FINAL = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED']

/** Makes a run and waits until it is in one of the final states. */
export async function runToEnd(deploymentName: string, parameters: Record<string, unknown> = {}): Promise<string> {
  const id = await run(deploymentName, parameters)
  const until = Date.now() + PATIENCE
  for (let state = await stateOf(id); !FINAL.includes(state); state = await stateOf(id)) {
    if (Date.now() > until) throw new Error(`A run of ${deploymentName} is ${state} after ${PATIENCE / 1000} s.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return id
}

/** The record itself, past every rule: for what nobody could bring about through the product in time. Closed with the test. */
export async function openRecord(): Promise<pg.Client> {
  const home = openHome(plane.home)
  const client = new pg.Client({
    host: join(home.postgres, 'sockets'),
    port: 5432,
    user: 'weir',
    password: openSecrets(home).secrets.ownerPassword,
    database: 'postgres',
  })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** Makes so many more of a run that waits, and answers all of them, in the order in which they were made. */
export async function copyRun(record: pg.Client, flowRunId: string, more: number): Promise<string[]> {
  const { rows } = await record.query<{ id: string }>(
    `insert into flow_runs
     select (jsonb_populate_record(run, jsonb_build_object('id', uuidv7(), 'state_id', gen_random_uuid(), 'name', run.name || '-' || n))).*
     from flow_runs run, generate_series(1, $2::int) n where run.id = $1 returning id`,
    [flowRunId, more],
  )
  return [flowRunId, ...rows.map(({ id }) => id).sort()]
}

/** Starts another worker; ended with the test, if it has not left before. */
export function startWorker(pool: string, name: string): ReturnType<typeof startWeir> {
  const environment = { WEIR_HOME: plane.home, WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey }
  const worker = startWeir(['worker', 'start', '--pool', pool, '--name', name], environment, { file: `${plane.home}/logs/${name}.log` })
  onTestFinished(() => worker.stop(2000))
  return worker
}

/** The state of the thing that a page is about. */
export const state = (page: Page) => page.getByRole('status', { name: 'State' })
/** Waits until it is said in this word. */
export const untilState = (page: Page, word: string) => state(page).getByText(word, { exact: true }).waitFor()
/** Goes to a part of the page. */
export const tab = (page: Page, name: RegExp) => page.getByRole('tab', { name }).click()
