/** The database of a hosted control plane, from empty to ready. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { parseApiKey } from '../../core/api-key.ts'
import { removePostgresData, startPostgres } from '../../server/postgres/start-postgres.ts'
import { postgresFolder, temporaryFolder } from '../support/folder.ts'

const authority = join(import.meta.dirname, '..', 'support', 'tls', 'authority.pem')
const SCRIPT = join(import.meta.dirname, '..', '..', 'server', 'hosted', 'prepare.ts')

test('a hosted database is prepared once with secrets of its own, and brought up again without touching them', async () => {
  const directory = postgresFolder()
  const folder = temporaryFolder()
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const settings = { listen_addresses: '127.0.0.1', port: String(port), fsync: 'off' }
  const postgres = await startPostgres({ directory, password: 'owner', logFile: join(folder, 'postgres.log'), settings })
  onTestFinished(async () => {
    await postgres.stop()
    await removePostgresData(directory)
  })
  const file = join(folder, 'secrets.json')
  // No superuser, as with everybody who hosts PostgreSQL for others.
  const administer = async (...statements: string[]) => {
    const superuser = new pg.Client({ connectionString: `postgres://weir:owner@127.0.0.1:${port}/postgres` })
    await superuser.connect()
    for (const statement of statements) await superuser.query(statement)
    await superuser.end()
  }
  await administer(`create role project_owner login createrole createdb password 'of-the-owner'`, 'create database project owner project_owner')
  const address = `postgres://project_owner:of-the-owner@127.0.0.1:${port}/project`
  const prepare = (url = address, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const words = args.length > 0 ? args : ['--secrets', file, '--cell', 'eu1']
      execFile(process.execPath, [SCRIPT, ...words], { env: { ...process.env, WEIR_DATABASE_URL: url } }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      )
    })
  // Together, because starting Node is what takes the time. What Neon's console shows first is pooled: a connection for each transaction.
  const pooledAddress = 'postgres://o:p@ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech/weir'
  const [silent, mistyped, badCell, pooled, noFile, refused] = await Promise.all([
    prepare('', '--secrets', file),
    prepare(address, '--secret', file),
    prepare(address, '--secrets', file, '--cell', 'One'),
    prepare(pooledAddress, '--secrets', file),
    prepare(`${address}?sslrootcert=${folder}/none.pem`),
    prepare(address.replace('of-the-owner', 'wrong-password')),
  ])
  expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining('WEIR_DATABASE_URL=') })
  expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: Unknown option '--secret'/) })
  expect(badCell).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: --cell is/) })
  expect(pooled).toMatchObject({ code: 2, stderr: expect.stringContaining('take the direct one') })
  expect(noFile).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: ENOENT.*none\.pem/) })
  expect(refused.code).toBe(1)
  expect(refused.stderr).not.toContain('wrong-password')
  expect(existsSync(file)).toBe(false)

  const first = await prepare(`${address}?sslmode=disable&sslrootcert=${authority}`, '--secrets', file, '--cell', 'eu1')
  expect(first, first.stderr).toMatchObject({ code: 0, stderr: '' })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  const secrets = JSON.parse(text) as Record<string, string>
  expect(Object.keys(secrets)).toEqual(['DATABASE_URL', 'SYSTEM_DATABASE_URL', 'TOKEN_SECRET', 'SECRETS_KEY', 'METRICS_TOKEN'])
  const key = parseApiKey(/default" \(shown once\): (\S+)/.exec(first.stdout)?.[1] ?? '')
  expect(key).toMatchObject({ cell: 'eu1' })
  expect(text).not.toContain('sslrootcert')
  for (const value of Object.values(secrets)) expect(first.stdout).not.toContain(value)

  const second = await prepare()
  expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Schema version \d+, nothing to apply\.\n$/) })
  expect(readFileSync(file, 'utf8')).toBe(text)
  for (const [name, role] of [
    ['DATABASE_URL', 'weir_app'],
    ['SYSTEM_DATABASE_URL', 'weir_system'],
  ] as const) {
    const client = new pg.Client({ connectionString: secrets[name] as string })
    await client.connect()
    const { rows } = await client.query('select current_user as role, (select secret_hash from api_keys where id = $1) as hash', [key?.id])
    await client.end()
    const hash = createHash('sha256')
      .update(key?.secret as string)
      .digest('hex')
    // The Worker's own role sees nothing until it names a workspace.
    expect(rows).toEqual([{ role, hash: role === 'weir_system' ? hash : null }])
  }
  // A version before blocks has made no key for them: it is added, and the rest stays.
  const { SECRETS_KEY: _, ...older } = secrets
  writeFileSync(file, JSON.stringify(older))
  expect(await prepare()).toMatchObject({ code: 0, stdout: expect.stringContaining('SECRETS_KEY was made') })
  const added = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  expect(added).toEqual({ ...older, SECRETS_KEY: expect.stringMatching(/^[\w-]{43}$/) })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const lost = await prepare(address, '--secrets', join(folder, 'other.json'))
  expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining('in use already') })
  expect(existsSync(join(folder, 'other.json'))).toBe(false)

  // A first run that was cut off behind its file: the next one keeps what the file has promised; a file of another database is left alone.
  await administer('drop database project', 'drop role weir_app', 'drop role weir_system', 'create database project owner project_owner')
  const elsewhere = join(folder, 'elsewhere.json')
  writeFileSync(elsewhere, text.replaceAll('/project', '/other'))
  expect(await prepare(address, '--secrets', elsewhere)).toMatchObject({ code: 1, stderr: expect.stringContaining('name another file') })
  writeFileSync(file, text)
  expect(await prepare()).toMatchObject({ code: 0, stdout: expect.stringContaining('(shown once): weir_eu1_') })
  expect(readFileSync(file, 'utf8')).toBe(text)
  const app = new pg.Client({ connectionString: secrets['DATABASE_URL'] as string })
  await app.connect()
  await app.end()
})
