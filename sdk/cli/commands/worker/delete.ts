import { wrongUse } from '../../failure.ts'
import { deleteThing } from '../../delete-thing.ts'
import { notFound } from '../../not-found.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { readPools } from './ls.ts'

/** `weir worker delete NAME`: by its name, or its id. */
export async function execute([wanted]: [string], options: CommonOptions & { pool?: string }): Promise<number> {
  const session = openSession(options)
  const workers = (await readPools(session, options.pool)).flatMap(({ name, workers }) => workers.map((worker) => ({ ...worker, pool: name })))
  const meant = workers.filter(({ name, uuid }) => name === wanted || uuid === wanted.toLowerCase())
  if (meant.length > 1) throw wrongUse('AMBIGUOUS', `${meant.length} work pools have a worker "${wanted}".`, `Say of which: --pool ${meant[0]?.pool}`)
  const [worker] = meant
  if (worker) return deleteThing(session, DELETE, { noun: 'worker', id: worker.uuid, name: worker.name })
  throw notFound(
    'worker',
    wanted,
    workers.map(({ name }) => name),
    'List them: weir worker ls',
  )
}
