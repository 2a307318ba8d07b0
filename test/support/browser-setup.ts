/** The product that all browser tests look at: started once for the whole run, with the examples deployed and a worker that runs them, as after `npm start`. */
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { runWeirLines, startWeir } from '../../server/launch/weir.ts'
import { makeFilledHome, removeHome, startBuiltControlPlane } from './control-plane.ts'

/** Where it is, and what opens it. */
export interface BrowserProductAddress {
  url: string
  adminKey: string
  /** The link that was printed; it works once. */
  signInUrl: string
  home: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    browserProduct: BrowserProductAddress
  }
}

/** The pool `local` has a worker, the pool `nobody` has none, and runs of `hello/waits` wait there. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await makeFilledHome()
  const plane = await startBuiltControlPlane({ home, log: () => {} })
  const environment = { WEIR_HOME: home, WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey }
  const lines = [
    ...['local', 'nobody'].map((pool) => ['work-pool', 'create', pool, '--type', 'process']),
    ...['weather', 'slow', 'fails', 'hello', 'approval', 'durable'].map((name) => [
      'deploy',
      `examples/${name}/flow.ts:${name}`,
      '--name',
      name,
      '--pool',
      'local',
    ]),
    ['deploy', 'examples/hello/flow.ts:hello', '--name', 'waits', '--pool', 'nobody'],
  ]
  if ((await runWeirLines(lines, environment)) !== 0) throw new Error('The examples could not be deployed.')
  const worker = startWeir(['worker', 'start', '--pool', 'local', '--name', 'laptop'], environment, { file: join(home, 'logs', 'laptop.log') })
  project.provide('browserProduct', { url: plane.url, adminKey: plane.adminKey, signInUrl: plane.signInUrl, home })
  return async () => {
    await worker.stop(2000)
    await plane.stop()
    await removeHome(home)
  }
}
