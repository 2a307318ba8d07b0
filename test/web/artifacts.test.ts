import { expect, test } from 'vitest'
import { artifactImage, artifactLink, artifactProgress, artifactTable } from '../../web/src/lib/artifacts/artifact-data.ts'
import { safeUrl } from '../../web/src/lib/artifacts/safe-url.ts'

test('web and mail addresses and pictures inside of data may be followed', () => {
  for (const url of ['https://example.org/a?b', 'http://127.0.0.1:4600/', 'mailto:a@example.org', 'data:image/png;base64,AAAA'])
    expect(safeUrl(url)).toBe(url)
})

test('whatever could run code, or is no full address, may not', () => {
  const hostile = [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'data:image/svg+xml;base64,AAAA',
    'vbscript:x',
    'blob:https://a/b',
    'file:///etc/passwd',
    '/runs',
    '',
  ]
  for (const url of hostile) expect(safeUrl(url), url).toBeNull()
})

test('a link without a text says its address; one that may not be followed is none', () => {
  expect(artifactLink({ url: 'https://example.org/', text: null })).toEqual({ href: 'https://example.org/', text: 'https://example.org/' })
  expect(artifactLink({ url: 'javascript:alert(1)', text: 'Click' })).toBeNull()
  expect(artifactLink('https://example.org')).toBeNull()
})

test('a picture comes from the web or from its data', () => {
  expect(artifactImage({ url: 'https://example.org/a.png' })).toBe('https://example.org/a.png')
  expect(artifactImage({ url: 'mailto:a@example.org' })).toBeNull()
  expect(artifactImage(null)).toBeNull()
})

test('a table has every key that any row has; what is missing is empty', () => {
  const { columns, rows } = artifactTable([{ a: 1, b: 'x' }, { b: null, c: { d: [1] } }, 'no row'])
  expect(columns).toEqual(['a', 'b', 'c'])
  expect(rows.map((row) => row.map(({ text }) => text))).toEqual([
    ['1', 'x', ''],
    ['', '', '{"d":[1]}'],
    ['', '', ''],
  ])
  expect(rows[0]?.map(({ isNumber }) => isNumber)).toEqual([true, false, false])
})

test('what is no table has no rows', () => {
  expect(artifactTable({ rows: 1 })).toEqual({ columns: [], rows: [] })
})

test('progress stays between nothing and everything', () => {
  expect([artifactProgress(62.5), artifactProgress(-1), artifactProgress(1e9), artifactProgress('50'), artifactProgress(Number.NaN)]).toEqual([
    62.5, 0, 100, 0, 0,
  ])
})
