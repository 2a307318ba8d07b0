/** `node steps.ts steps|mapped COUNT`: light tasks in this process, reported to the API; prints what the flow's body took, when it ended, and the most memory that the process had. */
import { flow, runContext, task } from 'weirflow'

const light = task({ name: 'light' }, async (n: number) => n + 1)

const [kind, count] = [process.argv[2], Number(process.argv[3])]
let body = 0
let flowRunId = ''
let endedAt = 0

const timed = flow({ name: `bench-${kind}` }, async () => {
  flowRunId = runContext().flowRun?.id ?? ''
  const begin = performance.now()
  let value = 0
  if (kind === 'steps') for (let step = 0; step < count; step += 1) value = await light(value)
  else for (const part of await light.map(Array.from({ length: count }, (_, index) => index)).result()) value += part
  body = performance.now() - begin
  endedAt = Date.now()
  return value
})

await timed()
console.log(JSON.stringify({ body, flowRunId, endedAt, memory: process.resourceUsage().maxRSS / 1_024 }))
