/** WEIR_HOME of a control plane: what lies where, and that we may write there. */
import { createHash, randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { ControlPlaneError } from './errors.ts'
import { SYSTEM_DIRECTORY } from './postgres/binaries.ts'

/** Unix sockets cannot have longer paths (108 bytes with the closing zero on Linux, 104 on macOS). */
const MAX_SOCKET_PATH = 100

/** Folders and files of one control plane. All absolute. */
export interface Home {
  root: string
  /** Process id and port of the control plane that runs on this home. */
  lock: string
  /** Output of PostgreSQL and workerd, and what goes wrong at the SQL door. */
  logs: string
  /** Sockets and generated configuration; made anew at every start. */
  run: string
  /** What Durable Objects keep: alarms and sockets' attachments. Can be wiped. */
  objects: string
  /** The admin key (0600), read by the CLI's `local` profile. */
  adminKey: string
  /** Passwords and the token secret (0600), made at first start. */
  secrets: string
  /** Keys that seal the secrets of blocks (0600), one a line, the newest first. Not in a backup: whoever has both can read them. */
  secretsKey: string
  /** PostgreSQL's folder; outside of root's home when root runs it. */
  postgres: string
}

/** The default home, as the CLI has it too. Throws HOME_NOT_WRITABLE where the environment names no folder of its user. */
export function defaultHome(): string {
  if (process.env.WEIR_HOME) return process.env.WEIR_HOME
  const user = homedir()
  if (!isAbsolute(user))
    throw new ControlPlaneError('HOME_NOT_WRITABLE', `HOME is "${user}", which is no absolute path.`, 'Set WEIR_HOME to a folder you own.')
  return join(user, '.weir')
}

/** Where a restore keeps what it replaces until it is whole. */
export const ASIDE = 'before-restore'

/** What the control plane, its worker and the CLI write into a home. `forgotten` by a fresh beginning; the others are their user's. */
const ENTRIES: Record<string, { forgotten: boolean; marks: boolean }> = {
  'control-plane.lock': { forgotten: false, marks: true },
  'profiles.toml': { forgotten: false, marks: true },
  'secrets.json': { forgotten: true, marks: true },
  'secrets.key': { forgotten: false, marks: false },
  'local.key': { forgotten: true, marks: true },
  'worker.key': { forgotten: true, marks: false },
  'examples.stamp': { forgotten: true, marks: false },
  spools: { forgotten: true, marks: true },
  logs: { forgotten: false, marks: false },
  run: { forgotten: true, marks: false },
  objects: { forgotten: true, marks: false },
  postgres: { forgotten: true, marks: false },
  [ASIDE]: { forgotten: true, marks: true },
  // Where flows keep values that were given no other place: they may have run here before the first start.
  results: { forgotten: false, marks: false },
}

/** Files and folders of a home that are its control plane. */
export const namesOfControlPlane = (): string[] =>
  Object.entries(ENTRIES).flatMap(([name, { forgotten }]) => (forgotten && name !== ASIDE ? [name] : []))

/** Removes everything that belongs to the control plane of this home, but the lock and the logs. What we did not write stays. */
export function emptyHome(home: Home): void {
  for (const name of [...namesOfControlPlane(), ASIDE]) rmSync(join(home.root, name), { recursive: true, force: true })
  openHome(home.root)
}

/** A folder full of something else (a WEIR_HOME that was mistyped) is no home: we neither write into it nor empty it. */
function refuseForeign(root: string): void {
  const found = readdirSync(root)
  const foreign = found.filter((name) => ENTRIES[name] === undefined && !name.startsWith('control-plane.lock.') && name !== '.DS_Store')
  if (foreign.length === 0 || found.some((name) => ENTRIES[name]?.marks)) return
  throw new ControlPlaneError(
    'HOME_NOT_OURS',
    `${root} is not empty and no home of Weir: there is ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''}.`,
    'Set WEIR_HOME to a new or an empty folder.',
  )
}

/** Makes a folder and those above it. Not `recursive` of mkdirSync, which never returns where the system says ENOENT instead of EACCES (/proc). */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another start may have been faster.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** Makes the folders of a home. Throws HOME_NOT_WRITABLE, HOME_NOT_OURS. */
export function openHome(path: string): Home {
  const wanted = resolve(path)
  try {
    makeFolder(wanted)
    accessSync(wanted, constants.W_OK | constants.X_OK)
    const root = realpathSync(wanted)
    refuseForeign(root)
    const hash = createHash('sha256').update(root).digest('hex').slice(0, 12)
    const home: Home = {
      root,
      lock: join(root, 'control-plane.lock'),
      logs: join(root, 'logs'),
      run: runDirectory(root, hash),
      objects: join(root, 'objects'),
      adminKey: join(root, 'local.key'),
      secrets: join(root, 'secrets.json'),
      secretsKey: join(root, 'secrets.key'),
      postgres: process.getuid?.() === 0 ? join(SYSTEM_DIRECTORY, hash) : join(root, 'postgres'),
    }
    for (const folder of [home.logs, home.run, home.objects]) makeFolder(folder)
    return home
  } catch (error) {
    if (error instanceof ControlPlaneError) throw error
    throw new ControlPlaneError(
      'HOME_NOT_WRITABLE',
      `Cannot write to ${wanted}: ${(error as Error).message}.`,
      'Set WEIR_HOME to a folder you own, or make this one writable.',
    )
  }
}

/** The home's own `run` folder, unless socket paths in it would be too long. */
function runDirectory(root: string, hash: string): string {
  const inside = join(root, 'run')
  if (Buffer.byteLength(join(inside, 'schedule.sock')) <= MAX_SOCKET_PATH) return inside
  const outside = join(tmpdir(), `weir-${hash}`)
  makeFolder(outside)
  const { uid, mode } = statSync(outside)
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
    throw new ControlPlaneError('HOME_NOT_WRITABLE', `${outside} belongs to somebody else.`, 'Remove it, or set WEIR_HOME to a shorter path.')
  return outside
}

/** What only this control plane knows. Base64url of 32 random bytes each, except the passwords' shorter ones. */
export interface Secrets {
  /** PostgreSQL's superuser `weir`; only the supervisor has it. */
  ownerPassword: string
  appPassword: string
  systemPassword: string
  /** Signs run tokens and local sessions. */
  tokenSecret: string
}

/** Reads the secrets of a home, or makes them. `created` = there were none. */
export function openSecrets(home: Home): { secrets: Secrets; created: boolean } {
  if (existsSync(home.secrets)) {
    try {
      const secrets = JSON.parse(readFileSync(home.secrets, 'utf8')) as Secrets
      const { ownerPassword, appPassword, systemPassword, tokenSecret } = secrets
      if ([ownerPassword, appPassword, systemPassword, tokenSecret].every((secret) => typeof secret === 'string' && /^[\w-]{16,}$/.test(secret)))
        return { secrets: { ownerPassword, appPassword, systemPassword, tokenSecret }, created: false }
    } catch {
      // told below
    }
    throw new ControlPlaneError(
      'DATA_DIRECTORY_BROKEN',
      `${home.secrets} cannot be read: the passwords of the database are in it.`,
      'Put it back from a backup, or begin empty with --fresh.',
    )
  }
  if (existsSync(join(home.postgres, 'data')))
    throw new ControlPlaneError(
      'DATA_DIRECTORY_BROKEN',
      `There is a database in ${join(home.postgres, 'data')}, but ${home.secrets} with its passwords is missing.`,
      'Put it back from a backup, or begin empty with --fresh.',
    )
  const make = (bytes: number) => randomBytes(bytes).toString('base64url')
  const secrets: Secrets = { ownerPassword: make(24), appPassword: make(24), systemPassword: make(24), tokenSecret: make(32) }
  writeSecret(home.secrets, `${JSON.stringify(secrets, null, 2)}\n`)
  return { secrets, created: true }
}

/** Keys that seal the secrets of blocks, as the Worker takes them; made when there are none. Throws DATA_DIRECTORY_BROKEN for what is no key. */
export function openSecretsKey(home: Home): string {
  if (!existsSync(home.secretsKey)) writeSecret(home.secretsKey, `${randomBytes(32).toString('base64url')}\n`)
  const keys = readFileSync(home.secretsKey, 'utf8')
    .split(/\s+/)
    .filter((key) => key !== '')
  if (keys.length > 0 && keys.every((key) => /^[\w-]{43}$/.test(key))) return keys.join(',')
  throw new ControlPlaneError(
    'DATA_DIRECTORY_BROKEN',
    `${home.secretsKey} cannot be read: the keys of the secrets in blocks are in it, one a line, each 32 bytes in base64url.`,
    'Put it back from where you keep a copy. Without it the secrets in blocks have to be set anew: remove the file, and a new key is made.',
  )
}

/** Writes a file that only its owner can read, whole or not at all. Throws HOME_NOT_WRITABLE. */
export function writeSecret(path: string, text: string): void {
  const partial = `${path}.new`
  try {
    rmSync(partial, { force: true })
    writeFileSync(partial, text, { mode: 0o600 })
    chmodSync(partial, 0o600)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    throw new ControlPlaneError(
      'HOME_NOT_WRITABLE',
      `Cannot write ${path}: ${(error as Error).message}.`,
      'Look at free disk space and at what is there now, or set WEIR_HOME to another folder.',
    )
  }
}
