/** The smallest flow there is: one task, one log line, one result. */
import { flow, logger, task } from 'weirflow'
import { z } from 'zod'

const greet = task({ name: 'greet' }, async (name: string) => `Hello, ${name}!`)

/** Gives the greeting. */
export const hello = flow(
  { name: 'hello', description: 'Says hello.', parameters: z.object({ name: z.string().min(1).default('world') }), runName: 'hello {name}' },
  async ({ name }) => {
    const greeting = await greet(name)
    logger().info(greeting)
    return greeting
  },
)

if (import.meta.main) console.log(await hello({ name: process.argv[2] ?? 'world' }))
