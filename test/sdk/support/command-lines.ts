/**
 * Many command lines in one process: as quick as it gets for tests of what commands say. What needs a process of its own (stdin, signals, a terminal)
 * starts one (test/e2e/cli/weir.ts).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

export interface CommandLines {
  /** Runs one line to its end, after those before it. `env` is for this line alone. */
  run(args: string[], surroundings?: { env?: Record<string, string>; cwd?: string }): Promise<Ended>
  close(): Promise<void>
}

/** The built one: what is started from its sources reads them anew each time. */
const MAIN = join(import.meta.dirname, '..', '..', '..', 'sdk', 'dist', 'cli', 'main.js')
const HOST = join(import.meta.dirname, 'command-lines-host.mjs')

/** Starts the process. `main` is the command's module. No setting of ours reaches it but `env`. */
export function openCommandLines({ home, cwd, main = MAIN }: { home: string; cwd: string; main?: string }): CommandLines {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_') && name !== 'NO_COLOR'))
  const child: ChildProcess = fork(HOST, [main], {
    cwd,
    env: { ...inherited, NODE_OPTIONS: '', WEIR_HOME: home },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let last: Promise<unknown> = Promise.resolve()
  const ask = async (message: object): Promise<Ended> => {
    child.send(message)
    const [ended] = (await once(child, 'message')) as [Ended]
    return ended
  }
  return {
    run(args, { env = {}, cwd: folder = cwd } = {}) {
      const ended = last.then(() => ask({ args, env, cwd: folder }))
      last = ended.catch(() => {})
      return ended
    },
    async close() {
      await last
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
