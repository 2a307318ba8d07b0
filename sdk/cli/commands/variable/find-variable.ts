import { shellWord } from '../../shell-word.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { FIND, NAMES, type VariableRow } from './documents.ts'

/** The variable of this name. Throws Failure with the nearest one. */
export async function findVariable(client: GraphqlClient, name: string): Promise<VariableRow> {
  const { variable } = await client.ask(FIND, { name })
  if (variable) return variable
  const { variables } = await client.ask(NAMES, {})
  throw notFound(
    'variable',
    name,
    variables.nodes.map((one) => one.name),
    `Make it: weir variable set ${shellWord(name)} VALUE`,
  )
}
