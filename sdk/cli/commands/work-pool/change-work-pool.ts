import { successOf } from '../../read-result.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { UPDATE, type WorkPoolChange, type WorkPoolRow } from './documents.ts'
import { findWorkPool } from './find-work-pool.ts'
import { workPoolJson } from './work-pool-json.ts'

/** Changes the pool of this name and shows it: as JSON, or with what `tell` says. Throws Failure. */
export async function changeWorkPool(
  name: string,
  change: WorkPoolChange,
  options: CommonOptions,
  tell: (pool: WorkPoolRow) => string,
): Promise<void> {
  const { client, json } = openSession(options)
  const id = await findWorkPool(client, name)
  const { workPool } = successOf((await client.ask(UPDATE, { input: { id, ...change } })).updateWorkPool)
  if (json) printJson(workPoolJson(workPool))
  else print(tell(workPool))
}
