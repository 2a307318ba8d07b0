import { describeError, tellError } from '../../../engine/describe-error.ts'
import { Failure } from '../../failure.ts'
import { loadFlow, parameterSchemaOf, readEntrypoint } from '../../load-flow.ts'
import { type ParameterSchema, readParameters } from '../../read-parameters.ts'
import { readEnvFiles } from '../../read-env-files.ts'
import { safeText } from '../../safe-text.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { showStack } from '../../show-stack.ts'
import { print, printJson, say, styleError } from '../../terminal.ts'

interface Options extends CommonOptions {
  param?: string[]
  params?: string
  envFile?: string[]
}

/** `weir run FILE[:EXPORT]`: runs the flow here and prints its value as JSON. Exit code 1 when it failed; with `-o json` its error is JSON on stderr. */
export async function execute([target]: string[], options: Options): Promise<number> {
  const json = wantsJson(options)
  readEnvFiles(options.envFile)
  const entrypoint = readEntrypoint(target as string)
  useSettings(options)
  const loaded = await loadFlow(entrypoint)
  const parameters = readParameters(options.param, options.params, parameterSchemaOf(loaded) as ParameterSchema | null)
  let value: unknown
  try {
    value = await loaded.flow.run(parameters)
  } catch (error) {
    if (json) throw failureOf(error)
    say(styleError('red', tell(error)))
    return 1
  }
  if (json) printJson({ value: value ?? null })
  else if (value !== undefined) print(typeof value === 'string' ? safeText(value) : JSON.stringify(value, null, 2))
  return 0
}

/** The SDK in this process reads the environment; flags and profile are put there for it. */
function useSettings(options: CommonOptions): void {
  const { apiUrl, apiKey } = settingsOf(options)
  if (apiUrl !== null) process.env['WEIR_API_URL'] = apiUrl
  if (apiKey !== null) process.env['WEIR_API_KEY'] = apiKey
}

/** What the flow threw, as every command tells its errors. A code of ours (`parameters_invalid`) goes on; everything else is the flow's own failure. */
function failureOf(thrown: unknown): Failure {
  // By its shape: the flow may come with another copy of this package.
  const { code, hint } = thrown instanceof Error ? (thrown as Error & { code?: unknown; hint?: unknown }) : {}
  const isOurs = typeof code === 'string' && /^[a-z]+(_[a-z]+)+$/.test(code)
  const next = isOurs && typeof hint === 'string' ? hint : 'Without "-o json" the stack is shown.'
  return new Failure(1, isOurs ? code.toUpperCase() : 'FLOW_FAILED', tellError(thrown), next)
}

const tell = (thrown: unknown): string => showStack(describeError(thrown).stack ?? tellError(thrown))
