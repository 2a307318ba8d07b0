/**
 * Another product's program: runs a deployment and follows it. `node examples/integrator/main.ts etl/nightly '{"city":"Bern"}'` with WEIR_API_URL and
 * WEIR_API_KEY in the environment.
 */
import { Client } from './client.ts'
import { logLines, runOnce, waitForEnd } from './recipes.ts'

const [deployment, parameters = '{}'] = process.argv.slice(2)
const { WEIR_API_URL: url = 'http://127.0.0.1:4600', WEIR_API_KEY: key } = process.env
if (!deployment || !key) {
  console.error('usage: WEIR_API_KEY=weir_… node examples/integrator/main.ts FLOW/DEPLOYMENT [PARAMETERS AS JSON]')
  process.exit(2)
}
const client = new Client({ url, key })
const { flowRun } = await runOnce(client, deployment, JSON.parse(parameters) as Record<string, unknown>, crypto.randomUUID())
console.log(flowRun.url)
const end = waitForEnd(client, flowRun.id)
for await (const line of logLines(client, flowRun.id)) console.log(`${line.time} ${line.message}`)
const state = await end
console.log(state.name, state.message ?? '')
process.exitCode = state.type === 'COMPLETED' ? 0 : 1
