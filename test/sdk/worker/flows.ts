/** Flows that do to their process what flows of real people do. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { flow, logger, task } from 'weirflow'

export const quick = flow({ name: 'quick' }, async () => {
  logger().info('quick was here')
  return 1
})

export const prints = flow({ name: 'prints' }, async () => {
  process.stdout.write('to stdout\n')
  process.stderr.write('to stderr\n')
})

/** As much as fits through the pipe, until the file `stop` is there; the event loop stays free. The file `printed` tells how many megabytes it were. */
export const floods = flow({ name: 'floods' }, async ({ stop, printed }: { stop: string; printed: string }) => {
  const line = `${'x'.repeat(199)}\n`.repeat(500)
  for (let count = 1; !existsSync(stop); count++) {
    process.stdout.write(line)
    if (count % 10 === 0) writeFileSync(printed, String(count / 10))
    await new Promise((resolve) => setImmediate(resolve))
  }
})

/** Prints `line 1`, `line 2` … each when there is a file of that name in the folder, and ends at the one behind the last. */
export const printsOnDemand = flow({ name: 'prints-on-demand' }, async ({ folder, lines }: { folder: string; lines: number }) => {
  for (let line = 1; line <= lines + 1; line += 1) {
    while (!existsSync(join(folder, `line-${line}`))) await new Promise((resolve) => setTimeout(resolve, 20))
    if (line <= lines) console.log(`line ${line}`)
  }
})

/** Its hook waits for the file `go`, and makes the file `done`. */
export const hooks = flow(
  {
    name: 'hooks',
    onCompletion: [
      async (_flow, { parameters }) => {
        const { go, done } = parameters as { go: string; done: string }
        while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 20))
        writeFileSync(done, '')
      },
    ],
  },
  async (_: { go: string; done: string }) => 1,
)

export const killsItself = flow({ name: 'kills-itself' }, async () => {
  process.stderr.write('about to die\n')
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
})

/** Says that it was called, in the run's log. */
const told = (_: unknown, { id }: { id: string }, { type, message }: { type: string; message: string | null }) =>
  logger().info(`hook of ${type} (${message}) in ${id}`)

export const exits = flow({ name: 'exits', onCrashed: [told] }, async ({ code }: { code: number }) => {
  process.stderr.write('Error: the disk is full\n')
  process.exit(code)
})

/** Ends when it is cancelled. */
export const sleeps = flow({ name: 'sleeps', onCancellation: [told] }, async (_: object, { signal }) => {
  await new Promise((_resolve, reject) => {
    const timer = setTimeout(() => {}, 600_000)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
})

/** Hears nothing, whoever calls. */
export const stubborn = flow({ name: 'stubborn', onCancellation: [told] }, async () => {
  process.stdout.write('spinning\n')
  for (;;);
})

/** A child, and a grandchild in a session of its own; their ids go to the file. */
export const hasFamily = flow({ name: 'has-family' }, async ({ file }: { file: string }) => {
  const inner =
    'const c = require("child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" }); console.log(c.pid); setInterval(() => {}, 1000)'
  const child = spawn(process.execPath, ['-e', inner], { stdio: ['ignore', 'pipe', 'ignore'] })
  const grandchild = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(String(data).trim())))
  writeFileSync(file, JSON.stringify([process.pid, child.pid, Number(grandchild)]))
  await new Promise(() => setInterval(() => {}, 1000))
})

export const tellsEnvironment = flow({ name: 'tells-environment' }, async () => {
  process.stdout.write(`environment ${JSON.stringify(process.env)}\n`)
  process.stdout.write(`process ${process.pid} in ${process.cwd()}\n`)
})

/** Past its limit nothing of it hears. */
export const spins = flow({ name: 'spins', timeout: '100ms', onFailure: [told], onCrashed: [told] }, async () => {
  for (;;);
})

/** … with an attempt left. */
export const spinsAgain = flow({ name: 'spins-again', timeout: '100ms', retries: { count: 1, delay: 250 } }, async () => {
  for (;;);
})

const spin = task({ name: 'spin', timeout: '100ms' }, () => {
  for (;;);
})

const inner = flow({ name: 'inner' }, () => spin())

/** … of a task, in the flow's process. */
export const spinsInTask = flow({ name: 'spins-in-task', onFailure: [told], onCrashed: [told] }, () => inner({}))
