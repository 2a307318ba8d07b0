/** Two files that belong together: when the check fails, both are gone again, and the next run begins anew. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flow, logger, task, transaction } from 'weirflow'
import { z } from 'zod'

const write = task(
  {
    name: 'write',
    onCommit: [(_tx, { value }) => logger().info(`${value} stays`)],
    onRollback: [
      async (_tx, { value }) => {
        await rm(String(value))
        logger().warn(`${value} is removed again`)
      },
    ],
  },
  async (folder: string, name: string, rows: number[]) => {
    const path = join(folder, name)
    await writeFile(path, rows.join('\n'))
    return path
  },
)

const check = task({ name: 'check' }, async (rows: number[]) => {
  if (rows.some((row) => row < 0)) throw new Error(`${rows.filter((row) => row < 0).length} rows are negative`)
})

export const publish = flow(
  {
    name: 'transaction',
    description: 'Publishes rows and their sum together, or neither.',
    parameters: z.object({ rows: z.array(z.number()).default([3, -1, 4]) }),
  },
  async ({ rows }) => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-publish-'))
    try {
      await transaction(async () => {
        await write(folder, 'rows.txt', rows)
        await write(folder, 'sum.txt', [rows.reduce((one, other) => one + other, 0)])
        await check(rows)
      })
    } catch (error) {
      logger().error(`nothing is published: ${(error as Error).message}`)
    }
    return readdir(folder)
  },
)

if (import.meta.main) {
  console.log('with a bad row:', await publish())
  console.log('without:', await publish({ rows: [3, 1, 4] }))
}
