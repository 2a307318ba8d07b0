import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from './schema.ts'

/** The text of schema.graphql: what clients generate their types from. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`
