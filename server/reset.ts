/** `weir server reset`: a home without its control plane. Profiles and logs stay; so does a database of one's own. */
import { forgetAside } from './backup/set-aside.ts'
import { defaultHome, emptyHome, type Home, openHome } from './home.ts'
import { takeLock } from './lock.ts'
import { removePostgresData } from './postgres/start-postgres.ts'

/** Removes record, keys and spools of a home. Throws ControlPlaneError while a control plane runs on it. */
export async function reset({ home: path = defaultHome() }: { home?: string } = {}): Promise<void> {
  const home = openHome(path)
  const lock = await takeLock(home.lock)
  try {
    await forget(home)
  } finally {
    lock.release()
  }
}

/** The same for whoever holds the lock. The database may lie outside of the home. */
export async function forget(home: Home): Promise<void> {
  await removePostgresData(home.postgres)
  forgetAside(home)
  emptyHome(home)
}
