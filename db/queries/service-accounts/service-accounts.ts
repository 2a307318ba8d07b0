/** Service accounts: who a machine is. Their keys are API keys. */
import { sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, jsonb, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'
import type { ApiKeyRole } from '../api-keys/api-keys.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { namedDeed } from '../audit-rows/subject-name.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface ServiceAccountRow {
  id: string
  name: string
  description: string | null
  role: ApiKeyRole
  createdAt: Instant
  createdBy: string | null
}

/** By id, in any order. */
export const findServiceAccounts = (ids: readonly string[]): Statement<ServiceAccountRow[]> =>
  sqlStatement<SqlRow, ServiceAccountRow[]>(
    (workspaceId) => sql`select ${columns} from service_accounts where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(rowOf),
  )

const keyset: Keyset = { name: 'SERVICE_ACCOUNTS', direction: 'asc', columns: [{ expression: sql`id`, type: 'uuid', isValid: isUuid }] }

/** Oldest first. Throws BadCursor. */
export function listServiceAccounts(page: Page): Statement<Rows<ServiceAccountRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<SqlRow & { key: string[] }, Rows<ServiceAccountRow>>(
    (workspaceId) => sql`select ${columns}, ${key} as key from service_accounts where workspace_id = ${workspaceId}::uuid${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, rowOf),
  )
}

/** Exact to 10,000. */
export const countServiceAccounts = (): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) =>
      sql`select count(*)::int as counted from (select 1 from service_accounts where workspace_id = ${workspaceId}::uuid limit ${COUNTED_TO + 1}) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

type NewServiceAccount = Pick<ServiceAccountRow, 'id' | 'name' | 'description' | 'role' | 'createdBy'>

/** False when the name is taken: nothing was written. */
export const insertServiceAccount = ({ id, name, description, role, createdBy }: NewServiceAccount, deed: Deed): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      with made as (
        insert into service_accounts (workspace_id, id, name, description, role, created_at, created_by)
        values (${workspaceId}::uuid, ${id}::uuid, ${name}, ${description}, ${role}, now(), ${createdBy}) on conflict do nothing returning id
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from made
      )
      select id, (select count(*) from noted) from made`,
    (rows) => rows.length === 1,
  )

/** What is left out stays. `taken`: another one has the new name. Null when there is no such account. */
export const updateServiceAccount = (
  id: string,
  { name, description }: { name?: string; description?: string | null },
  deed: Deed,
): Statement<'changed' | 'taken' | null> =>
  sqlStatement<{ outcome: 'changed' | 'taken' | null }, 'changed' | 'taken' | null>(
    (workspaceId) => sql`
      with named as (
        select 1 from service_accounts where workspace_id = ${workspaceId}::uuid and name = ${name ?? null} and id <> ${id}::uuid
      ), changed as (
        update service_accounts set name = coalesce(${name ?? null}, name),
          description = case when ${description !== undefined}::boolean then ${description ?? null} else description end
        where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and not exists (select from named) returning id
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from changed
      )
      select case when exists (select from changed) then 'changed'
        when exists (select from service_accounts where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid) then 'taken' end as outcome,
        (select count(*) from noted)`,
    ([row]) => row?.outcome ?? null,
  )

/** Ids of its keys that worked until now; null when there is no such account. */
export const deleteServiceAccount = (id: string, deed: Deed): Statement<string[] | null> =>
  sqlStatement<{ revoked: string[] | null }, string[] | null>(
    (workspaceId) =>
      sql`select delete_service_account(${workspaceId}::uuid, ${id}::uuid, ${namedDeed(deed, 'service-accounts', workspaceId, id)}) as revoked`,
    ([row]) => row?.revoked ?? null,
  )

const columns = sql`id, name, description, role, created_at, created_by`
type SqlRow = RawRow & { id: string; name: string; description: string | null; role: ApiKeyRole; created_at: string; created_by: string | null }
const rowOf = (row: SqlRow): ServiceAccountRow => ({
  id: row.id,
  name: row.name,
  description: row.description,
  role: row.role,
  createdAt: instantOf(row.created_at),
  createdBy: row.created_by,
})
