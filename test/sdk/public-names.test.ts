/** Whatever an author can import has a comment that an editor shows, a line on docs/names.md with a page, and a program that uses it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { readPublicNames } from './support/public-names.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'names.md'), 'utf8')
const entries = { weirflow: readPublicNames('index.ts'), 'weirflow/testing': readPublicNames('testing.ts') }
const names = Object.values(entries).flat()

/** Each line of a table: its cells, without the head and the line below it. */
const rows = page
  .split('\n')
  .filter((line) => /^\| `/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
const namesIn = (cell: string): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)
const linksIn = (cell: string): string[] => [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link as string)

test('every public name and member has a comment, with what it takes, gives and throws', () => {
  expect(names.length).toBeGreaterThan(140)
  expect(names.flatMap(({ undocumented }) => undocumented)).toEqual([])
})

test('docs/names.md has every public name once, and no other', () => {
  const listed = rows.flatMap(([cell]) => namesIn(cell as string)).sort()
  expect(listed).toEqual([...new Set(names.map(({ name }) => name))].sort())
})

test('its links lead somewhere: to a page with that heading, and to an example that uses one of the names', () => {
  for (const [cell = '', ...others] of rows)
    for (const link of others.flatMap(linksIn)) {
      const [path = '', anchor] = link.split('#')
      const file = join(root, 'docs', path)
      expect(existsSync(file), link).toBe(true)
      const text = readFileSync(file, 'utf8')
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
        (heading as string)
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      )
      if (anchor !== undefined) expect(headings, link).toContain(anchor)
      const used = namesIn(cell).filter((name) => names.some((one) => one.name === name && !one.isType))
      if (path.endsWith('.ts') && used.length > 0)
        expect(
          used.filter((name) => new RegExp(`\\b${name}\\b`).test(text)),
          `${link} of ${cell}`,
        ).not.toEqual([])
    }
})

test('every error stands there with its code', () => {
  const codes = new Map(rows.flatMap(([cell = '', code = '']) => namesIn(cell).map((name) => [name, code] as const)))
  for (const { name, isError, code } of names) if (isError && code !== null) expect([name, codes.get(name)]).toEqual([name, `\`${code}\``])
})

test('whatever is there at run time, but for errors, is used in an example or in a program of a page', () => {
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'names.md')
  const programs = pages.flatMap((name) => {
    const text = readFileSync(join(root, 'docs', name), 'utf8')
    return [...fencedBlocks(text, 'ts'), ...fencedBlocks(text, 'js')]
  })
  for (const [entry, given] of Object.entries(entries)) {
    const imports = [...examples, ...programs].flatMap((text) =>
      [...text.matchAll(/import \{([^}]*)\} from '([^']+)'/g)].filter(([, , from]) => from === entry).map(([, list]) => list as string),
    )
    const imported = new Set(imports.flatMap((list) => list.split(',').map((one) => one.trim().replace(/^type /, ''))))
    expect(given.filter(({ name, isType, isError }) => !isType && !isError && !imported.has(name)).map(({ name }) => name)).toEqual([])
  }
})

test('programs are found within lists, too, without their indent; other languages are none', () => {
  expect(fencedBlocks('- a\n\n  ```ts\n  one\n    two\n  ```\n\n```ts\nthree\n```\n\n```json\n{}\n```\n', 'ts')).toEqual(['one\n  two\n', 'three\n'])
})

test('what docs/architecture.md says of where promises are held is there', () => {
  const table = /\| promise to authors[\s\S]*?\n\n/.exec(readFileSync(join(root, 'docs', 'architecture.md'), 'utf8'))?.[0] ?? ''
  const lines = table
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) {
    const [, , tests = '', page = '', example = ''] = line.split('|')
    const paths = (cell: string, below: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => join(below, path as string))
    for (const path of [...paths(tests, ''), ...paths(page, 'docs'), ...paths(example, 'examples')])
      expect(existsSync(join(root, path)), path).toBe(true)
  }
})
