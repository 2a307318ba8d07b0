import { readInstant } from '../../read-instant.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { CREATE } from './documents.ts'

interface Options extends CommonOptions {
  role: string
  expires?: string
}

/** `weir api-key create NAME`: the key goes to stdout alone, so that it can be piped to where it is kept. */
export async function execute([name]: [string], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const expiresAt = options.expires === undefined ? undefined : readInstant(options.expires)
  const input = { name, role: options.role.toUpperCase(), ...(expiresAt === undefined ? {} : { expiresAt }) }
  const { id, key } = successOf((await client.ask(CREATE, { input })).createApiKey)
  if (json) return printJson({ id, name, role: input.role, expiresAt: expiresAt ?? null, key })
  say(`Created API key ${safeLine(name)} (${options.role}). It is shown this once:`)
  print(key)
}
