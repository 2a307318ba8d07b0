import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAnotherSignal } from '../../../../core/another-signal.ts'
import { Failure, wrongUse } from '../../failure.ts'
import { weirProgram } from '../../package-files.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJsonLine, say, showProgress, style } from '../../terminal.ts'
import { readTimeScale } from '../read-time-scale.ts'
import { loadServer } from './load-server.ts'
import { databaseUrlOf } from './database-url.ts'
import { findServer } from './running-server.ts'

interface Options extends CommonOptions {
  port: number
  databaseUrl?: string
  databaseConnections?: number
  retentionDays?: number
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  fresh?: boolean
  background?: boolean
}

/** `weir server start`. */
export async function execute(_: string[], options: Options): Promise<number> {
  const { home } = settingsOf(options)
  const json = wantsJson(options)
  const begin = performance.now()
  if (options.background) return startInBackground(home, options, json)
  const { startControlPlane } = await loadServer()
  // A program that reads the lines wants JSON in every one of them.
  const done = json ? () => {} : showProgress('starting the control plane')
  const timeScale = readTimeScale()
  const plane = await startControlPlane({
    home,
    port: options.port,
    databaseUrl: databaseUrlOf(options),
    databaseConnections: options.databaseConnections,
    retentionDays: options.retentionDays,
    logLevel: options.logLevel,
    clean: options.fresh === true,
    timeScale,
    log: json ? (message) => sayLine('warn', 'trouble', message) : say,
  })
    .catch((error: Error & { code?: string; hint?: string }) => {
      throw new Failure(
        error.code === 'ALREADY_RUNNING' || error.code === 'PORT_IN_USE' ? 2 : 3,
        error.code ?? 'START_FAILED',
        error.message,
        error.hint,
      )
    })
    .finally(done)
  const took = ((performance.now() - begin) / 1000).toFixed(2)
  if (json) printJsonLine({ event: 'ready', url: plane.url, signInUrl: plane.signInUrl, pid: process.pid })
  else {
    print(`Control plane ready in ${took} s: ${style('bold', plane.url)}`)
    print(`Sign in (once, within 15 minutes): ${plane.signInUrl}`)
    say(`Ctrl-C ends it. Data and logs: ${home}`)
  }
  return await new Promise<number>((resolve) => {
    let first: number | null = null
    const stop = () => {
      // The second one waits for nothing: what was started ends with this process.
      if (first !== null && isAnotherSignal(first, performance.now())) resolve(130)
      if (first !== null) return
      first = performance.now()
      if (json) sayLine('info', 'stopping', 'the control plane stops')
      else say('Stopping …')
      plane.stop().then(() => resolve(0))
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  }).then((code) => process.exit(code))
}

/** One note for programs, on stderr, in the shape of a worker's. */
const sayLine = (level: 'info' | 'warn', event: string, message: string): void => say(JSON.stringify({ time: Date.now(), level, event, message }))

/** Longest start that is waited for: the first one makes a database, and after a crash PostgreSQL recovers. */
const START_PATIENCE = 300_000

async function startInBackground(home: string, options: Options, json: boolean): Promise<number> {
  await loadServer()
  const there = findServer(home)
  if (there)
    throw wrongUse(
      'ALREADY_RUNNING',
      `A control plane runs on ${home} already: process ${there.pid}${there.url ? `, ${there.url}` : ''}.`,
      'Use it, or stop it with "weir server stop".',
    )
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 })
  const logFile = join(home, 'logs', 'control-plane.log')
  const log = openSync(logFile, 'a', 0o600)
  const args = [
    'server',
    'start',
    '--port',
    String(options.port),
    '--log-level',
    options.logLevel,
    '-o',
    'json',
    ...(options.fresh ? ['--fresh'] : []),
    ...(options.retentionDays === undefined ? [] : ['--retention-days', String(options.retentionDays)]),
    ...(options.databaseConnections === undefined ? [] : ['--database-connections', String(options.databaseConnections)]),
  ]
  const child = spawn(process.execPath, [weirProgram(), ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    env: { ...process.env, WEIR_DATABASE_URL: databaseUrlOf(options) ?? '' },
  })
  closeSync(log)
  const done = showProgress('starting the control plane')
  const ready = await new Promise<{ url: string; signInUrl: string; pid: number } | null>((resolve) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (said.includes('\n')) resolve(JSON.parse(said.split('\n')[0] as string))
    })
    child.on('exit', () => resolve(null))
    child.on('error', () => resolve(null))
    setTimeout(() => resolve(null), START_PATIENCE).unref()
  }).finally(done)
  if (!ready) {
    if (child.exitCode === null) child.kill('SIGTERM')
    const words = readFileSync(logFile, 'utf8').trim().split('\n')
    const said = readError(words.at(-1) ?? '')
    if (said) throw new Failure(child.exitCode === 2 ? 2 : 3, said.code, said.message, said.hint)
    const last = words.slice(-5).join('\n')
    throw new Failure(
      child.exitCode === 2 ? 2 : 3,
      'START_FAILED',
      `The control plane did not start. Its last words:\n${last}`,
      `All of them: ${logFile}`,
    )
  }
  child.unref()
  child.stdout?.destroy()
  if (json) printJsonLine(ready)
  else {
    print(`Control plane ready: ${style('bold', ready.url)} (process ${ready.pid})`)
    print(`Sign in (once, within 15 minutes): ${ready.signInUrl}`)
    say(`It goes on in the background. End it: weir server stop. Log: ${logFile}`)
  }
  return 0
}

/** What the control plane's own process said as its last word: the JSON that `main` prints for programs. Null for anything else. */
function readError(line: string): { code: string; message: string; hint?: string } | null {
  try {
    return (JSON.parse(line) as { error?: { code: string; message: string; hint?: string } }).error ?? null
  } catch {
    return null
  }
}
