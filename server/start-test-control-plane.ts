/**
 * A control plane for one test: empty, on a free port, in a home of its own that goes with it. Nothing of a test survives it, so PostgreSQL does not wait
 * for the disk.
 */
import { appendFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { fillHome } from './fill-home.ts'
import { openHome } from './home.ts'
import { removePostgresData } from './postgres/start-postgres.ts'

const FOR_TESTS = ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off']

interface TestControlPlaneOptions {
  /** Factor for all durations of the protocol; 1 by default. */
  timeScale?: number
  /** Told what goes wrong while it serves, a line each. */
  log?: (message: string) => void
}

/** Starts one. Its `stop` also removes the home and all data. Throws ControlPlaneError. */
export async function startTestControlPlane({ timeScale, log }: TestControlPlaneOptions = {}): Promise<ControlPlane> {
  const home = openHome(realpathSync(mkdtempSync(join(tmpdir(), 'weir-test-'))))
  const remove = async () => {
    await removePostgresData(home.postgres)
    rmSync(home.root, { recursive: true, force: true })
    rmSync(home.run, { recursive: true, force: true })
  }
  try {
    await fillHome(home)
    appendFileSync(join(home.postgres, 'data', 'postgresql.conf'), `\n${FOR_TESTS.join('\n')}\n`)
    const plane = await startControlPlane({ home: home.root, port: 0, timeScale, log })
    const { url, signInUrl, adminKey, home: root, sweep } = plane
    const stop = () => plane.stop().then(remove)
    return {
      url,
      signInUrl,
      adminKey,
      home: root,
      sweep,
      stop,
      get pids() {
        return plane.pids
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
