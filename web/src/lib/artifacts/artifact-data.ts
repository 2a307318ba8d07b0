/** What an artifact shows, read from its data with care: it was written by the author's code, and may be anything. */
import { safeUrl } from './safe-url.ts'

interface ArtifactTable {
  columns: string[]
  /** Texts as shown; numbers are marked, they are set to the right. */
  rows: { text: string; isNumber: boolean }[][]
}

const asObject = (data: unknown): Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : {}

/** One row an object; the columns are all keys in the order in which they come first. */
export function artifactTable(data: unknown): ArtifactTable {
  const rows = Array.isArray(data) ? data.map(asObject) : []
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return { columns, rows: rows.map((row) => columns.map((column) => ({ text: cellText(row[column]), isNumber: typeof row[column] === 'number' }))) }
}

const cellText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : typeof value === 'number'
        ? value.toLocaleString('en', { maximumFractionDigits: 6, useGrouping: false })
        : String(value)

/** Where a link goes and what it says. Null when a browser may not follow it from our page. */
export function artifactLink(data: unknown): { href: string; text: string } | null {
  const { url, text } = asObject(data)
  const href = typeof url === 'string' ? safeUrl(url) : null
  return href === null ? null : { href, text: typeof text === 'string' && text !== '' ? text : href }
}

/** Where a picture is. Null when a browser may not load it into our page. */
export function artifactImage(data: unknown): string | null {
  const { url } = asObject(data)
  const source = typeof url === 'string' || typeof data === 'string' ? safeUrl(String(url ?? data)) : null
  return source === null || source.startsWith('mailto:') ? null : source
}

/** 0 to 100. */
export const artifactProgress = (data: unknown): number => Math.min(100, Math.max(0, typeof data === 'number' && Number.isFinite(data) ? data : 0))
