import { isFinal, type StateType } from '../../../../core/states.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { showClock } from '../../show-time.ts'
import { print, printJsonLine, say, showState, style, styleError } from '../../terminal.ts'
import { FOLLOW, FOLLOW_LOGS, type FlowRunDetail, type StateData } from './documents.ts'
import { showLog } from './show-log.ts'

/**
 * Shows states and log lines as they come until the run is over. Answers the exit code: 0 for COMPLETED, 1 for every other end.
 * On a terminal's Ctrl-C it stops watching; the run goes on.
 */
export async function followFlowRun(client: GraphqlClient, id: string, json: boolean): Promise<number> {
  const stop = new AbortController()
  const onGap = (reason: string) => say(styleError('dim', `… ${reason} Trying again.`))
  let told = ''
  let final: FlowRunDetail['state'] | null = null

  const tell = (states: StateData[]) => {
    // Timestamps rise strictly within a run, so what is newer than the last told one is new.
    for (const state of states.filter(({ timestamp }) => timestamp > told)) {
      told = state.timestamp
      if (json) printJsonLine({ event: 'state', ...state })
      else print(`${style('dim', showClock(state.timestamp))}  ${showState(state)}${state.message ? `  ${safeLine(state.message)}` : ''}`)
    }
  }
  const states = (async () => {
    for await (const { flowRunChanged } of client.follow(
      FOLLOW,
      { id, since: null as string | null },
      { resume: (last, variables) => ({ ...variables, since: last.flowRunChanged.cursor }), signal: stop.signal, onGap },
    )) {
      const run = flowRunChanged.flowRun
      if (!run) continue
      const over = isFinal(run.state.type as StateType)
      tell(over ? run.stateHistory.filter(({ type }) => !isFinal(type as StateType)) : run.stateHistory)
      if (over) {
        final = run.state
        return
      }
    }
  })()
  const logs = (async () => {
    for await (const { logs: message } of client.follow(
      FOLLOW_LOGS,
      { id, after: null as string | null },
      { resume: (last, variables) => ({ ...variables, after: last.logs.cursor }), signal: stop.signal, onGap: () => {} },
    )) {
      for (const log of message.logs) {
        if (json)
          printJsonLine({
            event: 'log',
            time: log.time,
            level: log.level,
            message: log.message,
            fields: log.fields,
            source: log.source,
            taskRunId: log.taskRunId,
          })
        else showLog(log, false)
      }
      if (message.complete) return
    }
  })()
  try {
    await states
    // The last lines may still be on their way.
    await Promise.race([logs, new Promise((resolve) => setTimeout(resolve, LAST_LINES).unref())])
  } finally {
    stop.abort()
    logs.catch(() => {})
  }
  const end = final as FlowRunDetail['state'] | null
  if (!end) return 1
  tell([end])
  if (!json && end.error?.stack) say(styleError('red', safeText(end.error.stack)))
  if (!json && end.exit?.stderr) say(`${styleError('dim', 'Last lines of stderr')}\n${safeText(end.exit.stderr)}`)
  return end.type === 'COMPLETED' ? 0 : 1
}

/** Milliseconds that the last lines have after the run is over. */
const LAST_LINES = 3_000
