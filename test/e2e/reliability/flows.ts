/**
 * Flows whose effects outside of the record can be counted. Each appends a line to a file that its run names, so that what really ran, in which
 * process, in which order, does not depend on what anybody reported.
 */
import { appendFileSync, existsSync } from 'node:fs'
import { concurrency, flow, logger, runContext, task, variables } from 'weirflow'

/** One write of a short line with O_APPEND: lines of several processes never mix, and their order in the file is the order of the writes. */
function witness(file: string, event: string): void {
  const { flowRun } = runContext()
  appendFileSync(file, `${event} ${flowRun?.id} ${process.pid} ${flowRun?.attempt}\n`)
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Begins, and ends a moment later. */
export const counted = flow({ name: 'counted' }, async ({ file }: { file: string }) => {
  witness(file, 'begin')
  await pause(2)
  witness(file, 'end')
})

/** Runs until it may end: until there is a file of that name. */
export const waits = flow({ name: 'waits' }, async ({ file, gate }: { file: string; gate: string }) => {
  witness(file, 'begin')
  logger().info('waiting')
  await pause(500)
  // Travels in a later report than RUNNING, which has been answered by then.
  logger().info('still waiting')
  while (!existsSync(gate)) await pause(20)
  witness(file, 'end')
})

/** The first attempt says something on stderr and waits for its death; later ones end well. */
export const diesOnce = flow({ name: 'dies-once' }, async ({ file }: { file: string }) => {
  process.stderr.write('opening the reactor\nError: coolant is gone\n')
  witness(file, 'begin')
  if (runContext().flowRun?.attempt === 1) await pause(600_000)
  witness(file, 'end')
})

/** Has the one slot of `reactor` until it may end: until there is a file of that name. */
export const holds = flow({ name: 'holds' }, async ({ file, gate }: { file: string; gate: string }) => {
  await concurrency('reactor', async () => {
    witness(file, 'begin')
    while (!existsSync(gate)) await pause(20)
    witness(file, 'end')
  })
  await variables.set('last-holder', { flowRunId: runContext().flowRun?.id }, { overwrite: true })
})

/** Keeps its event loop to itself; nobody can talk to it. */
export const stubborn = flow({ name: 'stubborn' }, async ({ file }: { file: string }) => {
  witness(file, 'begin')
  for (;;);
})

const step = task({ name: 'step' }, async ({ index, each }: { index: number; each: number }) => {
  logger().info(`step ${index}`)
  await pause(each)
  return index
})

/** A word on stdout, then so many steps one after the other, each with a log line and so many milliseconds; each is witnessed. */
export const steps = flow({ name: 'steps' }, async ({ file, count, each }: { file: string; count: number; each: number }) => {
  witness(file, 'begin')
  process.stdout.write('on stdout\n')
  for (let index = 0; index < count; index++) {
    await step({ index, each })
    witness(file, `step-${index}`)
  }
  logger().info('last line')
  witness(file, 'end')
})

/** Shows every moment that it lives, for so many milliseconds. */
export const beats = flow({ name: 'beats' }, async ({ file, milliseconds }: { file: string; milliseconds: number }) => {
  witness(file, 'begin')
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    witness(file, 'beat')
    await pause(25)
  }
  witness(file, 'end')
})

/** Prints so many mebibytes of lines as fast as the pipe takes them, then tells the most memory its process ever had. */
export const floods = flow({ name: 'floods' }, async ({ file, mebibytes }: { file: string; mebibytes: number }) => {
  const lines = `${'x'.repeat(127)}\n`.repeat(8 * 1024)
  for (let index = 0; index < mebibytes; index++) {
    process.stdout.write(lines)
    await new Promise((resolve) => setImmediate(resolve))
  }
  process.stdout.write('the last line of the flood\n')
  witness(file, `peak-${Math.round(process.resourceUsage().maxRSS / 1024)}`)
})
