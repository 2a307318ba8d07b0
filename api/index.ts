/** The Worker: requests, the minute cron, and the classes of the two Durable Objects. */
import { app } from './app.ts'
import { timingsOf } from './context.ts'
import type { Env } from './env.ts'
import { logOf } from './log.ts'
import { runMaintenance } from './maintenance/run-maintenance.ts'
import { requestCounts } from './requests/request-counts.ts'
import { asRequest } from './requests/request-id.ts'

export { Feed } from './feed/coordinator.ts'
export { WorkPool } from './work-pools/coordinator.ts'

export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  async scheduled(controller, env, execution) {
    const requestId = crypto.randomUUID()
    const log = logOf(env, { requestId, cron: controller.cron })
    const begin = Date.now()
    const count = (status: number) => requestCounts.add('sweep', status, (Date.now() - begin) / 1_000)
    const sweep = {
      env,
      timings: timingsOf(env),
      log,
      waitUntil: (work: Promise<unknown>) => execution.waitUntil(work),
      now: controller.scheduledTime,
    }
    try {
      await asRequest(requestId, () => runMaintenance(sweep))
      count(200)
    } catch (error) {
      count(500)
      throw error
    }
  },
} satisfies ExportedHandler<Env>
