import { join } from 'node:path'
import { Failure } from '../../failure.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson, showProgress } from '../../terminal.ts'
import { findServer, isAlive, stillRuns } from './running-server.ts'

/** It ends within 5 s. */
const PATIENCE = 15_000
/** PostgreSQL has a minute for its last checkpoint and ten seconds to end without one (server/postgres/end-postgres.ts): who still runs then is stuck. */
const POSTGRES_PATIENCE = 90_000

/** `weir server stop`: resolves when the process and its PostgreSQL are gone, so that the home can be copied. Stopping what does not run is no error. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { home } = settingsOf(options)
  const json = wantsJson(options)
  const server = findServer(home)
  if (!server) return json ? printJson({ stopped: false, pid: null }) : print(`No control plane runs on ${home}.`)
  try {
    process.kill(server.pid, 'SIGTERM')
  } catch (error) {
    throw new Failure(
      3,
      'NOT_ALLOWED',
      `Process ${server.pid} cannot be stopped: ${(error as NodeJS.ErrnoException).code}.`,
      'It belongs to another user; stop it as that one.',
    )
  }
  const done = showProgress('stopping the control plane')
  const until = Date.now() + PATIENCE
  while (isAlive(server.pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25))
  done()
  if (isAlive(server.pid))
    throw new Failure(
      1,
      'STILL_RUNNING',
      `Process ${server.pid} still runs after ${PATIENCE / 1000} s.`,
      `Look at its log, or end it: kill -9 ${server.pid}`,
    )
  if (server.postgres !== null) {
    const { postgres } = server
    const written = showProgress('PostgreSQL is still ending')
    const until = Date.now() + POSTGRES_PATIENCE
    while (stillRuns(postgres) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25))
    written()
    if (stillRuns(postgres))
      throw new Failure(
        1,
        'STILL_RUNNING',
        `The control plane has ended; its PostgreSQL (process ${postgres.pid}) still runs after ${POSTGRES_PATIENCE / 1000} s.`,
        `It ends by itself when the disk lets it. Look at ${join(home, 'logs', 'postgres.log')}.`,
      )
  }
  if (json) return printJson({ stopped: true, pid: server.pid })
  print(`Stopped the control plane${server.url ? ` of ${server.url}` : ''}.`)
}
