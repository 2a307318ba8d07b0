/** Relay connections over keyset pages, the same for every list. */
import type { ObjectRef } from '@pothos/core'
import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql'
import type { Count, Page, Rows } from '../db/queries/page.ts'
import { builder, DEFAULT_PAGE, MAX_PAGE } from './builder.ts'
import { Invalid, type Issue } from './errors.ts'

/** What a list resolver answers. `count` is asked for only when somebody wants it. */
export interface ConnectionValue<Row> {
  page: Rows<Row>
  count: Promise<Count> | null
}

const PageInfo = builder.objectRef<Rows<unknown>>('PageInfo').implement({
  description: 'Where a page lies in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there is more after this page.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether there is more before this page.' }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first row. Null when the page is empty.',
      resolve: (page) => page.cursors[0] ?? null,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last row: pass it as `after`. Null when the page is empty.',
      resolve: (page) => page.cursors.at(-1) ?? null,
    }),
  }),
})

/** The connection and edge types of a list. `counted: false` for lists that nobody should count. */
export function connectionOf<Row>(name: string, node: ObjectRef<typeof builder.$inferSchemaTypes, Row>, what: string, { counted = true } = {}) {
  const Edge = builder.objectRef<{ cursor: string; node: Row }>(`${name}Edge`).implement({
    description: `One of ${what}, with its place in the list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Its place: stays valid while the list changes.' }),
      node: t.field({ type: node, description: 'What stands there.', resolve: (edge) => edge.node as never }),
    }),
  })
  const ref = builder.objectRef<ConnectionValue<Row>>(`${name}Connection`).implement({
    description: `A page of ${what}.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        description: 'The rows with their cursors.',
        complexity: { field: 0, multiplier: 1 },
        resolve: ({ page }) => page.rows.map((row, index) => ({ cursor: page.cursors[index] as string, node: row })),
      }),
      nodes: t.field({ type: [node], description: 'The rows.', complexity: { field: 0, multiplier: 1 }, resolve: ({ page }) => page.rows as never }),
      pageInfo: t.field({ type: PageInfo, description: 'Where this page lies in the list.', resolve: ({ page }) => page }),
    }),
  })
  if (counted) {
    builder.objectFields(ref, (t) => ({
      totalCount: t.int({
        description: 'Rows of the whole list, counted up to 10,000.',
        complexity: 10,
        resolve: async ({ count }) => (await count)?.count ?? 0,
      }),
      totalCountIsExact: t.boolean({
        description: 'False when there are more than were counted.',
        resolve: async ({ count }) => (await count)?.isExact ?? true,
      }),
    }))
  }
  return ref
}

/** What every list is asked for; filter and order are its own. */
export const pageArgs = builder.args((t) => ({
  first: t.int({ description: `How many from the start: 1 to ${MAX_PAGE}, ${DEFAULT_PAGE} when left out.` }),
  after: t.string({ description: 'Only what comes after the row of this cursor.' }),
  last: t.int({ description: `How many from the end: 1 to ${MAX_PAGE}. Either this or \`first\`.` }),
  before: t.string({ description: 'Only what comes before the row of this cursor. Without `first`, `last` and `after`: the last of it.' }),
}))

/** Cost of a list field: what is inside it, times its page. */
export const pageCost = ({ first, last }: { first?: number | null; last?: number | null }) => ({
  field: 1,
  multiplier: Math.max(1, Math.min(MAX_PAGE, first ?? last ?? DEFAULT_PAGE)),
})

/** The page that the usual arguments ask for; throws Invalid. */
export function pageOf({
  first,
  after,
  last,
  before,
}: {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}): Page {
  const issues: Issue[] = []
  for (const [name, value] of [
    ['first', first],
    ['last', last],
  ] as const) {
    if (value != null && (value < 1 || value > MAX_PAGE))
      issues.push({ path: [name], message: `expected 1 to ${MAX_PAGE}, got ${value}`, expected: `1 to ${MAX_PAGE}` })
  }
  if (first != null && last != null) issues.push({ path: ['last'], message: 'expected either `first` or `last`, got both', expected: 'one of them' })
  if (issues.length > 0) throw new Invalid(issues)
  // Who says no more than `before` turns pages back.
  const fromEnd = last != null || (before != null && first == null && after == null)
  return { limit: first ?? last ?? DEFAULT_PAGE, after: after ?? null, before: before ?? null, fromEnd }
}

/** Whether the query selects one of these fields directly below this one. */
export function selects(info: GraphQLResolveInfo, ...names: string[]): boolean {
  const inside = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === 'Field') return names.includes(selection.name.value)
      if (selection.kind === 'InlineFragment') return inside(selection.selectionSet)
      return inside(info.fragments[selection.name.value]?.selectionSet)
    }) ?? false
  return info.fieldNodes.some((node) => inside(node.selectionSet))
}
