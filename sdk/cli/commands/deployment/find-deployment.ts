import { wrongUse } from '../../failure.ts'
import type { Document, GraphqlClient } from '../../graphql.ts'
import { nearest } from '../../nearest.ts'
import { say, styleError } from '../../terminal.ts'
import { safeLine } from '../../safe-text.ts'
import { NAMES } from './documents.ts'

/** The API takes no other. */
const FULL_NAME = /^[^/]{1,200}\/[^/]{1,200}$/
/** How many names an error lists. */
const SHOWN = 5

/**
 * The deployment of this full name (`flow/deployment`), or the only one whose flow or whose own name is this; then stderr says which was taken. `document`
 * is what to ask about it. Throws Failure with the names that are meant, or the nearest one.
 */
export async function findDeployment<Deployment>(
  client: GraphqlClient,
  document: Document<{ deployment: Deployment | null }, { name: string }>,
  wanted: string,
): Promise<Deployment> {
  if (FULL_NAME.test(wanted)) {
    const { deployment } = await client.ask(document, { name: wanted })
    if (deployment) return deployment
  }
  const { ofFlow, called, newest } = await client.ask(NAMES, { name: wanted })
  const meant = [...new Set([...ofFlow.nodes, ...called.nodes].map(({ fullName }) => fullName))]
  if (meant.length > 1) {
    const count = Math.max(meant.length, ofFlow.totalCount, called.totalCount)
    const more = count > SHOWN ? ` and ${count - SHOWN} more` : ''
    throw wrongUse('AMBIGUOUS', `${count} deployments are called "${wanted}".`, `Which one: ${meant.slice(0, SHOWN).join(', ')}${more}?`)
  }
  const [only] = meant
  const found = only === undefined ? null : (await client.ask(document, { name: only })).deployment
  if (!found)
    throw unknown(
      wanted,
      newest.nodes.map(({ fullName }) => fullName),
    )
  say(styleError('dim', `deployment ${safeLine(only as string)}`))
  return found
}

function unknown(wanted: string, names: string[]) {
  const shown = safeLine(wanted.slice(0, 100))
  if (names.length === 0)
    return wrongUse('NOT_FOUND', `There is no deployment "${shown}".`, 'There is none yet: weir deploy FILE:EXPORT --name NAME --pool POOL')
  const parts = new Map(names.flatMap((full) => [...full.split('/'), full].map((part) => [part, full] as const)))
  const near = nearest(wanted, [...parts.keys()])
  const hint = near === null ? 'List them: weir deployment ls' : `Did you mean "${parts.get(near)}"?`
  return wrongUse('NOT_FOUND', `There is no deployment "${shown}".`, hint)
}
