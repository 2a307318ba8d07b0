import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { DRAIN } from './documents.ts'
import { findWorker } from './find-worker.ts'
import { workerJson } from './worker-json.ts'

/** `weir worker drain NAME`: by its name, or its id. Says that it is told, and does not wait until it has left. */
export async function execute([wanted]: [string], options: CommonOptions & { pool?: string }): Promise<void> {
  const session = openSession(options)
  const { uuid, workPool } = await findWorker(session, wanted, options.pool)
  const { worker } = successOf((await session.client.ask(DRAIN, { id: uuid })).drainWorker)
  if (session.json) return printJson(workerJson(worker, workPool))
  const { slotsUsed } = worker
  const rest = slotsUsed === 0 ? 'leaves' : `leaves when its ${slotsUsed === 1 ? 'run has' : `${slotsUsed} runs have`} ended`
  print(`Worker ${safeLine(worker.name)} takes nothing new and ${rest}.`)
}
