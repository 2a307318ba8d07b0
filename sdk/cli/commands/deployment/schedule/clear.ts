import { successOf } from '../../../read-result.ts'
import { safeLine } from '../../../safe-text.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { print, printJson } from '../../../terminal.ts'
import { findDeployment } from '../find-deployment.ts'
import { CLEAR, OF_DEPLOYMENT } from './documents.ts'

/** `weir deployment schedule clear FLOW/NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { uuid, fullName } = await findDeployment(client, OF_DEPLOYMENT, name)
  const { count } = successOf((await client.ask(CLEAR, { id: uuid })).clearSchedules)
  if (json) printJson({ deployment: fullName, deleted: count })
  else print(`Deleted ${count} ${count === 1 ? 'schedule' : 'schedules'} of ${safeLine(fullName)}.`)
}
