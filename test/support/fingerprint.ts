/** What stands in the record of one workspace, so that a test can show that nothing has changed. Inside workerd. */
import { sql } from 'drizzle-orm'
import { query } from './engine-world.ts'

/** Moved by looking, not by changing: when a key was last used, when a judge last looked. */
const MOVED_BY_LOOKING = ['api_keys', 'judges', 'audit_rows']

/** Rows and their digest for each table that has a workspace. */
export async function fingerprint(workspaceId: string): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(sql`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege(c.oid, 'select')
    order by 1`)
  const digests = tables
    .filter(({ name }) => !MOVED_BY_LOOKING.includes(name))
    .map(
      ({ name }) => sql`
        select ${name}::text as name, count(*) || ' rows ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest
        from ${sql.identifier(name)} t where workspace_id = ${workspaceId}::uuid`,
    )
  const rows = await query<{ name: string; digest: string }>(sql.join(digests, sql` union all `))
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]))
}
