import { shellWord } from '../../shell-word.ts'
import type { Failure } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { FIND, NAMES } from './documents.ts'

/** The failure for a name that no work pool has, with the nearest one that exists. `how` says how to make one of this name. */
export async function unknownWorkPool(
  client: GraphqlClient,
  name: string,
  how = `Make it: weir work-pool create ${shellWord(name)}`,
): Promise<Failure> {
  const { workPools } = await client.ask(NAMES, {})
  return notFound(
    'work pool',
    name,
    workPools.nodes.map((pool) => pool.name),
    how,
  )
}

/** The uuid of the pool of this name. Throws Failure. */
export async function findWorkPool(client: GraphqlClient, name: string): Promise<string> {
  const { workPool } = await client.ask(FIND, { name })
  if (!workPool) throw await unknownWorkPool(client, name)
  return workPool.uuid
}
