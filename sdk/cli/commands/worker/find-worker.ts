import { wrongUse } from '../../failure.ts'
import { notFound } from '../../not-found.ts'
import type { Session } from '../../session.ts'
import type { WorkerRow } from './documents.ts'
import { readPools } from './ls.ts'

/** The worker of this name or id, in the pool of that name or in any. Throws Failure when there is none, or more than one. */
export async function findWorker(session: Session, wanted: string, pool: string | undefined): Promise<WorkerRow & { workPool: string }> {
  const workers = (await readPools(session, pool)).flatMap(({ name, workers }) => workers.map((worker) => ({ ...worker, workPool: name })))
  const meant = workers.filter(({ name, uuid }) => name === wanted || uuid === wanted.toLowerCase())
  if (meant.length > 1)
    throw wrongUse('AMBIGUOUS', `${meant.length} work pools have a worker "${wanted}".`, `Say of which: --pool ${meant[0]?.workPool}`)
  const [worker] = meant
  if (worker) return worker
  throw notFound(
    'worker',
    wanted,
    workers.map(({ name }) => name),
    'List them: weir worker ls',
  )
}
