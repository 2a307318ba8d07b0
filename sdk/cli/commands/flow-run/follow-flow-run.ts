import { isFinal, type StateType } from '../../../../core/states.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { showStack } from '../../show-stack.ts'
import { showClock } from '../../show-time.ts'
import { onInterrupt, print, printJsonLine, say, showState, style, styleError } from '../../terminal.ts'
import type { StateData } from '../states.ts'
import { FOLLOW, FOLLOW_LOGS, type FlowRunDetail } from './documents.ts'
import { mergeStreams, streamOf } from './merge-streams.ts'
import { showLog } from './show-log.ts'

/** Milliseconds that the last lines have after the run is over. */
const LAST_LINES = 3_000

/**
 * Shows states and log lines, each in the order in which they were recorded, until the run is over. Answers the exit code: 0 for COMPLETED, 1 for every other end.
 * Ctrl-C stops watching; the run goes on. `after` = the timestamp of the last state and the cursor of the last line that are not to be shown.
 */
export async function followFlowRun(
  client: GraphqlClient,
  id: string,
  json: boolean,
  after: { state?: string | undefined; log?: string | null | undefined } = {},
): Promise<number> {
  const stop = new AbortController()
  const onGap = (reason: string) => say(styleError('dim', `… ${reason} Trying again.`))
  const lines = mergeStreams()
  let told = after.state ?? ''
  const tell = (states: StateData[]) => {
    // Timestamps rise strictly within a run, so what is newer than the last told one is new.
    for (const state of states.filter(({ timestamp }) => timestamp > told)) {
      told = state.timestamp
      lines.add('states', state.timestamp, () => showStateLine(state, json))
    }
  }

  const followStates = async (): Promise<FlowRunDetail['state'] | null> => {
    const resume = <V>(last: { flowRunChanged: { cursor: string } }, variables: V): V => ({ ...variables, since: last.flowRunChanged.cursor })
    for await (const { flowRunChanged } of client.follow(FOLLOW, { id, since: null as string | null }, { resume, signal: stop.signal, onGap })) {
      const run = flowRunChanged.flowRun
      if (!run) continue
      // The end is shown last, by whoever waits for it; the history may know of it a moment before the state does.
      const last = run.stateHistory.at(-1)
      tell(last && isFinal(last.type as StateType) ? run.stateHistory.slice(0, -1) : run.stateHistory)
      if (isFinal(run.state.type as StateType)) return run.state
    }
    return null
  }
  const followLogs = async () => {
    const resume = <V>(last: { logs: { cursor: string } }, variables: V): V => ({ ...variables, after: last.logs.cursor })
    for await (const { logs } of client.follow(FOLLOW_LOGS, { id, after: after.log ?? null }, { resume, signal: stop.signal })) {
      for (const log of logs.logs) lines.add(streamOf(log), log.time, () => showLog(log, json))
      if (logs.complete) return
    }
  }

  const forget = onInterrupt(() => {
    lines.close()
    say(styleError('dim', `Not watched any more; the run goes on: weir flow-run watch ${id}`))
  })
  const logs = followLogs()
  logs.catch(() => {})
  const end = await followStates()
  // The last lines may still be on their way.
  await Promise.race([logs, new Promise((resolve) => setTimeout(resolve, LAST_LINES).unref())]).catch(() => {})
  stop.abort()
  forget()
  lines.close()
  if (!end) return 1
  showStateLine(end, json)
  if (!json && end.error?.stack) say(styleError('red', showStack(end.error.stack)))
  if (!json && end.exit?.stderr) say(`${styleError('dim', 'Last lines of stderr')}\n${safeText(end.exit.stderr)}`)
  return end.type === 'COMPLETED' ? 0 : 1
}

function showStateLine(state: StateData, json: boolean): void {
  const { type, name, message, timestamp } = state
  if (json) printJsonLine({ event: 'state', type, name, message, timestamp })
  else print(`${style('dim', showClock(timestamp))}  ${showState(state)}${message ? `  ${safeLine(message)}` : ''}`)
}
