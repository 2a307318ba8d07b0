/** The built command as people and scripts use it: a process of its own, with its two streams and its exit code apart. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const WEIR = join(import.meta.dirname, '..', '..', '..', 'sdk', 'bin', 'weir.mjs')

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface Started {
  child: ChildProcess
  stdout(): string
  stderr(): string
  ended: Promise<Ended>
  /** Resolves when stdout or stderr matches; throws when the command ends without it. */
  said(pattern: RegExp): Promise<RegExpExecArray>
}

interface Surroundings {
  home: string
  cwd?: string
  env?: Record<string, string>
  input?: string
}

/** Starts `weir ARGS`; no setting of ours reaches it but `env`. */
export function startWeir(args: string[], { home, cwd, env = {}, input }: Surroundings): Started {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_') && name !== 'NO_COLOR'))
  const child = spawn(process.execPath, [WEIR, ...args], { cwd, env: { ...inherited, NODE_OPTIONS: '', WEIR_HOME: home, ...env } })
  // A command that reads nothing may have ended before its input came.
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  let stdout = ''
  let stderr = ''
  let over = false
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    tell()
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
    tell()
  })
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => {
      over = true
      resolve({ code, stdout, stderr })
      tell()
    }),
  )
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout) ?? pattern.exec(stderr)
          if (!found && !over) return
          listeners.delete(look)
          if (found) resolve(found)
          else reject(new Error(`weir ${args.join(' ')} ended without saying ${pattern}:\n${stdout}\n${stderr}`))
        }
        listeners.add(look)
        look()
      }),
  }
}

/** Runs `weir ARGS` to its end. */
export const weir = (args: string[], surroundings: Surroundings): Promise<Ended> => startWeir(args, surroundings).ended
