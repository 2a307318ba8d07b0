import { type Failure, wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { nearest } from '../../nearest.ts'
import { LIST } from './documents.ts'

/** The failure for a name that no deployment has, with the nearest one that exists. */
export async function unknownDeployment(client: GraphqlClient, name: string): Promise<Failure> {
  const { deployments } = await client.ask(LIST, { first: 200, after: null })
  const names = deployments.nodes.map(({ fullName }) => fullName)
  const near = nearest(name, names) ?? names.find((full) => full.split('/').includes(name))
  const known = names.length === 0 ? 'There is none yet: weir deploy FILE:EXPORT --name NAME --pool POOL' : 'List them: weir deployment ls'
  return wrongUse('NOT_FOUND', `There is no deployment "${name}".`, near ? `Did you mean "${near}"?` : known)
}
