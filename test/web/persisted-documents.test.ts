import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

const schema = buildSchema(readFileSync('api/schema.graphql', 'utf8'))
const texts = JSON.parse(readFileSync('api/persisted-documents.json', 'utf8')) as Record<string, string>

test('the Worker knows exactly the operations of the pages, each under its own hash', () => {
  const ofPages = [...readFileSync('web/src/lib/graphql/generated/graphql.ts', 'utf8').matchAll(/"hash":"(sha256:[0-9a-f]{64})"/g)].map(
    ([, hash]) => hash,
  )
  expect(ofPages.length).toBeGreaterThan(50)
  expect(Object.keys(texts).sort()).toEqual([...new Set(ofPages)].sort())
  for (const [hash, text] of Object.entries(texts)) {
    expect(`sha256:${createHash('sha256').update(text).digest('hex')}`).toBe(hash)
    expect(validate(schema, parse(text)), text).toEqual([])
  }
})
