import { shellWord } from '../../shell-word.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { readAll } from '../../read-all.ts'
import { LIST, type ServiceAccountRow } from './documents.ts'

/** The service account of this name or id. Throws Failure with the nearest one. */
export async function findServiceAccount(client: GraphqlClient, wanted: string): Promise<ServiceAccountRow> {
  const accounts = await readAll(async (after) => (await client.ask(LIST, { after })).serviceAccounts)
  const found = accounts.find(({ name, uuid }) => name === wanted || uuid === wanted.toLowerCase())
  if (found) return found
  throw notFound(
    'service account',
    wanted,
    accounts.map(({ name }) => name),
    `Make it: weir service-account create ${shellWord(wanted)} --role viewer`,
  )
}
