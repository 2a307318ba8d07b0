/**
 * What a change of the schema would break for whoever has built on it: api/schema.graphql against api/schema.released.graphql, which is the schema of the last
 * release. `node test/checks/schema-changes.ts` prints it and fails when something is not agreed; `… --release` makes the present schema the released one.
 */
import { copyFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSchema, findBreakingChanges, type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'

/** A breaking change that was agreed upon, as this check prints it, and why. */
export interface Agreed {
  change: string
  because: string
}

/** Breaking changes that the next release makes. Emptied when it is out. */
const AGREED: readonly Agreed[] = []

/** Breaking changes that nobody has agreed upon, and agreed ones that are none. Empty = fine. */
export function refusedChanges(released: string, present: string, agreed: readonly Agreed[] = AGREED): string[] {
  const before = buildSchema(released)
  const found = findBreakingChanges(before, buildSchema(present)).map(({ type, description }) => `${type}: ${description}`)
  const known = new Set(agreed.map(({ change }) => change))
  return [
    ...found
      .filter((change) => !known.has(change))
      .map((change) => `${change}${wasDeprecated(before, change) ? ' (it was deprecated: agree upon its end)' : ''}`),
    ...agreed.filter(({ change }) => !found.includes(change)).map(({ change }) => `agreed upon, but not so: ${change}`),
  ]
}

/** Whether what is named by a change was marked as deprecated. */
function wasDeprecated(schema: GraphQLSchema, change: string): boolean {
  const [, typeName = '', fieldName = ''] = /(\w+)\.(\w+)/.exec(change) ?? []
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return false
  return type.getFields()[fieldName]?.deprecationReason != null
}

const file = (name: string): string => fileURLToPath(new URL(`../../api/${name}`, import.meta.url))
/** Texts of the two schemas. */
export const schemaTexts = (): { released: string; present: string } => ({
  released: readFileSync(file('schema.released.graphql'), 'utf8'),
  present: readFileSync(file('schema.graphql'), 'utf8'),
})

if (import.meta.main) {
  if (process.argv[2] === '--release') {
    copyFileSync(file('schema.graphql'), file('schema.released.graphql'))
    console.log('api/schema.released.graphql is the present schema')
  } else {
    const { released, present } = schemaTexts()
    const refused = refusedChanges(released, present)
    for (const change of refused) console.error(change)
    if (refused.length > 0) {
      console.error(
        '\nAdd instead of changing, and mark the old as @deprecated with a date. What must break is agreed upon in test/checks/schema-changes.ts.',
      )
      process.exitCode = 1
    }
  }
}
