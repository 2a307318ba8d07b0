import { askInput } from '../../ask-input.ts'
import { Failure, wrongUse } from '../../failure.ts'
import { type ParameterSchema, readParameters, readText } from '../../read-parameters.ts'
import { successOf } from '../../read-result.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession, type Session } from '../../session.ts'
import { print, printJson, say, showState } from '../../terminal.ts'
import { type FlowRunPause, PAUSED, RESUME } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'

interface Options extends CommonOptions {
  input?: string[]
  inputJson?: string
}

/** `weir flow-run resume ID`: the run goes on with the answer that it asks for, at its own time when that is still to come. At a terminal it is asked for. */
export async function execute([wanted]: string[], options: Options): Promise<void> {
  const session = openSession(options)
  const { client, json, mayAsk } = session
  const id = await findFlowRun(client, wanted as string)
  const isGiven = options.input !== undefined || options.inputJson !== undefined
  const pause = options.input !== undefined || (mayAsk && !isGiven) ? ((await client.ask(PAUSED, { id })).flowRun?.pause ?? null) : null
  const flowRun =
    !isGiven && pause?.inputSchema && mayAsk
      ? await askUntilAccepted(session, id, pause)
      : successOf((await client.ask(RESUME, { id, ...(isGiven ? { input: readInput(options, pause) } : {}) })).resumeFlowRun).flowRun
  if (json) return printJson(flowRunJson(flowRun))
  print(`${showState(flowRun.state)}  ${safeLine(flowRun.name)}`)
}

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

async function askUntilAccepted({ client }: Session, id: string, pause: FlowRunPause) {
  if (pause.message) say(safeText(pause.message))
  for (let defaults = pause.defaults; ; ) {
    const input = await askInput(pause.inputSchema as Record<string, unknown>, defaults)
    const answer = (await client.ask(RESUME, { id, input })).resumeFlowRun
    try {
      return successOf(answer).flowRun
    } catch (error) {
      if (answer.__typename !== 'ValidationError' || !(error instanceof Failure)) throw error
      say(error.message)
      // What was typed is suggested, so that only what was wrong has to be typed anew.
      if (typeof input === 'object' && input !== null) defaults = { ...defaults, ...input }
    }
  }
}
