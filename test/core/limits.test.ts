import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cutTo, kibibytes, LIMITS } from '../../core/limits.ts'

const read = (name: string) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')

test('docs/protocol.md names every limit with its value', () => {
  const [, table = ''] = /<!-- limits: core\/limits\.ts -->(.*?)<!-- end of limits -->/s.exec(read('protocol')) ?? []
  const rows = [...table.matchAll(/^\| `(\w+)` +\| ([\d,]+) /gm)].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))])
  expect(Object.fromEntries(rows)).toEqual(LIMITS)
})

test('docs/graphql.md names the same ones', () => {
  expect(read('graphql')).toMatch(new RegExp(`\\| tags +\\| ${LIMITS.tags}, each up to ${LIMITS.tag} characters`))
  expect(read('graphql')).toMatch(new RegExp(`\\| parameters of a run \\| ${kibibytes(LIMITS.parameters)} `))
  expect(read('graphql')).toMatch(new RegExp(`\\| names +\\| ${LIMITS.name} characters`))
})

test('text that is cut is as long as it may be, and says so', () => {
  expect(cutTo('0123456789', 10)).toBe('0123456789')
  expect(cutTo('0123456789x', 10)).toBe('012… (cut)')
})
