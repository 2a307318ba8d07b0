/** What a type of blocks may be. */
import { builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import { BLOCK_NAME_EXPECTED, isBlockName } from '../../core/blocks/names.ts'
import { secretMarkProblems } from '../../core/blocks/secret-places.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { checkDescription, checkJson, checkName, sizeOfJson } from '../check-input.ts'
import type { Issue } from '../errors.ts'
import { validateSchema } from '../flow-runs/validate-parameters.ts'

/** Types of one workspace. */
export const MOST_BLOCK_TYPES = 500
/** Bytes of a schema as JSON. */
const LARGEST_SCHEMA = 65_536

interface Given {
  slug: string
  name: string
  description: string | null
  logoUrl: string | null
  schema: JsonObject | boolean
}

/** Issues with their places. */
export function checkBlockType({ slug, name, description, logoUrl, schema }: Given): Issue[] {
  const issues = [...checkName(name, ['name']), ...checkDescription(description, ['description']), ...checkLogo(logoUrl)]
  if (!isBlockName(slug)) {
    const expected = BLOCK_NAME_EXPECTED
    issues.push({ path: ['slug'], message: `${JSON.stringify(slug.slice(0, 60))} cannot be the slug of a type: expected ${expected}`, expected })
  } else if (builtInBlockTypes.has(slug)) {
    issues.push({ path: ['slug'], message: `"${slug}" is a type that every workspace has, and cannot be another one`, expected: 'another slug' })
  }
  return [...issues, ...checkSchema(schema)]
}

function checkSchema(schema: JsonObject | boolean): Issue[] {
  const issue = (message: string): Issue => ({ path: ['schema'], message, expected: 'JSON Schema of an object' })
  if (typeof schema === 'boolean' || schema['type'] !== 'object') return [issue('expected a JSON Schema with "type": "object"')]
  const text = checkJson(schema, ['schema'])
  if (text.length > 0) return text
  const bytes = sizeOfJson(schema)
  if (bytes > LARGEST_SCHEMA) return [issue(`expected at most ${LARGEST_SCHEMA} bytes as JSON, got ${bytes}`)]
  const unusable = validateSchema(schema, ['schema'])
  return unusable.length > 0 ? unusable : secretMarkProblems(schema).map(issue)
}

function checkLogo(logoUrl: string | null): Issue[] {
  if (logoUrl === null) return []
  const expected = 'an https address of at most 2000 characters'
  return logoUrl.length <= 2_000 && URL.canParse(logoUrl) && new URL(logoUrl).protocol === 'https:'
    ? []
    : [{ path: ['logoUrl'], message: `expected ${expected}`, expected }]
}
