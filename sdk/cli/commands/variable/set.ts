import { readText, readValue } from '../../read-parameters.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { SET } from './documents.ts'
import { variableJson } from './variable-json.ts'

/** `weir variable set NAME VALUE`. */
export async function execute([name, given]: [string, string], options: CommonOptions & { text?: boolean; tag?: string[] }): Promise<void> {
  const { client, json } = openSession(options)
  const text = given === '-' || given.startsWith('@') ? readText(given, 'value').replace(/\r?\n$/, '') : given
  const input = { name, value: options.text ? text : readValue(text), ...(options.tag ? { tags: options.tag } : {}) }
  const { variable, created } = successOf((await client.ask(SET, { input })).setVariable)
  if (json) return printJson({ ...variableJson(variable), created })
  print(`${created ? 'Created' : 'Set'} variable ${safeLine(variable.name)} = ${safeLine(JSON.stringify(variable.value))}`)
}
