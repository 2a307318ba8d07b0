import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBlockName } from '../../../core/blocks/names.ts'
import { HIDDEN, readAt, replaceAt, secretFields, secretMarkProblems, secretPlaces } from '../../../core/blocks/secret-places.ts'
import type { JsonObject, JsonValue } from '../../../core/json-value.ts'

const secret = { type: 'string', writeOnly: true }

test('a secret is found wherever the schema can lead to it', () => {
  const data = { a: 'x', list: ['x', 'y'], map: { k: 'x', 'a/b~c': 'y' }, deep: { deeper: { a: 'x' } }, none: null }
  const cases: [JsonObject, string[]][] = [
    [{ properties: { a: secret } }, ['/a']],
    [{ properties: { list: { items: secret } } }, ['/list/0', '/list/1']],
    [{ properties: { list: { prefixItems: [{}, secret] } } }, ['/list/1']],
    [{ properties: { list: { items: [{}], additionalItems: secret } } }, ['/list/1']],
    [{ properties: { map: { additionalProperties: secret } } }, ['/map/k', '/map/a~1b~0c']],
    [{ properties: { map: { patternProperties: { '^k': secret } } } }, ['/map/k']],
    [{ properties: { map: { patternProperties: { '(': secret } } } }, ['/map/k', '/map/a~1b~0c']],
    [
      {
        properties: { deep: { $ref: '#/$defs/tree' } },
        $defs: { tree: { properties: { a: secret }, additionalProperties: { $ref: '#/$defs/tree' } } },
      },
      ['/deep/deeper/a'],
    ],
    [{ anyOf: [{ properties: { a: { type: 'number' } } }, { properties: { a: secret } }] }, ['/a']],
    [{ allOf: [{ oneOf: [{ properties: { a: secret } }] }] }, ['/a']],
    [{ if: true, else: { properties: { a: secret } } }, ['/a']],
    [{ properties: { none: secret, missing: secret } }, []],
    [{ properties: { map: { writeOnly: true } } }, ['/map']],
    [{ $ref: '#' }, []],
  ]
  for (const [schema, places] of cases) expect(secretPlaces(schema, data), JSON.stringify(schema)).toEqual(places)
  expect(secretFields({ properties: { a: secret, list: { items: secret }, map: { additionalProperties: { properties: { k: secret } } } } })).toEqual([
    'a',
    'list.*',
    'map.*.k',
  ])
})

test('whatever the data, hiding the places of a schema that calls every text secret leaves no text', () => {
  const everywhere: JsonObject = {
    $ref: '#/$defs/any',
    $defs: { any: { items: { $ref: '#/$defs/any' }, additionalProperties: { $ref: '#/$defs/any' } } },
  }
  const texts: JsonObject = {
    $defs: { any: { anyOf: [{ type: 'object', additionalProperties: { $ref: '#/$defs/leaf' } }] }, leaf: secret },
    $ref: '#/$defs/any',
  }
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (generated) => {
      const data = JSON.parse(JSON.stringify(generated)) as JsonObject
      expect(secretPlaces(everywhere, data)).toEqual([])
      const places = secretPlaces(texts, data)
      const hidden = replaceAt(data, new Map(places.map((place) => [place, HIDDEN])))
      for (const value of Object.values(hidden)) expect(value === null || value === HIDDEN).toBe(true)
      const values = new Map(places.map((place) => [place, readAt(data, place) as JsonValue]))
      expect(replaceAt(hidden, values)).toEqual(data)
    }),
    { numRuns: 200 },
  )
})

test('a mark that no value can be found for is a problem of the schema, and a property that is called so is not', () => {
  const fine = { type: 'object', properties: { writeOnly: { type: 'boolean' }, a: { ...secret, default: { writeOnly: true } } } }
  expect(secretMarkProblems(fine)).toEqual([])
  const problematic: JsonObject[] = [
    { writeOnly: true },
    { properties: { a: { not: secret } } },
    { dependentSchemas: { a: { properties: { b: secret } } } },
    { properties: { a: { $ref: 'other.json' } } },
    { properties: { a: { $ref: '#/%' } } },
    { properties: { a: { $dynamicRef: '#x' } } },
  ]
  for (const schema of problematic) expect(secretMarkProblems(schema), JSON.stringify(schema)).toHaveLength(1)
})

test('a block is named type/name', () => {
  expect(parseBlockName('warehouse/main')).toEqual({ type: 'warehouse', name: 'main' })
  for (const text of ['', 'warehouse', 'a/b/c', '/b', 'a/', 'A/b', 'a/-b', 'a/b.c']) expect(parseBlockName(text), text).toBeNull()
})
