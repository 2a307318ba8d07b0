import { printDetails } from '../../details.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { printJson, style } from '../../terminal.ts'
import { findVariable } from './find-variable.ts'
import { variableJson } from './variable-json.ts'

/** `weir variable inspect NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const variable = await findVariable(client, name)
  if (json) return printJson(variableJson(variable))
  printDetails(style('bold', safeLine(variable.name)), [
    ['Value', safeLine(JSON.stringify(variable.value))],
    ['Id', variable.uuid],
    ['Tags', safeLine(variable.tags.join(', '))],
    ['Created', showInstant(variable.createdAt)],
    ['Updated', `${showInstant(variable.updatedAt)}${variable.updatedBy ? ` by ${safeLine(variable.updatedBy)}` : ''}`],
  ])
}
