/**
 * Somebody is told when a run fails: a hook posts to a webhook that takes what Slack's take (`{ text }`). Without SLACK_WEBHOOK_URL the example receives its own
 * message, and prints it.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { flow, type FlowHook, logger, runtime, task } from 'weirflow'

/** To be given to any flow: `onFailure: [tellSlack]`. A webhook that does not answer costs a warning: the run has failed anyway. */
export const tellSlack: FlowHook = async (failed, run, state) => {
  const url = process.env['SLACK_WEBHOOK_URL']
  if (!url) return logger().warn('nobody is told: SLACK_WEBHOOK_URL is not set')
  const page = runtime.flowRun.url === null ? run.name : `<${runtime.flowRun.url}|${run.name}>`
  const text = `:red_circle: *${failed.name}* ${state.name}: ${page}\n>${state.message ?? 'no message'}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) logger().warn(`the webhook answered ${response.status}`)
}

const importRows = task({ name: 'import', retries: 1 }, async (rows: number) => {
  if (rows < 0) throw new RangeError(`${rows} rows cannot be imported`)
  return rows
})

/** Fails for fewer rows than none. */
export const nightly = flow({ name: 'nightly', runName: 'nightly of {rows}', onFailure: [tellSlack] }, async ({ rows = -1 }: { rows?: number }) =>
  importRows(rows),
)

if (import.meta.main) {
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      console.log(`received: ${JSON.parse(body).text}`)
      response.end('ok')
    })
  })
  if (!process.env['SLACK_WEBHOOK_URL']) {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    process.env['SLACK_WEBHOOK_URL'] = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/services/T000/B000/local`
  }
  await nightly.run({ rows: Number(process.argv[2] ?? -1) }, { returnState: true })
  receiver.close()
}
