/** What PostgreSQL did for a statement, nested ones in functions included: auto_explain's plans with real row counts, run as role `weir_app`. */
import type pg from 'pg'
import { neon } from '@neondatabase/serverless'
import { drizzle } from 'drizzle-orm/neon-http'
import type { Statement } from '../../db/statement.ts'

/** One scan of a table. */
export interface Scan {
  table: string
  /** `Seq Scan`, `Index Scan`, `Index Only Scan`, `Bitmap Heap Scan`. */
  kind: string
  index: string | null
  /** Rows that were looked at, those that a filter removed included. */
  rows: number
  /** The statement that it belongs to. */
  text: string
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

const builder = drizzle(neon('postgres://nobody:nothing@localhost/none'))

/** Prepares a superuser's connection: every plan comes as a notice from now on. */
export async function watchPlans(client: pg.Client): Promise<void> {
  await client.query(`load 'auto_explain'`)
  await client.query(`set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off; set auto_explain.log_format = json; set auto_explain.log_level = notice`)
}

/** Runs a statement as `weir_app` in its workspace (or as `weir_system`) and answers its scans. Rolled back. */
export async function scansOf(client: pg.Client, statement: Statement<unknown>, workspaceId: string | null): Promise<Scan[]> {
  const { sql, params } = (
    statement.build(builder, workspaceId ?? '') as unknown as { _prepare(): { getQuery(): { sql: string; params: unknown[] } } }
  )
    ._prepare()
    .getQuery()
  const scans: Scan[] = []
  const collect = ({ message }: { message?: string }) => {
    const json = message?.slice(message.indexOf('{'))
    if (!message?.includes('plan:') || !json) return
    const { Plan, 'Query Text': text } = JSON.parse(json) as { Plan: PlanNode; 'Query Text': string }
    walk(Plan, text, scans)
  }
  client.on('notice', collect)
  try {
    await client.query('begin')
    await client.query(`select set_config('role', $1, true), set_config('app.workspace_id', $2, true)`, [
      workspaceId ? 'weir_app' : 'weir_system',
      workspaceId ?? '',
    ])
    scans.length = 0
    await client.query(sql, params)
    // A plan is told when its portal closes, which the next statement does.
    await client.query('select 1')
  } finally {
    client.off('notice', collect)
    await client.query('rollback')
  }
  return scans
}

function walk(node: PlanNode, text: string, scans: Scan[]): void {
  const table = node['Relation Name']
  if (table && /Scan$/.test(node['Node Type'])) {
    const perLoop = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
    scans.push({ table, kind: node['Node Type'], index: node['Index Name'] ?? null, rows: Math.round(perLoop * (node['Actual Loops'] ?? 1)), text })
  }
  for (const child of node.Plans ?? []) walk(child, text, scans)
}
