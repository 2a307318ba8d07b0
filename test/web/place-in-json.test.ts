import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineAt, nearestInJson, placeInJson } from '../../web/src/lib/work-pools/place-in-json.ts'

/** Every path into a value. */
const pathsOf = (value: unknown, path: string[] = []): string[][] => [
  path,
  ...(typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key])) : []),
]
const at = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value)

test('the place of every value in every JSON text is the text of that value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const parsed: unknown = JSON.parse(text)
      for (const path of pathsOf(parsed)) {
        const place = placeInJson(text, path)
        expect(place, `${text} at ${path.join('.')}`).not.toBeNull()
        expect(JSON.parse(text.slice(...(place as [number, number])))).toEqual(at(parsed, path))
      }
      expect(placeInJson(text, ['nowhere', 'at', 'all'])).toBeNull()
    }),
  )
})

test('what is missing is shown where it would have to be', () => {
  const text = '{\n  "a": { "b\\"": [1, "}"] },\n  "c": {}\n}'
  const shown = (...path: string[]) => text.slice(...nearestInJson(text, path))
  expect(shown('a', 'b"', '1')).toBe('"}"')
  expect(shown('c', 'd')).toBe('{}')
  expect(shown('e')).toBe('')
  expect(lineAt(text, nearestInJson(text, ['c'])[0])).toBe(3)
})
