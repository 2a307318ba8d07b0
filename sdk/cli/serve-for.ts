/** Serving from the command line (`weir serve`, `weir task serve`): as a program does it, with this command's control plane, and its errors as commands tell them. */
import { ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { WeirError } from '../errors.ts'
import { ConnectionRefused } from '../worker/line.ts'
import { noAccess, wrongUse } from './failure.ts'
import { type CommonOptions, openSession } from './session.ts'

/** Resolves when `serve` does. Throws Failure: 3 for a control plane that is away or does not let us, 2 for what is wrong with what is served. */
export async function serveFor(options: CommonOptions, serve: () => Promise<void>): Promise<void> {
  const { apiUrl, apiKey } = openSession(options).settings
  if (apiKey === null) throw noAccess('NO_API_KEY', `There is no API key for ${apiUrl}.`, 'Set WEIR_API_KEY to the key of an editor, or: weir login')
  // What this command was told goes on to everything that asks by itself.
  Object.assign(process.env, { WEIR_API_URL: apiUrl, WEIR_API_KEY: apiKey })
  try {
    await serve()
  } catch (error) {
    throw explain(error, apiUrl as string)
  }
}

function explain(error: unknown, apiUrl: string): unknown {
  if (error instanceof ControlPlaneAway)
    return noAccess(
      'UNREACHABLE',
      `Cannot reach the control plane: ${error.message}.`,
      'Start one with "weir server start", or name another one with --api-url.',
    )
  if (!(error instanceof WeirError || error instanceof ConnectionRefused)) return error
  const code = error.code.toUpperCase()
  if (code === 'UNAUTHENTICATED') return noAccess(code, `${apiUrl} does not accept the API key: ${error.message}`, 'Take another: weir login')
  const refused = error instanceof ConnectionRefused || (error instanceof ControlPlaneRefused && code === 'FORBIDDEN')
  return refused ? noAccess(code, error.message, error.hint) : wrongUse(code, error.message, error.hint)
}
