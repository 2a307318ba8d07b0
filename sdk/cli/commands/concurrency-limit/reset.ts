import { confirm } from '../../ask-person.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { RESET } from './documents.ts'
import { findLimit } from './find-limit.ts'
import { limitJson } from './limit-json.ts'

/** `weir concurrency-limit reset NAME [--lease ID]`. Answers 1 when the person would rather not. */
export async function execute([wanted]: [string], { lease, ...options }: CommonOptions & { lease?: string }): Promise<number> {
  const { client, json, mayAsk } = openSession(options)
  const { uuid, name } = await findLimit(client, wanted)
  const whose = lease === undefined ? 'all slots' : 'the slots of this lease'
  if (mayAsk && !(await confirm(`Take ${whose} of concurrency limit "${safeLine(name)}" away from those who hold them?`))) {
    say('Nothing was changed.')
    return 1
  }
  const input = { id: uuid, ...(lease === undefined ? {} : { leaseId: lease }) }
  const { concurrencyLimit, releasedLeases } = successOf((await client.ask(RESET, { input })).resetConcurrencyLimit)
  if (json) printJson({ ...limitJson(concurrencyLimit), releasedLeases })
  else print(`Ended ${releasedLeases} ${releasedLeases === 1 ? 'lease' : 'leases'} of concurrency limit ${safeLine(name)}.`)
  return 0
}
