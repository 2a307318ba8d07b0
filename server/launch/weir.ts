/** The command line of this repository as child processes of `npm start`. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { endProcess } from '../processes/end-process.ts'
import { spawnLeashed } from '../processes/leash.ts'

const root = dirname(dirname(import.meta.dirname))
const program = join(root, 'sdk', 'bin', 'weir.mjs')
const commands = join(root, 'sdk', 'dist', 'cli', 'main.js')

/** Of our own WEIR_* variables only these concern the commands: a profile or an address of the user's shell must not lead them elsewhere. */
const PASSED_ON = ['WEIR_LOG_LEVEL', 'WEIR_TIME_SCALE', 'WEIR_DEBUG']

function withOurs(environment: Record<string, string>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_') || PASSED_ON.includes(name))
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...environment }
}

/** Runs commands one after the other and answers 0, or the exit code of the first that failed. What they say is shown only then. */
export function runWeirLines(lines: string[][], environment: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'weir-lines.mjs'), commands, JSON.stringify(lines)], {
      cwd: root,
      env: withOurs(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(said)
      resolve(code ?? 1)
    })
  })
}

/** A command on a leash: it ends when we do, however we end. */
interface WeirProcess {
  /** Its exit code; 1 when a signal ended it. */
  ended: Promise<number>
  /**
   * SIGTERM, again and again within the grace, then SIGKILL. A worker takes the first for "nothing new", the second for "end what runs" and the third for
   * "at once"; all of them together leave it time to end its runners itself.
   */
  stop(grace: number): Promise<void>
}

/** Starts a command. What it says goes to our own output, or to the end of a file. */
export function startWeir(args: string[], environment: Record<string, string>, output: 'ours' | { file: string }): WeirProcess {
  const file = output === 'ours' ? null : openSync(output.file, 'a', 0o600)
  const child = spawnLeashed(process.execPath, [program, ...args], {
    endSignal: 'TERM',
    output: file ?? { stdout: 1, stderr: 2 },
    environment: withOurs(environment),
    cwd: root,
  })
  if (file !== null) closeSync(file)
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  return {
    ended,
    stop: async (grace) => {
      const { pid } = child
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      const more = [0.1, 0.6].map((share) => setTimeout(() => child.kill('SIGTERM'), grace * share))
      await endProcess(pid, 'SIGTERM', grace)
      for (const timer of more) clearTimeout(timer)
    },
  }
}
