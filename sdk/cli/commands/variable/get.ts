import { safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { findVariable } from './find-variable.ts'

/** `weir variable get NAME`: the value alone; text as it is, everything else (and all of it with `-o json`) as JSON. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { value } = await findVariable(client, name)
  if (json || typeof value !== 'string') return printJson(value)
  // A script gets what was set; a terminal no control characters.
  print(process.stdout.isTTY ? safeText(value) : value)
}
