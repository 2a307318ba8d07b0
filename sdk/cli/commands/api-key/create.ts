import { wrongUse } from '../../failure.ts'
import { readInstant } from '../../read-instant.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { findServiceAccount } from '../service-account/find-service-account.ts'
import { CREATE } from './documents.ts'

interface Options extends CommonOptions {
  role?: string
  serviceAccount?: string
  scope?: string[]
  expires?: string
}

/** `weir api-key create NAME`: the key goes to stdout alone, so that it can be piped to where it is kept. */
export async function execute([name]: [string], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  if (options.role === undefined && options.serviceAccount === undefined)
    throw wrongUse(
      'ROLE_MISSING',
      'What may the key do?',
      'Say --role admin, editor, viewer or worker, or --service-account NAME for one of its keys.',
    )
  const expiresAt = options.expires === undefined ? undefined : readInstant(options.expires)
  const account = options.serviceAccount === undefined ? undefined : await findServiceAccount(client, options.serviceAccount)
  const role = options.role?.toUpperCase()
  const input = {
    name,
    ...(role === undefined ? {} : { role }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(options.scope === undefined ? {} : { scopes: options.scope }),
    ...(account === undefined ? {} : { serviceAccountId: account.uuid }),
  }
  const { id, key } = successOf((await client.ask(CREATE, { input })).createApiKey)
  const given = role ?? account?.role ?? ''
  if (json) {
    return printJson({
      id,
      name,
      role: given,
      scopes: options.scope ?? null,
      serviceAccount: account?.name ?? null,
      expiresAt: expiresAt ?? null,
      key,
    })
  }
  say(`Created API key ${safeLine(name)} (${given.toLowerCase()}). It is shown this once:`)
  print(key)
}
