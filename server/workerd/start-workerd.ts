/**
 * workerd with the production bundle, watched: when it ends by itself it is started again, after a pause that doubles while it keeps ending.
 * What it prints goes to a file.
 */
import { chmodSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ControlPlaneError } from '../errors.ts'
import { endProcess } from '../processes/end-process.ts'
import { spawnLeashed } from '../processes/leash.ts'
import { type WorkerdConfig, workerdConfig } from './config.ts'

const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5000
/** Having lived this long, the next end is a first one again. */
const SETTLED = 30_000

/** One that serves. `stop` resolves when the process is gone. */
export interface RunningWorkerd {
  /** Of the process that runs now; changes with a restart. */
  readonly pid: number
  stop(): Promise<void>
}

interface WorkerdOptions extends WorkerdConfig {
  logFile: string
  /** Told of every end that nobody asked for. */
  onCrash(message: string): void
}

/** Starts workerd and waits until the Worker answers `/healthz`. Throws WORKERD_NOT_READY with the last lines it printed. */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorkerd> {
  const configFile = join(options.folder, 'workerd.capnp')
  rmSync(configFile, { force: true })
  writeFileSync(configFile, workerdConfig(options), { mode: 0o600 })
  chmodSync(configFile, 0o600)

  let stopping = false
  let ended: string | null = null
  let pause = FIRST_PAUSE
  let restart: NodeJS.Timeout | undefined
  const spawn = () => {
    rmSync(options.scheduleSocket, { force: true })
    const output = openSync(options.logFile, 'a', 0o600)
    const started = Date.now()
    const process = spawnLeashed(workerdProgram(), ['serve', configFile], { endSignal: 'KILL', output, environment: {}, cwd: options.folder })
    closeSync(output)
    process.once('error', (error) => {
      ended = error.message
    })
    process.once('exit', (code, signal) => {
      ended = signal ? `was ended by ${signal}` : `ended with code ${code}`
      if (stopping) return
      if (Date.now() - started > SETTLED) pause = FIRST_PAUSE
      options.onCrash(`workerd ${ended}; it starts again in ${pause} ms`)
      restart = setTimeout(() => {
        child = spawn()
      }, pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE)
    })
    return process
  }
  let child = spawn()
  const running: RunningWorkerd = {
    get pid() {
      return child.pid ?? 0
    },
    stop: async () => {
      stopping = true
      clearTimeout(restart)
      if (child.pid !== undefined) await endProcess(child.pid, 'SIGTERM', 1000)
    },
  }
  const until = Date.now() + 30_000
  while (!(await answers(options.port))) {
    if (ended !== null || Date.now() > until) {
      await running.stop()
      const last = readFileSync(options.logFile, 'utf8').trim().split('\n').slice(-6).join('\n')
      throw new ControlPlaneError(
        'WORKERD_NOT_READY',
        `workerd ${ended ?? 'did not answer within 30 s'}:\n${last}`,
        `The whole story is in ${options.logFile}.`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return running
}

const PLATFORMS: Record<string, string> = {
  'linux-x64': 'linux-64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-64',
  'darwin-arm64': 'darwin-arm64',
}

/** The platform's binary itself, without the package's JavaScript in between. */
function workerdProgram(): string {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`]
  try {
    const workerd = createRequire(createRequire(import.meta.url).resolve('workerd/package.json'))
    return workerd.resolve(`@cloudflare/workerd-${platform}/bin/workerd`)
  } catch {
    throw new ControlPlaneError(
      'PLATFORM_NOT_SUPPORTED',
      `workerd for ${process.platform}-${process.arch} is not installed.`,
      'Install without --omit=optional; workerd exists for Linux and macOS on x64 and arm64.',
    )
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
