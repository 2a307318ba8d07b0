/** Branches are what they are in TypeScript: `if`, `switch`, `try`. What is not called leaves no task run; a run with nothing to do says so by the name of its state. */
import { Completed, flow, logger, task } from 'weirflow'
import { z } from 'zod'

const count = task({ name: 'count-new-rows' }, async (rows: number) => rows)
const loadAll = task({ name: 'load-all' }, async (rows: number) => `all ${rows} rows`)
const loadChanges = task({ name: 'load-changes' }, async (rows: number) => `${rows} changed rows`)
const check = task({ name: 'check' }, async (loaded: string) => {
  if (loaded.includes('13')) throw new Error(`${loaded}: that is no number to load`)
})
const undo = task({ name: 'undo' }, async (loaded: string) => logger().warn(`taking back ${loaded}`))

/** Ends `Skipped` without new rows, `Completed` with what was loaded, FAILED (after taking it back) when the check fails. */
export const branching = flow(
  {
    name: 'branching',
    description: 'Loads everything, changes only, or nothing, by what there is.',
    parameters: z.object({ rows: z.int().min(0).default(7), full: z.boolean().default(false) }),
  },
  async ({ rows, full }) => {
    const found = await count(rows)
    if (found === 0) return Completed({ name: 'Skipped', message: 'nothing new', data: 'nothing' })
    const loaded = full || found > 1_000 ? await loadAll(found) : await loadChanges(found)
    try {
      await check(loaded)
    } catch (error) {
      await undo(loaded)
      throw error
    }
    return loaded
  },
)

if (import.meta.main) {
  const state = await branching.run({ rows: Number(process.argv[2] ?? 7), full: process.argv[3] === 'full' }, { returnState: true })
  console.log(`${state.name}: ${state.type === 'COMPLETED' ? state.result() : state.message}`)
}
