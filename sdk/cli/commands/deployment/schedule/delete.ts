import { successOf } from '../../../read-result.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { print, printJson } from '../../../terminal.ts'
import { findSchedule } from './change-schedule.ts'
import { DELETE } from './documents.ts'

/** `weir deployment schedule delete FLOW/NAME SLUG`. */
export async function execute([name, wanted]: [string, string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { uuid, slug, deployment } = await findSchedule(client, name, wanted)
  successOf((await client.ask(DELETE, { id: uuid })).deleteSchedule)
  if (json) printJson({ id: uuid, slug, deployment: deployment.fullName, deleted: true })
  else print(`Deleted schedule ${slug} of ${safeLine(deployment.fullName)}.`)
}
