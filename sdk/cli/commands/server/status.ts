import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson, style } from '../../terminal.ts'
import { findServer } from './running-server.ts'

const PATIENCE = 3_000

/** `weir server status`: exit code 0 when it serves, 3 when not. */
export async function execute(_: string[], options: CommonOptions): Promise<number> {
  const { home } = settingsOf(options)
  const json = wantsJson(options)
  const server = findServer(home)
  const ready = server?.url ? await answers(server.url) : false
  const status = ready ? 'ready' : server ? 'not ready' : 'not running'
  if (json) printJson({ status, url: server?.url ?? null, pid: server?.pid ?? null, home })
  else if (ready) print(`${style('green', '● ready')}  ${server?.url}  ${style('dim', `process ${server?.pid}, ${home}`)}`)
  else if (server) print(`${style('yellow', '◔ not ready')}  process ${server.pid}, ${home}`)
  else print(`${style('dim', '○ not running')}  ${home}. Start it: weir server start`)
  return ready ? 0 : 3
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE) })).ok
  } catch {
    return false
  }
}
