/** The tasks of the web server beside this file. `weir task serve examples/background-tasks/tasks.ts` runs them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { logger, task } from 'weirflow'

/** Welcomes somebody who has signed up: too slow for the request, and worth another try. */
export const welcome = task({ name: 'welcome', retries: { count: 3, delay: '1s' }, timeout: '30s' }, async (email: string, signedUp: Date) => {
  logger().info(`writing to ${email}`, { signedUp })
  await sleep(50)
  return `Welcome, ${email.split('@')[0]}!`
})
