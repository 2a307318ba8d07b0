import { type Failure, wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { nearest } from '../../nearest.ts'
import { LIST } from './documents.ts'

/** The failure for a name that no work pool has, with the nearest one that exists. `how` says how to make one of this name. */
export async function unknownWorkPool(client: GraphqlClient, name: string, how = `make it: weir work-pool create ${name}`): Promise<Failure> {
  const { workPools } = await client.ask(LIST, {})
  const near = nearest(
    name,
    workPools.nodes.map((pool) => pool.name),
  )
  return wrongUse(
    'NOT_FOUND',
    `There is no work pool "${name}".`,
    near ? `Did you mean "${near}"? If not, ${how}` : `${how[0]?.toUpperCase()}${how.slice(1)}`,
  )
}
