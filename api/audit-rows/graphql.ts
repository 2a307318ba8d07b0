/** The audit: who did what of the administrative verbs. */
import {
  type AuditRowFilter as Filter,
  type AuditRow as Row,
  countAuditRows,
  findAuditRows,
  listAuditRows,
} from '../../db/queries/audit-rows/list-audit-rows.ts'
import { builder } from '../builder.ts'
import { connectionOf, pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { DateTimeFilter, StringFilter } from '../filters.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

const auditRowLoader = loader(findAuditRows, (row: Row) => row.id)

const AuditRow = builder.objectRef<Row>('AuditRow').implement({
  description: 'A deed: written in the same transaction, never changed. What changed nothing is not noted.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (row) => encodeId('AuditRow', row.id) }),
    uuid: t.exposeString('id', { description: 'Raw id, ordered by time.' }),
    occurredAt: t.field({ type: 'DateTime', description: 'When.', resolve: (row) => row.occurredAt }),
    actor: t.exposeString('actor', { description: 'Who, for example `key "laptop"`.' }),
    action: t.exposeString('action', { description: 'What, as `noun:verb`: the permission it took.' }),
    subject: t.exposeString('subject', { description: 'The raw id, or the name, of what it was done to.' }),
    subjectName: t.exposeString('subjectName', {
      nullable: true,
      description: 'Its name: as the deed has noted it, else as it is now. Null when it is gone, or has none.',
    }),
    details: t.field({ type: 'JSON', description: 'What else is known of it; never a secret.', resolve: (row) => row.details }),
  }),
})

const AuditRowConnection = connectionOf<Row>('AuditRow', AuditRow, 'deeds')

findNodesOf('AuditRow', async (context, uuid) => {
  permit(context.actor, 'audit-rows:read')
  return context.reader.load(auditRowLoader, uuid)
})

const AuditRowFilter = builder.inputRef<Filter>('AuditRowFilter').implement({
  description: 'Which deeds; everything given must hold.',
  fields: (t) => ({
    actor: t.field({ type: StringFilter, description: 'By who did it.' }),
    action: t.field({ type: StringFilter, description: 'By what was done.' }),
    subject: t.field({ type: StringFilter, description: 'By what it was done to.' }),
    occurredAt: t.field({ type: DateTimeFilter, description: 'By when.' }),
  }),
})

builder.queryField('auditRows', (t) =>
  t.field({
    type: AuditRowConnection,
    description: 'Who did what in the workspace, newest first. For administrators.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: AuditRowFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: async (_, { filter = null, ...page }, { actor, reader }, info) => {
      permit(actor, 'audit-rows:read')
      const rows = reader.run(listAuditRows({ filter, page: pageOf(page) }))
      return { count: selects(info, 'totalCount', 'totalCountIsExact') ? reader.run(countAuditRows(filter)) : null, page: await rows }
    },
  }),
)
