/**
 * Prefect 3 beside us: its process worker and its engine. Two settings are measured: its defaults (it polls every 10 s) and a tuned one (each second), with its
 * process worker and with `flow.serve`.
 */
import { readFileSync } from 'node:fs'
import { deployFlow, startProcessWorker } from './deployed-flow.ts'
import { startPrefectServer } from './server.ts'

export interface PrefectPeer {
  version: string
  /** Runs one deployment run and returns its instants relative to the API call, in milliseconds. */
  trigger(): Promise<{ running: number; firstLine: number; completed: number }>
  /** Milliseconds in the flow's body of `count` tasks, one after another or mapped. */
  steps(kind: 'steps' | 'mapped', count: number): number
  /** Milliseconds until the server answered and until the worker was online, each from its command. */
  waited: { server: number; worker: number }
  /** The server and the worker, for their memory. */
  pids(): number[]
  stop(): Promise<void>
}

/** `serve`: the flow's process takes its runs itself, without a work pool and a worker. */
export async function startPrefect({ pollSeconds, serve = false }: { pollSeconds?: number; serve?: boolean } = {}): Promise<PrefectPeer> {
  const server = await startPrefectServer(pollSeconds === undefined ? {} : { pollSeconds })
  const { call, until } = server
  const serveFlow = (): Promise<{ id: string }> => {
    server.start('python', ['flows.py', 'serve'])
    return until('served flow', 180, () => call<{ id: string }>('GET', '/deployments/name/bench-noop/bench'))
  }
  const deployAndWork = async (): Promise<{ id: string }> => {
    const deployment = await deployFlow(server, { pool: 'bench', flow: 'noop' })
    await startProcessWorker(server, 'bench')
    return deployment
  }
  try {
    const begin = performance.now()
    const deployment = serve ? await serveFlow() : await deployAndWork()
    const worker = performance.now() - begin
    const trigger = async () => {
      const called = Date.now()
      const run = await call<{ id: string }>('POST', `/deployments/${deployment.id}/create_flow_run`, { state: { type: 'SCHEDULED' } })
      const done = await until('finished run', 120, async () => {
        const now = await call<{ state_type: string; start_time: string }>('GET', `/flow_runs/${run.id}`)
        return ['COMPLETED', 'FAILED', 'CRASHED'].includes(now.state_type) ? now : undefined
      })
      const completed = Date.now() - called
      if (done.state_type !== 'COMPLETED') throw new Error(`prefect: the run ended ${done.state_type}`)
      const line = readFileSync(server.marks, 'utf8')
        .split('\n')
        .find((text) => text.startsWith(`${run.id} first-line `))
      return { running: Date.parse(done.start_time) - called, firstLine: Number(line?.split(' ')[2]) - called, completed }
    }
    const steps = (kind: 'steps' | 'mapped', count: number): number =>
      Number(/BODY_MS ([\d.]+)/.exec(server.run('python', ['flows.py', kind, String(count)]))?.[1])
    return {
      version: `${server.version}, ${serve ? 'flow.serve' : 'worker'} polls every ${pollSeconds ?? 10} s`,
      trigger,
      steps,
      waited: { server: server.took, worker },
      pids: server.pids,
      stop: server.stop,
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
