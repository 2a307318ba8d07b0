import { wrongUse } from '../../failure.ts'
import { successOf } from '../../read-result.ts'
import { askForSecret, secretOfEnvironment, secretOfStdin } from '../../read-secret.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { SET } from './documents.ts'
import { secretJson } from './secret-json.ts'

interface Options extends CommonOptions {
  fromEnv?: string
  stdin?: boolean
  json?: boolean
}

/** `weir secret set NAME`. */
export async function execute([name]: [string], options: Options): Promise<void> {
  const { client, json, mayAsk } = openSession(options)
  if (options.fromEnv !== undefined && options.stdin) throw wrongUse('TOO_MUCH', 'The value comes from --from-env or from --stdin, not from both.')
  const text =
    options.fromEnv !== undefined
      ? secretOfEnvironment(options.fromEnv)
      : options.stdin
        ? secretOfStdin()
        : await askForSecret(`secret ${safeLine(name)}`, { mayAsk, instead: 'Use --from-env VARIABLE, or --stdin.' })
  const { block, created } = successOf(
    (await client.ask(SET, { input: { type: 'secret', name, data: { value: options.json ? readJson(text) : text } } })).saveBlock,
  )
  if (json) return printJson({ ...secretJson(block), created })
  print(`${created ? 'Created' : 'Set'} secret ${safeLine(block.name)}.`)
}

/** Throws Failure, without saying the text. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrongUse('BAD_JSON', 'The value is no JSON.', 'Leave out --json for a text.')
  }
}
