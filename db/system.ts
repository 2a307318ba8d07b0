/**
 * The record across workspaces, as role `weir_system`: key look-up, sign-in, sweeps, partitions. Only api/auth and api/maintenance may import it
 * (a lint rule and a test say so). Everything done for one workspace still goes through `inWorkspace`, under the same statements as the API's.
 */
import { type Answers, type Connection, type ConnectOptions, connect, queryBuilder, send } from './client.ts'
import type { QueryBuilder, SystemStatement } from './statement.ts'

export interface SystemDb extends Connection {
  run<Answer>(statement: SystemStatement<Answer>): Promise<Answer>
  /** One transaction, one round trip. */
  batch<const Statements extends readonly SystemStatement<unknown>[]>(...statements: Statements): Promise<Answers<Statements>>
}

/** Opens no connection: every batch is a request of its own. */
export function connectSystem(options: ConnectOptions): SystemDb {
  const query: QueryBuilder = queryBuilder(options)
  const { inWorkspace } = connect(options)
  const batch: SystemDb['batch'] = async (...statements) => {
    const results = await send(
      query,
      () => statements.map((one) => one.build(query, NO_WORKSPACE)),
      () => {},
    )
    return statements.map((one, index) => one.read(results[index])) as never
  }
  return { inWorkspace, batch, run: async (statement) => (await batch(statement))[0] as never }
}

/** Where a column must name a workspace and there is none: the sweep's own judge row. */
const NO_WORKSPACE = '00000000-0000-0000-0000-000000000000'
