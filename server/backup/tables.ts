/** The tables of a record, in an order in which rows can be written: what they refer to first. */
import type pg from 'pg'
import type { BackedUpTable } from './backup-file.ts'

/**
 * `migrations`: written by migrating. `changes`: two days of bells for live views, whose order is that of one database's transactions. `listened_topics`: who
 * looks at this moment. Of other tables no column of the kind xid8 is written: it says which of that database's transactions has stored the row.
 */
const LEFT_OUT = ['migrations', 'changes', 'listened_topics']

/** Tables that hold rows of their own (partitioned ones as a whole), with the columns that are written. */
export async function listTables(client: pg.Client): Promise<BackedUpTable[]> {
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    group by c.relname order by c.relname`)
  const { rows: references } = await client.query<{ from: string; to: string }>(`
    select distinct child.relname as "from", parent.relname as "to" from pg_constraint k
    join pg_class child on child.oid = k.conrelid join pg_class parent on parent.oid = k.confrelid
    where k.contype = 'f' and child.relnamespace = 'public'::regnamespace and child.oid <> parent.oid and not child.relispartition`)
  const ordered: BackedUpTable[] = []
  const left = tables.filter(({ name }) => !LEFT_OUT.includes(name))
  while (left.length > 0) {
    const isReady = ({ name }: BackedUpTable) => references.every(({ from, to }) => from !== name || !left.some((other) => other.name === to))
    const at = left.findIndex(isReady)
    if (at < 0) throw new Error(`these tables refer to each other in a circle: ${left.map(({ name }) => name).join(', ')}`)
    ordered.push(...left.splice(at, 1))
  }
  return ordered
}

/** A name as SQL wants it. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const quoteAll = (names: readonly string[]): string => names.map(quote).join(', ')
