/** The Worker: requests, the minute cron, and the classes of the two Durable Objects. */
import { app } from './app.ts'
import { timingsOf } from './context.ts'
import type { Env } from './env.ts'
import { makeLog } from './log.ts'
import { runMaintenance } from './maintenance/run-maintenance.ts'

export { Feed } from './feed/coordinator.ts'
export { WorkPool } from './work-pools/coordinator.ts'

export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  async scheduled(controller, env, execution) {
    const log = makeLog({ cron: controller.cron })
    await runMaintenance({ env, timings: timingsOf(env), log, waitUntil: (work) => execution.waitUntil(work), now: controller.scheduledTime })
  },
} satisfies ExportedHandler<Env>
