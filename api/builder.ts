/**
 * The one schema builder, its scalars and its limits. Nouns add their types to it in `api/<noun>/graphql.ts`; `api/schema.ts` joins them.
 * What an author or operator can meet comes back in the result union (errors plugin); everything else is a top-level error with a code.
 */
import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import { GraphQLError } from 'graphql'
import { formatInstant, type Instant, parseInstant } from '../core/instant.ts'
import type { JsonObject, JsonValue } from '../core/json-value.ts'
import type { Context } from './context.ts'

/** Highest `first` of a list. */
export const MAX_PAGE = 200
/** Rows of a page when nobody says how many. */
export const DEFAULT_PAGE = 50

/** Cost, nesting and width that one operation may have. A list multiplies what is inside it by its page size. */
export const QUERY_LIMITS = { complexity: 50_000, depth: 14, breadth: 400 } as const

export const builder = new SchemaBuilder<{
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Instant; Output: Instant }
    Duration: { Input: number; Output: number }
    JSON: { Input: JsonValue; Output: unknown }
    JSONSchema: { Input: JsonObject | boolean; Output: unknown }
  }
}>({
  plugins: [ErrorsPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 10,
    limit: QUERY_LIMITS,
    complexityError: (kind, result) => {
      const [actual, max] =
        kind === 'Depth'
          ? [result.depth, result.maxDepth]
          : kind === 'Breadth'
            ? [result.breadth, result.maxBreadth]
            : [result.complexity, result.maxComplexity]
      return new GraphQLError(
        `The query is too large: its ${kind.toLowerCase()} is ${actual}, at most ${max} is allowed. Ask for fewer fields, a smaller page, or in several queries.`,
        {
          extensions: { code: 'LIMIT_EXCEEDED', [kind.toLowerCase()]: actual, max },
        },
      )
    },
  },
  errors: { directResult: true },
})

const input = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

builder.scalarType('DateTime', {
  description:
    'An instant of the years 1 to 9999: ISO 8601 in UTC with microseconds, for example `2026-11-21T06:00:00.123456Z`. As input any zone is accepted, but there must be one.',
  serialize: (value) => formatInstant(value as Instant),
  parseValue: (value) => {
    const instant = typeof value === 'string' ? parseInstant(value) : null
    if (instant === null) throw input(`${shown(value)} is no DateTime: expected ISO 8601 with a zone, for example "2026-11-21T06:00:00Z".`)
    return instant
  },
})

builder.scalarType('Duration', {
  description: 'Seconds, for example `1.5`.',
  serialize: (value) => value as number,
  parseValue: (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw input(`${shown(value)} is no Duration: expected seconds, 0 or more.`)
    return value
  },
})

builder.scalarType('JSON', {
  description: 'Any JSON value: parameters, job variables, payloads.',
  serialize: (value) => value,
  parseValue: (value) => value as JsonValue,
})

builder.scalarType('JSONSchema', {
  description: 'A JSON Schema (drafts 4 to 2020-12), as an object or a boolean.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value))) return value as JsonObject | boolean
    throw input(`${shown(value)} is no JSON Schema: expected an object such as { "type": "object" }, or a boolean.`)
  },
})

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 60)

builder.queryType({ description: 'Reads. Every field answers for the workspace of the key or session that asks.' })
builder.mutationType({ description: 'Changes. Each takes one `input` and answers a union: its success, or what an author or operator can meet.' })
builder.subscriptionType({
  description:
    'Live views, as server-sent events (`accept: text/event-stream`). Every message carries a cursor: subscribing again with it replays what was missed, in order, once. `reset` = the cursor is too old: read a snapshot anew.',
})
