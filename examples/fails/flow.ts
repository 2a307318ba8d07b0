/** Fails on purpose: a task is retried twice, fails for good, the next one never starts, and the flow's hook says so. */
import { flow, logger, task } from 'weirflow'

const connect = task(
  { name: 'connect', retries: { count: 2, delay: { initial: '200ms', factor: 2, max: '5s' } } },
  async (host: string): Promise<string> => {
    logger().warn(`connecting to ${host} …`)
    throw new Error(`${host} refused the connection`)
  },
)

const load = task({ name: 'load' }, async (connection: string) => connection.length)

/** Always ends FAILED, some 600 ms after it began. */
export const fails = flow(
  {
    name: 'fails',
    description: 'Ends FAILED, to show what a failure looks like.',
    onFailure: [(_flow, run, state) => logger().error(`${run.name} ended ${state.name}: ${state.message}`)],
  },
  async () => {
    const connection = connect.submit('db.invalid')
    return load(connection)
  },
)

if (import.meta.main) console.log((await fails.run({}, { returnState: true })).name)
