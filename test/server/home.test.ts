/** What a home may look like when a control plane opens it: everything that is wrong is told with code, place and next step, and nothing in it is lost. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { ControlPlaneError } from '../../server/errors.ts'
import { defaultHome, emptyHome, openHome, openSecrets, writeSecret } from '../../server/home.ts'
import { takeLock } from '../../server/lock.ts'
import { temporaryFolder } from '../support/folder.ts'

afterEach(() => vi.unstubAllEnvs())

/** Names and contents below a folder, to see that nothing changed. */
function pictureOf(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name)
    if (entry.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(folder, path))}`]
    return entry.isDirectory() ? [`${path}/`, ...pictureOf(folder, path)] : [`${path}: ${readFileSync(join(folder, path), 'latin1')}`]
  })
}

/** The refusal of an action, which must be one that a person can act on. */
async function refusalOf(action: () => unknown): Promise<ControlPlaneError> {
  const error = await Promise.resolve()
    .then(action)
    .then(
      () => expect.fail('It was not refused.'),
      (refused: unknown) => refused,
    )
  expect(error).toBeInstanceOf(ControlPlaneError)
  expect((error as ControlPlaneError).hint).toMatch(/^[A-Z].{10,}\.$/)
  return error as ControlPlaneError
}

/** A path, after something was done. */
const after = (_done: unknown, path: string): string => path

test.each<[string, string, (folder: string) => string]>([
  ['is a file', 'HOME_NOT_WRITABLE', (folder) => after(writeFileSync(join(folder, 'x'), 'letter'), join(folder, 'x'))],
  ['lies below a file', 'HOME_NOT_WRITABLE', (folder) => after(writeFileSync(join(folder, 'x'), 'letter'), join(folder, 'x', 'home'))],
  ['is a link to nothing', 'HOME_NOT_WRITABLE', (folder) => after(symlinkSync('/missing/a/folder', join(folder, 'x')), join(folder, 'x'))],
  ['is a link to itself', 'HOME_NOT_WRITABLE', (folder) => after(symlinkSync(join(folder, 'x'), join(folder, 'x')), join(folder, 'x'))],
  ['is a device', 'HOME_NOT_WRITABLE', () => '/dev/null'],
  ['has a name that is too long', 'HOME_NOT_WRITABLE', (folder) => join(folder, 'x'.repeat(300))],
  ['has a zero byte in its name', 'HOME_NOT_WRITABLE', (folder) => join(folder, 'x\0y')],
  ['lies in a folder where nobody may write', 'HOME_NOT_WRITABLE', () => (process.platform === 'linux' ? '/proc/weir' : '/System/weir')],
  ['has a file where the logs go', 'HOME_NOT_WRITABLE', (folder) => after(writeFileSync(join(folder, 'logs'), ''), folder)],
  ['has a file where the sockets go', 'HOME_NOT_WRITABLE', (folder) => after(writeFileSync(join(folder, 'run'), ''), folder)],
  [
    'has a link to nothing where the objects go',
    'HOME_NOT_WRITABLE',
    (folder) => after(symlinkSync('/missing/a/folder', join(folder, 'objects')), folder),
  ],
  ['is full of something else', 'HOME_NOT_OURS', (folder) => after(writeFileSync(join(folder, 'thesis.tex'), 'years of work'), folder)],
  ['is a folder of a project', 'HOME_NOT_OURS', (folder) => after([mkdirSync(join(folder, '.git')), mkdirSync(join(folder, 'logs'))], folder)],
  ['is the root of the machine', 'HOME_NOT_OURS', () => '/'],
])('a home that %s is refused (%s) and left as it is', async (_name, code, make) => {
  const folder = temporaryFolder()
  const path = make(folder)
  const before = pictureOf(folder)
  const { code: told, message } = await refusalOf(() => openHome(path))
  expect(told).toBe(code)
  expect(message).toContain(path)
  if (code === 'HOME_NOT_OURS') expect(pictureOf(folder)).toEqual(before)
  for (const line of before) expect(pictureOf(folder)).toContain(line)
})

test('a folder where flows kept results before the first start is a home', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'results'))
  expect(openHome(folder).root).toBe(folder)
})

test.each([
  ['spaces and letters of many languages', 'Eigene Dateien – Übung 天気 🌦'],
  ['quotes and signs of the shell', `it's "$HOME" & ;|*?`],
  ['a line break', 'two\nlines'],
  ['a name so long that sockets do not fit', 'x'.repeat(150)],
])('a home with %s in its path is one, and its sockets fit', (_name, name) => {
  const path = join(temporaryFolder(), name)
  const home = openHome(path)
  onTestFinished(() => rmSync(home.run, { recursive: true, force: true }))
  expect(home.root).toBe(path)
  expect(Buffer.byteLength(join(home.run, 'schedule.sock'))).toBeLessThanOrEqual(100)
  expect(statSync(home.run).mode & 0o077).toBe(0)
  expect(openHome(path)).toEqual(home)
})

test('a folder of somebody else where the sockets of a long path would go is refused', async () => {
  const path = join(temporaryFolder(), 'x'.repeat(150))
  const { run } = openHome(path)
  onTestFinished(() => rmSync(run, { recursive: true, force: true }))
  expect(dirname(run)).toBe(tmpdir())
  chmodSync(run, 0o777)
  expect((await refusalOf(() => openHome(path))).message).toContain(run)
})

