import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { shellWord } from '../../shell-word.ts'
import { FIND, type LimitDetail, NAMES } from './documents.ts'

/** The limit of this name. Throws Failure with the nearest one. */
export async function findLimit(client: GraphqlClient, name: string): Promise<LimitDetail> {
  const { concurrencyLimit } = await client.ask(FIND, { name })
  if (concurrencyLimit) return concurrencyLimit
  const { concurrencyLimits } = await client.ask(NAMES, {})
  throw notFound(
    'concurrency limit',
    name,
    concurrencyLimits.nodes.map((one) => one.name),
    `Make it: weir concurrency-limit create ${shellWord(name)} --limit N`,
  )
}
