/**
 * A control plane of its own for a test: the real one (package weirflow-server), empty, ready within a second or so. While it is in use, everything in this
 * process that asks for a control plane (flows, `runDeployment`, variables) and every process started from here is sent to it.
 */
import { askControlPlane } from '../client/control-plane.ts'
import { UsageError } from '../errors.ts'
import { type RecordedFlowRun, readFlowRun } from './read-flow-run.ts'

/** One that serves. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, also in WEIR_API_URL. */
  readonly apiUrl: string
  /** An admin's, also in WEIR_API_KEY. */
  readonly apiKey: string
  /** The data of a GraphQL answer; rejects with what the control plane refused. */
  ask<Data = unknown>(query: string, variables?: Record<string, unknown>): Promise<Data>
  /** A flow run as it is recorded, by its id or its name. Rejects when there is none, or several of that name. */
  flowRun(idOrName: string): Promise<RecordedFlowRun>
  /** Ends it, removes everything it had, and gives the environment back. */
  stop(): Promise<void>
}

/** The part of `weirflow-server` that is used. */
interface ServerPackage {
  startTestControlPlane?(options: { log(message: string): void }): Promise<{ url: string; adminKey: string; home: string; stop(): Promise<void> }>
}

/** What says where a control plane is; for a test all of it is set, or missing. */
const VARIABLES = ['WEIR_API_URL', 'WEIR_API_KEY', 'WEIR_HOME', 'WEIR_PROFILE'] as const

let inUse = false

/** Starts one, does the work, and ends it whatever the work did. Gives what the work gave. */
export async function withTestServer<T>(work: (server: TestServer) => T | Promise<T>): Promise<T> {
  await using server = await startTestServer()
  return await work(server)
}

/** For `beforeAll` and `afterAll`: as `withTestServer`, ended by `stop`. One at a time in a process. Rejects with UsageError without `weirflow-server`. */
export async function startTestServer(): Promise<TestServer> {
  if (inUse) throw new UsageError('another test server is in use in this process', 'Start one for the file, and use it in all of its tests.')
  inUse = true
  try {
    const startTestControlPlane = await loadStart()
    const plane = await startTestControlPlane({ log: (message) => process.stderr.write(`weir: ${message}\n`) })
    const before = VARIABLES.map((name) => [name, process.env[name]] as const)
    set({ WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey, WEIR_HOME: plane.home })
    const controlPlane = { apiUrl: plane.url, credential: () => plane.adminKey }
    const ask = <Data>(query: string, variables: Record<string, unknown> = {}) =>
      askControlPlane<Data>(controlPlane, query, variables, new AbortController().signal)
    let stopped: Promise<void> | null = null
    const stop = () => {
      stopped ??= plane.stop().finally(() => {
        set(Object.fromEntries(before))
        inUse = false
      })
      return stopped
    }
    return { apiUrl: plane.url, apiKey: plane.adminKey, ask, flowRun: (idOrName) => readFlowRun(ask, idOrName), stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    inUse = false
    throw error
  }
}

function set(values: Partial<Record<string, string>>): void {
  for (const name of VARIABLES) {
    const value = values[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

async function loadStart(): Promise<NonNullable<ServerPackage['startTestControlPlane']>> {
  const name = 'weirflow-server'
  const hint = 'Install it: npm install --save-dev weirflow-server. Without it, runFlow(flow, parameters) runs a flow in memory.'
  let server: ServerPackage
  try {
    server = (await import(name)) as ServerPackage
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('a test server needs the package weirflow-server, and it is not installed here', hint)
  }
  if (!server.startTestControlPlane) throw new UsageError('the weirflow-server that is installed here is older than this weirflow', hint)
  return server.startTestControlPlane
}
