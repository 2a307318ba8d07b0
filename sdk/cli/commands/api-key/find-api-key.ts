import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { statusOf } from './api-key-json.ts'
import { type ApiKeyRow, LIST } from './documents.ts'

/** The key of this id, prefix or name; of several keys of a name the only one that works. Throws Failure. */
export async function findApiKey(client: GraphqlClient, wanted: string): Promise<ApiKeyRow> {
  const { apiKeys } = await client.ask(LIST, {})
  const exact = apiKeys.find((key) => key.uuid === wanted.toLowerCase() || key.prefix === wanted)
  if (exact) return exact
  const named = apiKeys.filter((key) => key.name === wanted)
  const working = named.filter((key) => statusOf(key) === 'active')
  const meant = named.length === 1 ? named : working
  if (meant.length === 1) return meant[0] as ApiKeyRow
  if (named.length > 0)
    throw wrongUse('AMBIGUOUS', `${named.length} API keys are called "${wanted}".`, `Give the id of one: ${named.map(({ uuid }) => uuid).join(', ')}`)
  throw notFound(
    'API key',
    wanted,
    apiKeys.map((key) => key.name),
    'List them: weir api-key ls',
  )
}
