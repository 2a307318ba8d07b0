import { shellWord } from '../../shell-word.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { CREATE } from './documents.ts'
import { serviceAccountJson } from './service-account-json.ts'

/** `weir service-account create NAME`. */
export async function execute([name]: [string], options: CommonOptions & { role: string; description?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const { description } = options
  const input = { name, role: options.role.toUpperCase(), ...(description === undefined ? {} : { description }) }
  const { serviceAccount } = successOf((await client.ask(CREATE, { input })).createServiceAccount)
  if (json) return printJson(serviceAccountJson(serviceAccount))
  const shown = safeLine(serviceAccount.name)
  print(
    `Created service account ${shown} (${options.role}). Give it a key: weir api-key create NAME --service-account ${shellWord(serviceAccount.name)}`,
  )
}
