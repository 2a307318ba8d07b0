/** The schema as text; `npm run schema` writes it, and a test holds the committed file to it. */
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from './schema.ts'

/** The text of schema.graphql: what clients generate their types from. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`
