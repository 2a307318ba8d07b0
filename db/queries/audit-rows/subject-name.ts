/** What the things that the audit speaks of are called. */
import { type SQL, sql } from 'drizzle-orm'
import { jsonb } from '../../statement.ts'
import type { Deed } from './deed.ts'

/** By the noun of an action: the select of the name, up to its `where`. */
const SELECTS = {
  'api-keys': sql`select thing.name from api_keys thing`,
  'block-types': sql`select thing.slug from block_types thing`,
  blocks: sql`select thing.type_slug || '/' || thing.name from blocks thing`,
  'concurrency-limits': sql`select thing.name from concurrency_limits thing`,
  deployments: sql`
    select flow.name || '/' || thing.name from deployments thing
    join flows flow on flow.workspace_id = thing.workspace_id and flow.id = thing.flow_id`,
  'flow-runs': sql`select thing.name from flow_runs thing`,
  flows: sql`select thing.name from flows thing`,
  schedules: sql`
    select flow.name || '/' || deployment.name || ' ' || thing.slug from schedules thing
    join deployments deployment on deployment.workspace_id = thing.workspace_id and deployment.id = thing.deployment_id
    join flows flow on flow.workspace_id = thing.workspace_id and flow.id = deployment.flow_id`,
  'service-accounts': sql`select thing.name from service_accounts thing`,
  variables: sql`select thing.name from variables thing`,
  'work-pools': sql`select thing.name from work_pools thing`,
  'work-queues': sql`select thing.name from work_queues thing`,
  workers: sql`select thing.name from workers thing`,
} satisfies Record<string, SQL>

export type NamedNoun = keyof typeof SELECTS

const NOUNS = Object.keys(SELECTS) as NamedNoun[]

/** The name that the thing of this id has now; null when it is gone. */
const nameNow = (noun: NamedNoun, workspaceId: string, id: SQL): SQL =>
  sql`(${SELECTS[noun]} where thing.workspace_id = ${workspaceId}::uuid and thing.id = ${id})`

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

/** In a select from `audit_rows`: what the subject is called, as the deed has noted it, else now. */
export const subjectName = (workspaceId: string): SQL => {
  const cases = NOUNS.map((noun) => sql`when ${noun} then ${nameNow(noun, workspaceId, sql`audit_rows.subject::uuid`)}`)
  return sql`coalesce(details ->> 'name', details ->> 'block',
    case when subject ~ ${UUID} then coalesce(
      case split_part(action, ':', 1) ${sql.join(cases, sql` `)} end,
      -- Several at once are deleted of a deployment.
      case when action = 'schedules:delete' then ${nameNow('deployments', workspaceId, sql`audit_rows.subject::uuid`)} end
    ) end, details ->> 'deployment', details ->> 'slug')`
}

/** The deed with the name of what it is about to delete: afterwards nobody could say it. */
export const namedDeed = (deed: Deed, noun: NamedNoun, workspaceId: string, id: string): SQL =>
  sql`coalesce(jsonb_set(${jsonb(deed)}, '{details,name}', to_jsonb(${nameNow(noun, workspaceId, sql`${id}::uuid`)})), ${jsonb(deed)})`
