/** The data of an answer. */
export type Page = Record<string, unknown>

interface Connection {
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  nodes?: unknown[]
  edges?: unknown[]
}

/**
 * One answer from several that differ in the page of one list: its rows one after the other, everything else as in the last one. Null when no list in them
 * says whether there is more.
 */
export function mergePages(pages: Page[]): { data: Page; hasNextPage: boolean; endCursor: string | null } | null {
  const last = structuredClone(pages.at(-1)) as Page
  const found = findConnection(last, [])
  if (!found) return null
  const { connection, path } = found
  const all = pages.map((page) => path.reduce<unknown>((value, key) => (value as Page | null)?.[key], page) as Connection | undefined)
  for (const rows of ['nodes', 'edges'] as const) if (connection[rows]) connection[rows] = all.flatMap((one) => one?.[rows] ?? [])
  return { data: last, ...connection.pageInfo }
}

function findConnection(value: unknown, path: string[]): { connection: Connection; path: string[] } | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { pageInfo, nodes, edges } = value as Partial<Connection>
  if (typeof pageInfo?.hasNextPage === 'boolean' && pageInfo.endCursor !== undefined && (nodes || edges))
    return { connection: value as unknown as Connection, path }
  for (const [key, inner] of Object.entries(value)) {
    const found = findConnection(inner, [...path, key])
    if (found) return found
  }
  return null
}
