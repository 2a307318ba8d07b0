import { tellAsked } from '../../asked-parts.ts'
import { askInput } from '../../ask-input.ts'
import { Failure, wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { type ParameterSchema, readParameters, readText } from '../../read-parameters.ts'
import { successOf } from '../../read-result.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession, type Session } from '../../session.ts'
import { shellWord } from '../../shell-word.ts'
import { print, printJson, say, showState } from '../../terminal.ts'
import { type FlowRunPause, PAUSED, PLACE, RESUME, type Resumed } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'
import { followFlowRun } from './follow-flow-run.ts'

interface Options extends CommonOptions {
  input?: string[]
  inputJson?: string
  watch?: boolean
}

/** `weir flow-run resume ID`: the run goes on with the answer that it asks for, at its own time when that is still to come. At a terminal it is asked for. Watched, it shows what comes from now on. */
export async function execute([wanted]: string[], options: Options): Promise<number | void> {
  const session = openSession(options)
  const { client, json, mayAsk } = session
  const id = await findFlowRun(client, wanted as string)
  const isGiven = options.input !== undefined || options.inputJson !== undefined
  const pause = options.input !== undefined || (mayAsk && !isGiven) ? await findPause(client, id) : null
  const before = options.watch ? (await client.ask(PLACE, { id })).flowRun : null
  const flowRun =
    !isGiven && pause?.inputSchema && mayAsk
      ? await askUntilAccepted(session, id, pause)
      : await answer(client, id, wanted as string, isGiven ? { input: readInput(options, pause) } : {})
  if (options.watch) return followFlowRun(client, id, json, { state: before?.state.timestamp, log: before?.logs.pageInfo.endCursor })
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}

const findPause = async (client: GraphqlClient, id: string): Promise<FlowRunPause | null> => (await client.ask(PAUSED, { id })).flowRun?.pause ?? null

/** `--input` wins over `--input-json`, part by part. */
function readInput({ input, inputJson }: Options, pause: FlowRunPause | null): unknown {
  if (input !== undefined) return readParameters(input, inputJson, pause?.inputSchema as ParameterSchema | null)
  const text = readText(inputJson as string, '--input-json')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrongUse('BAD_JSON', `--input-json is no JSON: ${(error as Error).message}.`, `For example --input-json '{"approved": true}'.`)
  }
}

/** Says what is asked, and how it is answered here, when the answer does not fit. */
async function answer(client: GraphqlClient, id: string, wanted: string, given: { input?: unknown }) {
  const resumed = (await client.ask(RESUME, { id, ...given })).resumeFlowRun
  if (resumed.__typename !== 'ValidationError') return successOf(resumed).flowRun
  const pause = await findPause(client, id)
  const hint = pause?.inputSchema
    ? tellAsked(wanted, pause.inputSchema, pause.defaults)
    : `It goes on without an answer: weir flow-run resume ${shellWord(wanted)}`
  if (!('input' in given)) throw wrongUse(resumed.code, 'The run asks for an answer, and none is given.', hint)
  return successOf(inItsParts({ ...resumed, hint })).flowRun
}

async function askUntilAccepted({ client }: Session, id: string, pause: FlowRunPause) {
  if (pause.message) say(safeText(pause.message))
  for (let defaults = pause.defaults; ; ) {
    const input = await askInput(pause.inputSchema as Record<string, unknown>, defaults)
    const resumed = (await client.ask(RESUME, { id, input })).resumeFlowRun
    try {
      return successOf(inItsParts(resumed)).flowRun
    } catch (error) {
      if (resumed.__typename !== 'ValidationError' || !(error instanceof Failure)) throw error
      say(error.message)
      // What was typed is suggested, so that only what was wrong has to be typed anew.
      if (typeof input === 'object' && input !== null) defaults = { ...defaults, ...input }
    }
  }
}

/** A refusal whose places are those of the answer: `approved` for the API's `input.approved`. */
function inItsParts(resumed: Resumed): Resumed {
  if (resumed.__typename !== 'ValidationError' || !('issues' in resumed)) return resumed
  const issues = (resumed.issues ?? []).map((issue) => ({ ...issue, path: issue.path[0] === 'input' ? issue.path.slice(1) : issue.path }))
  const [only, ...more] = issues
  const message = only && more.length === 0 ? [...(only.path.length > 0 ? [only.path.join('.')] : []), only.message].join(': ') : null
  return { ...resumed, issues, message: message === null ? 'The answer does not fit:' : `The answer does not fit: ${message}` }
}
