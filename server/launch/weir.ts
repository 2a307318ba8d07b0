/** The command line of this repository as child processes of `npm start`. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { endProcess } from '../processes/end-process.ts'
import { spawnLeashed } from '../processes/leash.ts'

const root = dirname(dirname(import.meta.dirname))
const program = join(root, 'sdk', 'bin', 'weir.mjs')

/** Runs one command to its end and answers its exit code. `show` = its output is ours; `hide` = it is printed only when the command fails. */
export function runWeir(args: string[], environment: Record<string, string>, output: 'show' | 'hide'): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: output === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (said += part.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(said)
      resolve(code ?? 1)
    })
  })
}

/** A command that runs until it is stopped. */
export interface WeirProcess {
  /** Rejects when it ends by itself, with the last lines it printed. */
  lost: Promise<never>
  /** SIGTERM, and SIGKILL after the grace in milliseconds. */
  stop(grace: number): Promise<void>
}

/** Starts a command on a leash: it ends when we do, however we end. What it prints goes to `logFile`. */
export function startWeir(args: string[], environment: Record<string, string>, logFile: string): WeirProcess {
  const output = openSync(logFile, 'a', 0o600)
  const child = spawnLeashed(process.execPath, [program, ...args], {
    endSignal: 'TERM',
    output,
    environment: { ...(process.env as Record<string, string>), ...environment },
    cwd: root,
  })
  closeSync(output)
  let stopping = false
  const lost = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (stopping) return
      const last = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n')
      reject(new Error(`weir ${args.join(' ')} ended (${signal ?? `code ${code}`}):\n${last}`))
    })
  })
  lost.catch(() => {})
  return {
    lost,
    stop: async (grace) => {
      stopping = true
      if (child.pid !== undefined) await endProcess(child.pid, 'SIGTERM', grace)
    },
  }
}
