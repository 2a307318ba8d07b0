/** What the CLI asks is text; here every document is held against the API's schema. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const schema = buildSchema(readFileSync(join(root, 'api', 'schema.graphql'), 'utf8'))

const modules = globSync('sdk/cli/commands/**/documents.ts', { cwd: root })
const documents = (
  await Promise.all(
    modules.map(async (path) => {
      const exported = (await import(/* @vite-ignore */ join(root, path))) as Record<string, { text?: unknown }>
      return Object.entries(exported).flatMap(([name, value]): [string, string][] =>
        typeof value?.text === 'string' ? [[`${path} ${name}`, value.text]] : [],
      )
    }),
  )
).flat()

test.each(documents)('%s is valid', (_name, text) => {
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([])
})

test('every noun with questions is looked at', () => {
  expect(modules.length).toBeGreaterThanOrEqual(4)
  expect(documents.length).toBeGreaterThanOrEqual(15)
})
