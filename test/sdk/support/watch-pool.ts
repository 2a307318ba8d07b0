/** What tests of workers wait for and look at in the pool they have started. */
import { linesOf, type PoolServer } from './pool-server.ts'

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED']

/** Of whatever `pool` answers at the time. */
export function watchPool(pool: () => PoolServer) {
  const runOf = (id: string) => pool().runs.get(id) as NonNullable<ReturnType<PoolServer['runs']['get']>>
  const said = (type: string) => pool().messages.filter((message) => message.type === type)
  return {
    runOf,
    said,
    /** What the worker said last of its room; nothing before it said any. */
    room: () => said('room').at(-1) as { free: number; draining: boolean } | undefined,
    untilFinal: (id: string) => pool().until(() => FINAL.includes(runOf(id).stateType) && runOf(id)),
    holderFact: (id: string, kind: string) => pool().until(() => runOf(id).holderFacts.find((fact) => fact.kind === kind)),
    /** What its hooks have logged or printed, once nothing of the run lives any more. */
    hooksSaid: (id: string) =>
      pool().until(() => {
        const hooks = linesOf(runOf(id)).flatMap(({ message }) => (message.includes('hook of') ? [message] : []))
        return hooks.length > 0 && hooks
      }),
  }
}
