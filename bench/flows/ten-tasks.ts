/** A small real flow: ten light tasks one after another, and one line in its log. */
import { flow, logger, task } from 'weirflow'

const light = task({ name: 'light' }, async (n: number) => n + 1)

export const tenTasks = flow({ name: 'bench-ten-tasks' }, async () => {
  let value = 0
  for (let step = 0; step < 10; step += 1) value = await light(value)
  logger().info(`counted to ${value}`)
  return value
})
