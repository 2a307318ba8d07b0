import { confirm } from '../../ask-person.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { DELETE } from './documents.ts'
import { findVariable } from './find-variable.ts'
import { variableJson } from './variable-json.ts'

/** `weir variable unset NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<number | void> {
  const { client, json, mayAsk } = openSession(options)
  const variable = await findVariable(client, name)
  if (mayAsk && !(await confirm(`Delete variable "${safeLine(variable.name)}"?`))) {
    say('Nothing was changed.')
    return 1
  }
  successOf((await client.ask(DELETE, { id: variable.uuid })).deleteVariable)
  if (json) return printJson(variableJson(variable))
  print(`Deleted variable ${safeLine(variable.name)}.`)
}
