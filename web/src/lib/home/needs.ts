/** What needs somebody now, gathered from runs and pools: one line a cause, not one a run. The worst first. */
import type { HomeQuery } from '#lib/graphql/generated/graphql.ts'

type Run = HomeQuery['failed']['nodes'][number]
type Pool = HomeQuery['workPools']['nodes'][number]

/** Runs of one deployment (or flow) that failed. */
export interface Failing {
  name: string
  /** The filter of the run list that has them, without the time. */
  search: string
  count: number
  /** Of these. */
  crashed: number
  /** There may be more than were read. */
  isExact: boolean
  /** The newest of them. */
  last: Run
}

/** Failed and crashed runs by what they are runs of; the one that failed most first, of equals the newest. `runs` newest first. */
export function gatherFailing(runs: readonly Run[], isExact: boolean): Failing[] {
  const groups = new Map<string, Failing>()
  for (const run of runs) {
    const name = run.deployment?.fullName ?? run.flow.name
    const group = groups.get(name)
    const crashed = run.state.type === 'CRASHED' ? 1 : 0
    if (group) {
      group.count++
      group.crashed += crashed
    } else {
      const search = new URLSearchParams([['state', 'failed'], ['state', 'crashed'], run.deployment ? ['deployment', name] : ['flow', name]])
      groups.set(name, { name, search: search.toString(), count: 1, crashed, isExact, last: run })
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}

/** How they ended: `failed`, `crashed`, or both. */
export const endedHow = ({ count, crashed }: Pick<Failing, 'count' | 'crashed'>): string =>
  crashed === 0 ? 'failed' : crashed === count ? 'crashed' : 'failed or crashed'

/** Runs that are due and wait, of one pool. */
export interface Waiting {
  pool: Pick<Pool, 'uuid' | 'name'>
  late: number
  isExact: boolean
  /** Due longest. */
  oldest: Run
}

/** Late runs by pool, the one with the oldest first. `runs` due first first. */
export function gatherLate(runs: readonly Run[], isExact: boolean): Waiting[] {
  const groups = new Map<string, Waiting>()
  for (const run of runs) {
    if (run.state.name !== 'Late' || !run.workPool) continue
    const group = groups.get(run.workPool.id)
    if (group) group.late++
    else groups.set(run.workPool.id, { pool: run.workPool, late: 1, isExact, oldest: run })
  }
  return [...groups.values()]
}

/** Pools that take no runs although some wait, and that are not told of as late already. */
export const stuckPools = (pools: readonly Pool[], late: readonly Waiting[]): Pool[] =>
  pools.filter(({ uuid, status, waitingCount }) => status !== 'READY' && waitingCount > 0 && !late.some(({ pool }) => pool.uuid === uuid))

/** The run of a pool that is due longest. `waiting` due first first. */
export const oldestOf = (waiting: readonly Run[], poolId: string): Run | null => waiting.find(({ workPool }) => workPool?.id === poolId) ?? null
