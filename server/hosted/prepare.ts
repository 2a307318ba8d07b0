/**
 * `npm run prepare-hosted`: brings the database of a hosted control plane to this version, and the first time makes what the Worker needs to reach it: passwords
 * of the two roles, the secret that signs tokens, the key that seals the secrets of blocks, the first workspace with an admin key. Run it before every
 * deploy; a second run changes nothing, and makes what this version needs besides. One that was cut off before the schema was there is made good by the next.
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

  --secrets FILE   secrets for "wrangler deploy --secrets-file FILE"; made the first time, readable by you only
  --cell CODE      cell code inside API keys, CELL of wrangler.toml ("one" by default)`

/** What the Worker is given as secrets. */
interface HostedSecrets {
  DATABASE_URL: string
  SYSTEM_DATABASE_URL: string
  TOKEN_SECRET: string
  SECRETS_KEY: string
  METRICS_TOKEN: string
}

/** Says what is wrong with the call, and how it is meant. */
function misuse(message: string): never {
  console.error(`error: ${message}\n\n${USAGE}`)
  process.exit(2)
}

function readFlags(): { secrets?: string; cell: string; help?: boolean } {
  try {
    return parseArgs({ options: { secrets: { type: 'string' }, cell: { type: 'string', default: 'one' }, help: { type: 'boolean' } } }).values
  } catch (error) {
    return misuse((error as Error).message)
  }
}

const values = readFlags()
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}
const owner = process.env['WEIR_DATABASE_URL'] ?? ''
if (!URL.canParse(owner) || !/^postgres(ql)?:$/.test(new URL(owner).protocol))
  misuse('WEIR_DATABASE_URL is to be the connection string of the database, as its owner')
// Neon's own name for it. Migrations hold a lock and change roles, which a connection for each transaction forgets.
if (/-pooler\./.test(new URL(owner).hostname))
  misuse('WEIR_DATABASE_URL is the pooled address, and migrations need a connection of their own: take the direct one, without "-pooler"')
if (!values.secrets) misuse('--secrets says in which file the secrets are, or will be')
if (!/^[a-z0-9]{1,16}$/.test(values.cell)) misuse('--cell is 1 to 16 of a-z and 0-9')
const file = values.secrets
const isFirst = !existsSync(file)
const make = (bytes: number) => randomBytes(bytes).toString('base64url')

/** The owner's way to the database, taken by another role. Files of this machine are none of the Worker's. */
function urlOf(role: string, password: string): string {
  const url = new URL(owner)
  url.username = role
  url.password = password
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) url.searchParams.delete(name)
  return url.href
}

const placeOf = (url: string): string => `${new URL(url).host}${new URL(url).pathname}`

/** The passwords that a file of an earlier run, which was cut off, has promised to the Worker. Throws for a file of another database. */
function promisedPasswords({ DATABASE_URL, SYSTEM_DATABASE_URL }: Partial<HostedSecrets>): { app: string; system: string } {
  const [app, system] = [DATABASE_URL, SYSTEM_DATABASE_URL].map((url) => {
    if (url === undefined || !URL.canParse(url)) throw new Error(`${file} has no connection strings`)
    if (placeOf(url) !== placeOf(owner)) throw new Error(`${placeOf(owner)} is empty, and ${file} is of ${placeOf(url)}: name another file`)
    return decodeURIComponent(new URL(url).password)
  }) as [string, string]
  return { app, system }
}

let client: pg.Client | undefined
try {
  // Reads the files that the address names.
  client = new pg.Client({ connectionString: owner, connectionTimeoutMillis: 15_000 })
  await client.connect()
  const { rows } = await client.query<{ used: boolean }>(`select to_regclass('public.migrations') is not null as used`)
  const isEmpty = !rows[0]?.used
  let passwords: { app: string; system: string } | undefined
  if (isFirst) {
    if (!isEmpty) throw new Error(`this database is in use already, and ${file} with its secrets is not there: put it back`)
    await requireServerOfItsOwn(client)
    passwords = { app: make(24), system: make(24) }
    const secrets: HostedSecrets = {
      DATABASE_URL: urlOf('weir_app', passwords.app),
      SYSTEM_DATABASE_URL: urlOf('weir_system', passwords.system),
      TOKEN_SECRET: make(32),
      SECRETS_KEY: make(32),
      METRICS_TOKEN: make(24),
    }
    // Before the passwords are given: a run that is cut off leaves none that nobody knows.
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } else {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Partial<HostedSecrets>
    if (isEmpty) {
      passwords = promisedPasswords(known)
      await requireServerOfItsOwn(client)
    }
    if (known.SECRETS_KEY === undefined) {
      writeFileSync(file, `${JSON.stringify({ ...known, SECRETS_KEY: make(32) }, null, 2)}\n`, { mode: 0o600 })
      console.log(`SECRETS_KEY was made and stands in ${file} now: give it to the Worker before the next deploy.`)
    }
  }
  const { applied, schemaVersion } = await migrate(client, passwords ? { passwords } : {})
  console.log(`Schema version ${schemaVersion}${applied.length > 0 ? `, applied now: ${applied.join(', ')}` : ', nothing to apply'}.`)
  if (passwords) {
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
  await client?.end().catch(() => {})
}
