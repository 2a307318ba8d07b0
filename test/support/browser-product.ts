/** What browser tests look at: a control plane with the examples deployed and a worker that runs them, as after `npm start`. */
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { expect } from 'vitest'
import { runWeirLines, startWeir } from '../../server/launch/weir.ts'
import type { ControlPlane } from '../../server/index.ts'
import { ask, makeFilledHome, removeHome, startBuiltControlPlane } from './control-plane.ts'

/** Milliseconds that anything on a page may take on a slow, loaded machine. Nothing waits that long when all is well. */
export const PATIENCE = 60_000

export interface BrowserProduct {
  plane: ControlPlane
  /** Makes a run of a deployment and answers its uuid. `more` of the mutation's input, for example `scheduledTime`. */
  run(deploymentName: string, parameters?: Record<string, unknown>, more?: Record<string, unknown>): Promise<string>
  /** Makes a run and waits until it is in one of the final states. */
  runToEnd(deploymentName: string, parameters?: Record<string, unknown>): Promise<string>
  /** State type of a run, as the API says it. */
  stateOf(flowRunId: string): Promise<string>
  /** Signs a context in through a new link, and opens the list of runs. */
  signIn(context: BrowserContext): Promise<Page>
  /** Starts another worker; the caller stops it. */
  startWorker(pool: string, name: string): ReturnType<typeof startWeir>
  remove(): Promise<void>
}

const FINAL = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED']

/** Starts it: the pool `local` has a worker, the pool `nobody` has none, and runs of `hello/waits` wait there. */
export async function startBrowserProduct(): Promise<BrowserProduct> {
  const home = await makeFilledHome()
  const plane = await startBuiltControlPlane({ home, log: () => {} })
  const environment = { WEIR_HOME: home, WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey }
  const lines = [
    ...['local', 'nobody'].map((pool) => ['work-pool', 'create', pool, '--type', 'process']),
    ...['weather', 'slow', 'fails', 'hello', 'approval'].map((name) => [
      'deploy',
      `examples/${name}/flow.ts:${name}`,
      '--name',
      name,
      '--pool',
      'local',
    ]),
    ['deploy', 'examples/hello/flow.ts:hello', '--name', 'waits', '--pool', 'nobody'],
  ]
  expect(await runWeirLines(lines, environment)).toBe(0)
  const startWorker = (pool: string, name: string) =>
    startWeir(['worker', 'start', '--pool', pool, '--name', name], environment, { file: join(home, 'logs', `${name}.log`) })
  const worker = startWorker('local', 'laptop')

  const stateOf = async (flowRunId: string) => {
    const { flowRun } = await ask<{ flowRun: { state: { type: string } } }>(plane, 'query ($id: ID!) { flowRun(id: $id) { state { type } } }', {
      id: flowRunId,
    })
    return flowRun.state.type
  }
  const run = async (deploymentName: string, parameters: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => {
    const { createFlowRun } = await ask<{ createFlowRun: { flowRun?: { uuid: string }; message?: string } }>(
      plane,
      `mutation ($input: CreateFlowRunInput!) {
        createFlowRun(input: $input) { ... on CreateFlowRunSuccess { flowRun { uuid } } ... on Error { message } }
      }`,
      { input: { ...more, deploymentName, parameters } },
    )
    if (!createFlowRun.flowRun) throw new Error(createFlowRun.message)
    return createFlowRun.flowRun.uuid
  }
  return {
    plane,
    run,
    stateOf,
    startWorker,
    async runToEnd(deploymentName, parameters) {
      const id = await run(deploymentName, parameters)
      const until = Date.now() + PATIENCE
      for (let state = await stateOf(id); !FINAL.includes(state); state = await stateOf(id)) {
        if (Date.now() > until) throw new Error(`A run of ${deploymentName} is ${state} after ${PATIENCE / 1000} s.`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return id
    },
    async signIn(context) {
      const { createSignInLink } = await ask<{ createSignInLink: { url: string } }>(
        plane,
        'mutation { createSignInLink(input: { name: "Ada" }) { ... on CreateSignInLinkSuccess { url } } }',
      )
      await context.request.get(createSignInLink.url, { maxRedirects: 0 })
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE)
      await page.goto(`${plane.url}/runs`)
      await page.getByRole('navigation', { name: 'Views' }).waitFor()
      return page
    },
    async remove() {
      await worker.stop(2000)
      await plane.stop()
      await removeHome(home)
    },
  }
}
