import { toMilliseconds } from '../../../../core/duration.ts'
import { wrongUse } from '../../failure.ts'
import { readInstant } from '../../read-instant.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { print, printJson, say } from '../../terminal.ts'
import { apiKeyJson } from './api-key-json.ts'
import { ROTATE } from './documents.ts'
import { findApiKey } from './find-api-key.ts'

/** `weir api-key rotate KEY`: the new key goes to stdout alone; the old one goes on working for a while. */
export async function execute([wanted]: [string], options: CommonOptions & { overlap?: string; expires?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const overlap = options.overlap === undefined ? undefined : readOverlap(options.overlap)
  const expiresAt = options.expires === undefined ? undefined : readInstant(options.expires)
  const { uuid } = await findApiKey(client, wanted)
  const input = { id: uuid, ...(overlap === undefined ? {} : { overlap }), ...(expiresAt === undefined ? {} : { expiresAt }) }
  const { key, apiKey, previous } = successOf((await client.ask(ROTATE, { input })).rotateApiKey)
  if (json) return printJson({ ...apiKeyJson(apiKey), key, previous: apiKeyJson(previous) })
  say(`The old key ends ${showAgo(previous.expiresAt)}. The new API key ${safeLine(apiKey.name)} is shown this once:`)
  print(key)
}

/** Seconds. */
function readOverlap(text: string): number {
  try {
    return toMilliseconds(text) / 1_000
  } catch {
    throw wrongUse('BAD_DURATION', `--overlap: "${text}" is no duration.`, 'Expected for example 0s, 12h or 7d.')
  }
}
