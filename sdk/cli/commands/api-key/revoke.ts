import { confirm } from '../../ask-person.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { apiKeyJson } from './api-key-json.ts'
import { REVOKE } from './documents.ts'
import { findApiKey } from './find-api-key.ts'

/** `weir api-key revoke KEY`: for good. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number | void> {
  const { client, json, mayAsk } = openSession(options)
  const { uuid, name, role } = await findApiKey(client, wanted)
  if (mayAsk && !(await confirm(`Revoke API key "${safeLine(name)}" (${role.toLowerCase()}) for good?`))) {
    say('Nothing was changed.')
    return 1
  }
  const { apiKey } = successOf((await client.ask(REVOKE, { id: uuid })).revokeApiKey)
  if (json) return printJson(apiKeyJson(apiKey))
  print(`Revoked API key ${safeLine(apiKey.name)} (${apiKey.uuid}).`)
}
