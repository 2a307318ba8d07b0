/** A flow file run by itself, as an author runs it: `node flow.ts` in a process of its own, with a WEIR_HOME of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SDK = new URL('../../../sdk/dist/index.js', import.meta.url).href
const TESTING = new URL('../../../sdk/dist/testing.js', import.meta.url).href
const ZOD = import.meta.resolve('zod')

interface Script {
  process: ChildProcess
  exited: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>
  /** Resolves when stdout or stderr has shown this text. */
  said(text: string): Promise<void>
}

interface ScriptHome extends Disposable {
  home: string
  spools(): string[]
  /** `weirflow` in the text stands for the built SDK. Durations of the protocol are a tenth of the real ones. */
  start(text: string, env?: Record<string, string>): Script
}

export function makeScriptHome(): ScriptHome {
  const home = mkdtempSync(join(tmpdir(), 'weir-script-'))
  const running = new Set<ChildProcess>()
  let count = 0
  return {
    home,
    spools() {
      try {
        return readdirSync(join(home, 'spools')).map((name) => join(home, 'spools', name))
      } catch {
        return []
      }
    },
    start(text, env = {}) {
      const file = join(home, `flow-${++count}.ts`)
      writeFileSync(file, text.replaceAll(`'weirflow'`, `'${SDK}'`).replaceAll(`'weirflow/testing'`, `'${TESTING}'`).replaceAll(`'zod'`, `'${ZOD}'`))
      const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
      const child = spawn(process.execPath, [file], {
        env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: home, WEIR_TIME_SCALE: '0.1', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      running.add(child)
      let stdout = ''
      let stderr = ''
      const listeners = new Set<() => void>()
      const tell = () => {
        for (const listener of listeners) listener()
      }
      child.stdout.on('data', (chunk) => {
        stdout += chunk
        tell()
      })
      child.stderr.on('data', (chunk) => {
        stderr += chunk
        tell()
      })
      const exited = new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>((resolve) =>
        child.on('close', (code, signal) => {
          running.delete(child)
          resolve({ code, signal, stdout, stderr })
        }),
      )
      return {
        process: child,
        exited,
        said: (wanted) =>
          new Promise((resolve) => {
            const look = () => {
              if (!stdout.includes(wanted) && !stderr.includes(wanted)) return
              listeners.delete(look)
              resolve()
            }
            listeners.add(look)
            look()
          }),
      }
    },
    [Symbol.dispose]() {
      for (const child of running) child.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
