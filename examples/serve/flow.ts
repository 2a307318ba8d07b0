/**
 * A schedule on this machine, with neither a pool nor a worker to set up: `serve` deploys two flows and runs what is due, until Ctrl-C; then their schedules
 * are paused. One of them lies elsewhere and is taken out of its folder. It needs a control plane (`weir server start`).
 *
 *     node examples/serve/flow.ts             # stays
 *     node examples/serve/flow.ts ask Ada     # another program: has a run made, goes on, and waits for its end later
 */
import { hostname, loadavg } from 'node:os'
import { join } from 'node:path'
import { artifacts, flow, flowFrom, runDeployment, serve, waitForFlowRun } from 'weirflow'

/** How busy this machine is, as a row of a table. */
export const machineLoad = flow({ name: 'machine-load', description: 'Looks how busy this machine is.' }, async () => {
  const [oneMinute = 0, fiveMinutes = 0] = loadavg()
  await artifacts.table({ key: 'load', rows: [{ machine: hostname(), oneMinute, fiveMinutes }] })
  return oneMinute
})

if (import.meta.main) {
  const [, , verb, name = 'world'] = process.argv
  if (verb === 'ask') {
    const { flowRunId, url } = await runDeployment('hello/here', { parameters: { name }, wait: false })
    console.log(`goes on: ${url}`)
    const { state } = await waitForFlowRun(flowRunId, { timeout: '1m' })
    console.log(state.name)
  } else {
    const hello = await flowFrom({ source: join(import.meta.dirname, '..', 'hello'), entrypoint: 'flow.ts:hello' })
    await serve([machineLoad.toDeployment({ name: 'here', interval: '5m' }), hello.toDeployment({ name: 'here' })], { limit: 2 })
  }
}
