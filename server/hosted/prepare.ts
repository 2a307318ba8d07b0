/**
 * `npm run prepare-hosted`: brings the database of a hosted control plane to this version, and the first time makes what the Worker needs to reach it: passwords
 * of the two roles, the secret that signs tokens, the key that seals the secrets of blocks, the first workspace with an admin key. Run it before every
 * deploy; a second run changes nothing, and makes what this version needs besides.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { formatApiKey } from '../../core/api-key.ts'
import { newId } from '../../core/ids.ts'
import { bootstrap } from '../../db/local/bootstrap.ts'
import { MigrationError, migrate, requireServerOfItsOwn } from '../../db/migrate.ts'

const USAGE = `Usage: WEIR_DATABASE_URL=postgres://OWNER:PASSWORD@HOST/DATABASE?sslmode=verify-full npm run prepare-hosted -- --secrets FILE [--cell CODE]

  --secrets FILE   secrets for "wrangler secret bulk FILE"; made the first time, readable by you only
  --cell CODE      cell code inside API keys, CELL of wrangler.toml ("one" by default)`

/** What the Worker is given as secrets. */
interface HostedSecrets {
  DATABASE_URL: string
  SYSTEM_DATABASE_URL: string
  TOKEN_SECRET: string
  SECRETS_KEY: string
  METRICS_TOKEN: string
}

const { values } = parseArgs({ options: { secrets: { type: 'string' }, cell: { type: 'string', default: 'one' }, help: { type: 'boolean' } } })
const owner = process.env['WEIR_DATABASE_URL'] ?? ''
if (values.help || !values.secrets || !URL.canParse(owner) || !/^[a-z0-9]{1,16}$/.test(values.cell)) {
  console.error(USAGE)
  process.exit(values.help ? 0 : 2)
}
const file = values.secrets
const isFirst = !existsSync(file)
const make = (bytes: number) => randomBytes(bytes).toString('base64url')

/** The owner's way to the database, taken by another role. */
function urlOf(role: string, password: string): string {
  const url = new URL(owner)
  url.username = role
  url.password = password
  return url.href
}

const client = new pg.Client({ connectionString: owner, connectionTimeoutMillis: 15_000 })
try {
  await client.connect()
  const passwords = { app: make(24), system: make(24) }
  if (isFirst) {
    const { rows } = await client.query<{ used: boolean }>(`select to_regclass('public.migrations') is not null as used`)
    if (rows[0]?.used) throw new Error(`this database is in use already, and ${file} with its secrets is not there: put it back`)
    await requireServerOfItsOwn(client)
    const secrets: HostedSecrets = {
      DATABASE_URL: urlOf('weir_app', passwords.app),
      SYSTEM_DATABASE_URL: urlOf('weir_system', passwords.system),
      TOKEN_SECRET: make(32),
      SECRETS_KEY: make(32),
      METRICS_TOKEN: make(24),
    }
    // Before the passwords are given: a run that was cut off begins anew with another empty database, and none is left that nobody can reach.
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } else {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Partial<HostedSecrets>
    if (known.SECRETS_KEY === undefined) {
      writeFileSync(file, `${JSON.stringify({ ...known, SECRETS_KEY: make(32) }, null, 2)}\n`, { mode: 0o600 })
      console.log(`SECRETS_KEY was made and stands in ${file} now: give it to the Worker before the next deploy.`)
    }
  }
  const { applied, schemaVersion } = await migrate(client, isFirst ? { passwords } : {})
  console.log(`Schema version ${schemaVersion}${applied.length > 0 ? `, applied now: ${applied.join(', ')}` : ', nothing to apply'}.`)
  if (isFirst) {
    const key = { cell: values.cell, id: newId(), secret: make(32) }
    await bootstrap(client, { adminKey: { id: key.id, secretHash: createHash('sha256').update(key.secret).digest('hex') } })
    console.log(`Secrets for the Worker: ${file}`)
    console.log(`Admin key of the workspace "default" (shown once): ${formatApiKey(key)}`)
  }
} catch (error) {
  console.error(`error: ${(error as Error).message}`)
  if (error instanceof MigrationError) console.error(`  ${error.hint}`)
  process.exitCode = 1
} finally {
  await client.end().catch(() => {})
}
