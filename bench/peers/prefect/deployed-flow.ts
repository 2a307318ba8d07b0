/** A flow of flows.py on a process work pool of Prefect, a worker for it, and its runs. */
import { FLOWS, type PrefectServer } from './server.ts'

interface Deployed {
  id: string
}

interface Deployment {
  /** Made when it is not there. */
  pool: string
  /** Function of flows.py; `noop` is the flow `bench-noop`. */
  flow: string
  /** `bench` when left out. */
  name?: string
  /** Seconds apart, from the anchor on. */
  schedule?: { interval: number; anchor: Date }
}

export async function deployFlow(server: PrefectServer, { pool, flow, name = 'bench', schedule }: Deployment): Promise<Deployed> {
  const { call } = server
  const pools = await call<{ name: string }[]>('POST', '/work_pools/filter', {})
  if (!pools.some((one) => one.name === pool)) server.run('prefect', ['work-pool', 'create', pool, '--type', 'process'])
  const { id } = await call<{ id: string }>('POST', '/flows/', { name: `bench-${flow.replaceAll('_', '-')}` })
  return call('POST', '/deployments/', {
    name,
    flow_id: id,
    work_pool_name: pool,
    entrypoint: `flows.py:${flow}`,
    path: FLOWS,
    pull_steps: [{ 'prefect.deployments.steps.set_working_directory': { directory: FLOWS } }],
    ...(schedule && {
      schedules: [{ active: true, schedule: { interval: schedule.interval, anchor_date: schedule.anchor.toISOString(), timezone: 'UTC' } }],
    }),
  })
}

/** Answers its pid once it is ONLINE. */
export async function startProcessWorker(server: PrefectServer, pool: string, args: string[] = [], environment = {}): Promise<number> {
  const pid = server.start('prefect', ['worker', 'start', '--pool', pool, '--type', 'process', ...args], environment)
  await server.until('worker online', 180, async () => {
    const workers = await server.call<{ status: string }[]>('POST', `/work_pools/${pool}/workers/filter`, {})
    return workers.some(({ status }) => status === 'ONLINE') ? true : undefined
  })
  return pid
}

/** Answers the id of a new run that is due at once. */
export async function createRun(server: PrefectServer, deployment: Deployed): Promise<string> {
  const { id } = await server.call<{ id: string }>('POST', `/deployments/${deployment.id}/create_flow_run`, { state: { type: 'SCHEDULED' } })
  return id
}

export async function stateOf(server: PrefectServer, flowRunId: string): Promise<string> {
  return (await server.call<{ state_type: string }>('GET', `/flow_runs/${flowRunId}`)).state_type
}

export const countCompleted = (server: PrefectServer): Promise<number> =>
  server.call('POST', '/flow_runs/count', { flow_runs: { state: { type: { any_: ['COMPLETED'] } } } })

/** When it was first in a state of this type, in milliseconds since 1970; NaN = never. */
export async function enteredAt(server: PrefectServer, flowRunId: string, type: string): Promise<number> {
  const states = await server.call<{ type: string; timestamp: string }[]>('GET', `/flow_run_states/?flow_run_id=${flowRunId}`)
  const [first = Number.NaN] = states
    .filter((state) => state.type === type)
    .map(({ timestamp }) => Date.parse(timestamp))
    .sort()
  return first
}
