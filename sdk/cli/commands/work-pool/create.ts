import { shellWord } from '../../shell-word.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { CREATE } from './documents.ts'
import { readJobTemplate } from './read-job-template.ts'
import { workPoolJson } from './work-pool-json.ts'

interface Options extends CommonOptions {
  type: string
  description?: string
  concurrencyLimit?: number
  baseJobTemplate?: string
  ifMissing?: boolean
}

/** `weir work-pool create NAME`. */
export async function execute([name]: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const { type, description, concurrencyLimit, ifMissing = false } = options
  const baseJobTemplate = options.baseJobTemplate === undefined ? undefined : readJobTemplate(options.baseJobTemplate)
  const input = { name: name as string, type, description, concurrencyLimit, baseJobTemplate, ifMissing }
  const { workPool, created } = successOf((await client.ask(CREATE, { input })).createWorkPool)
  if (json) return printJson({ ...workPoolJson(workPool), created })
  print(
    created
      ? `Created work pool ${safeLine(workPool.name)} (${workPool.type}). Serve it: weir worker start --pool ${shellWord(workPool.name)}`
      : `Work pool ${safeLine(workPool.name)} is there already.`,
  )
}