test('a home that is reached by a link is the same home, and so has the same lock and database', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'real'))
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  expect(openHome(join(folder, 'link'))).toEqual(openHome(join(folder, 'real')))
})

test.each([
  ['', 'HOME is ""'],
  ['somewhere', 'HOME is "somewhere"'],
])('without WEIR_HOME, a HOME of %j is no place', async (home, said) => {
  vi.stubEnv('WEIR_HOME', '')
  vi.stubEnv('HOME', home)
  expect((await refusalOf(defaultHome)).message).toContain(said)
})

test('without WEIR_HOME the home is .weir of the user, also when HOME is not set', () => {
  vi.stubEnv('WEIR_HOME', undefined)
  vi.stubEnv('HOME', undefined)
  expect(defaultHome()).toMatch(/^\/.*\/\.weir$/)
})

const LONG = 'a'.repeat(32)
const WHOLE = { ownerPassword: LONG, appPassword: LONG, systemPassword: LONG, tokenSecret: LONG }

test.each([
  ['is empty', ''],
  ['was cut off', JSON.stringify(WHOLE).slice(0, 60)],
  ['is no JSON', 'ownerPassword=x'],
  ['is null', 'null'],
  ['is a list', '[]'],
  ['lacks one', JSON.stringify({ ...WHOLE, tokenSecret: undefined })],
  ['has a short one', JSON.stringify({ ...WHOLE, tokenSecret: 'a' })],
  ['has a number for one', JSON.stringify({ ...WHOLE, appPassword: 5 })],
  ['has a list for one', JSON.stringify({ ...WHOLE, appPassword: [LONG] })],
  ['has signs in one that would change an address', JSON.stringify({ ...WHOLE, appPassword: `x@evil.example:5432/${LONG}` })],
  ['is of random bytes', Buffer.from([0, 255, 254, 1, 2, 3]).toString('latin1')],
])('a file of secrets that %s is refused and left as it is', async (_name, text) => {
  const home = openHome(temporaryFolder())
  writeFileSync(home.secrets, text)
  const { code, message, hint } = await refusalOf(() => openSecrets(home))
  expect([code, message.includes(home.secrets), hint.includes('--fresh')]).toEqual(['DATA_DIRECTORY_BROKEN', true, true])
  expect(message).not.toContain(LONG)
  expect(readFileSync(home.secrets, 'utf8')).toBe(text)
})

test('a folder where the secrets should be is refused', async () => {
  const home = openHome(temporaryFolder())
  mkdirSync(home.secrets)
  expect((await refusalOf(() => openSecrets(home))).code).toBe('DATA_DIRECTORY_BROKEN')
})

test('secrets that are missing beside a database are not made anew: the old ones may come back', async () => {
  const home = { ...openHome(temporaryFolder()), postgres: temporaryFolder() }
  mkdirSync(join(home.postgres, 'data'))
  expect((await refusalOf(() => openSecrets(home))).message).toContain(home.secrets)
  expect(existsSync(home.secrets)).toBe(false)
})

test('secrets are made once, for their owner only', () => {
  const home = openHome(temporaryFolder())
  const made = openSecrets(home)
  expect(statSync(home.secrets).mode & 0o777).toBe(0o600)
  expect([made.created, openSecrets(home)]).toEqual([true, { secrets: made.secrets, created: false }])
})

test('a key is written in the place of what was there, and what a cut-off write left is no obstacle', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'local.key')
  writeFileSync(join(folder, 'elsewhere'), 'kept')
  symlinkSync(join(folder, 'elsewhere'), path)
  writeFileSync(`${path}.new`, 'half', { mode: 0o666 })
  writeSecret(path, 'key')
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readFileSync(join(folder, 'elsewhere'), 'utf8')]).toEqual(['key', 0o600, 'kept'])
  mkdirSync(join(folder, 'folder.key', 'photos'), { recursive: true })
  expect((await refusalOf(() => writeSecret(join(folder, 'folder.key'), 'key'))).code).toBe('HOME_NOT_WRITABLE')
  expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'folder.key', 'local.key'])
})

test('emptying a home removes what a control plane wrote and nothing of its user', () => {
  const home = openHome(temporaryFolder())
  openSecrets(home)
  for (const name of ['profiles.toml', 'thesis.tex', 'local.key', 'worker.key', 'examples.stamp']) writeFileSync(join(home.root, name), name)
  writeFileSync(join(home.objects, 'x'), '')
  emptyHome(home)
  expect(readdirSync(home.root).sort()).toEqual(['logs', 'objects', 'profiles.toml', 'run', 'thesis.tex'])
  expect(readdirSync(home.objects)).toEqual([])
})

test('a folder where the lock should be is refused and not moved', async () => {
  const path = join(temporaryFolder(), 'control-plane.lock')
  mkdirSync(path)
  expect((await refusalOf(() => takeLock(path))).message).toContain(path)
  expect(statSync(path).isDirectory()).toBe(true)
})

test('a lock that is a link to nothing, or was left half moved, is no obstacle', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'control-plane.lock')
  symlinkSync('/missing/file', path)
  writeFileSync(`${path}.999999`, '{"owner"')
  writeFileSync(`${path}.stale.999999`, '')
  const lock = await takeLock(path)
  expect(JSON.parse(readFileSync(path, 'utf8')).owner.pid).toBe(process.pid)
  lock.release()
  expect(existsSync(path)).toBe(false)
})
