/** What most commands need: the settings, a client for the control plane they name, and how results are to be shown. */
import { readSettings, type Settings } from '../client/settings.ts'
import { SettingsError } from '../client/settings-error.ts'
import { noAccess, wrongUse } from './failure.ts'
import { type GraphqlClient, graphqlClient } from './graphql.ts'
import { showProgress } from './terminal.ts'

/** Options that every command has. */
export interface CommonOptions {
  apiUrl?: string
  apiKey?: string
  profile?: string
  output?: string
  /** False with `--no-prompt`. */
  prompt?: boolean
}

/** Of one command. */
export interface Session {
  settings: Settings
  client: GraphqlClient
  /** `-o json`. */
  json: boolean
  /** Whether questions may be asked. */
  mayAsk: boolean
}

/** Settings without a control plane being needed. Throws Failure. */
export const settingsOf = (options: CommonOptions): Settings => settled(() => readSettings(options))

/** What `read` answers; its SettingsError becomes a Failure. */
export function settled<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof SettingsError) throw wrongUse(error.code, error.message, error.hint)
    throw error
  }
}

/** Throws Failure 2 for a wrong option, 3 when no control plane is configured. */
export function openSession(options: CommonOptions): Session {
  const settings = settingsOf(options)
  if (settings.apiUrl === null) {
    throw noAccess(
      'NO_CONTROL_PLANE',
      `No control plane is configured, and none runs on ${settings.home}.`,
      'Start one with "weir server start", or name one with "weir login".',
    )
  }
  return { settings, client: withProgress(graphqlClient(settings.apiUrl, settings.apiKey)), json: wantsJson(options), mayAsk: mayAsk(options) }
}

/** The same client, which shows on stderr that it waits. */
function withProgress(client: GraphqlClient): GraphqlClient {
  const waiting = <Answer>(asked: Promise<Answer>): Promise<Answer> => asked.finally(showProgress('asking'))
  return {
    ...client,
    ask: (document, variables) => waiting(client.ask(document, variables)),
    askRaw: (text, variables, operationName) => waiting(client.askRaw(text, variables, operationName)),
  }
}

/** `-o json`; throws Failure for any other format. */
export function wantsJson({ output }: CommonOptions): boolean {
  if (output === undefined || output === 'table' || output === 'text') return false
  if (output === 'json') return true
  throw wrongUse('UNKNOWN_FORMAT', `There is no output format "${output}".`, 'Use -o json, or leave it out.')
}

/** Whether somebody sits at the terminal who may be asked. */
export const mayAsk = ({ prompt }: CommonOptions): boolean => prompt !== false && process.stdin.isTTY === true && process.stderr.isTTY === true
