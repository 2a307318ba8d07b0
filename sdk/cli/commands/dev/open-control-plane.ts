/** The control plane that `weir dev` works with: the one that is configured, else one of this home that lives as long as the command. */
import { Failure } from '../../failure.ts'
import { type CommonOptions, openSession, type Session, settingsOf } from '../../session.ts'
import { say, showProgress, styleError } from '../../terminal.ts'
import { readTimeScale } from '../read-time-scale.ts'
import { loadServer } from '../server/load-server.ts'

/** Where `weir server start` serves, when it is free. */
const PORT = 4600

interface OpenControlPlane {
  session: Session
  /** Ends what was started here. */
  close(): Promise<void>
}

/** Throws Failure: `weirflow-server` is missing and nothing is configured, or it does not start. */
export async function openControlPlane(options: CommonOptions): Promise<OpenControlPlane> {
  const { apiUrl, home } = settingsOf(options)
  if (apiUrl !== null) return { session: openSession(options), async close() {} }
  const { startControlPlane } = await loadServer()
  const done = showProgress('starting a control plane')
  const start = (port: number) => startControlPlane({ home, port, timeScale: readTimeScale(), log: say })
  const plane = await start(PORT)
    .catch((error: Error & { code?: string }) => {
      if (error.code !== 'PORT_IN_USE') throw error
      return start(0)
    })
    .catch((error: Error & { code?: string; hint?: string }) => {
      throw new Failure(3, error.code ?? 'START_FAILED', error.message, error.hint)
    })
    .finally(done)
  say(`${styleError('dim', 'control plane')} ${plane.url}  ${styleError('dim', 'sign in:')} ${plane.signInUrl}`)
  return { session: openSession(options), close: () => plane.stop() }
}
