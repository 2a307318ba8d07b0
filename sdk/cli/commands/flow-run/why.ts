import { formatDuration } from '../../../../core/duration.ts'
import { isFinal, type StateType } from '../../../../core/states.ts'
import { tellAsked } from '../../asked-parts.ts'
import { wrongUse } from '../../failure.ts'
import { rawId } from '../../raw-id.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { shellWord } from '../../shell-word.ts'
import { showAgo } from '../../show-time.ts'
import { print, printJson, showState, style } from '../../terminal.ts'
import { type FlowRunPause, type WaitingReason, WHY } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { waitingJson } from './waiting-json.ts'

/** `weir flow-run why ID`: the reasons, in order, why a run does not run. */
export async function execute([wanted]: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { flowRun: run } = await client.ask(WHY, { id: await findFlowRun(client, wanted as string) })
  if (!run) throw wrongUse('NOT_FOUND', `There is no flow run ${wanted}.`, 'List them: weir flow-run ls')
  if (json) return printJson({ id: run.uuid, name: run.name, state: run.state, waitingFor: run.why.waitingFor.map(waitingJson), pause: run.pause })
  if (run.why.waitingFor.length > 0) {
    printReasons(run.why.waitingFor)
    if (run.pause) printAsked(wanted as string, run.pause)
    return
  }
  const { type, timestamp } = run.state
  const rest = isFinal(type as StateType) ? ', it is over' : type === 'SCHEDULED' ? ', a worker is about to take it' : ''
  print(`${safeLine(run.name)} waits for nothing: ${showState(run.state)}${rest} ${style('dim', `(${showAgo(timestamp)})`)}`)
}

/** What a paused run asks for, and how it is answered. */
function printAsked(wanted: string, { inputSchema, defaults }: FlowRunPause): void {
  const said = inputSchema
    ? tellAsked(wanted, inputSchema, defaults)
    : `It asks for nothing, it only waits: weir flow-run resume ${shellWord(wanted)}`
  print(said.replace(/^/gm, '   '))
}

/** One line a reason, what would free it below. */
export function printReasons(reasons: readonly WaitingReason[]): void {
  for (const [index, reason] of reasons.entries()) {
    const since = reason.since ? style('dim', ` for ${formatDuration(Date.now() - Date.parse(reason.since))}`) : ''
    print(`${index + 1}. ${safeLine(reason.message)}${since}${reason.until ? style('dim', `, until ${showAgo(reason.until)}`) : ''}`)
    for (const holder of reason.holders)
      print(`   held by ${safeLine(holder.name)}${holder.flowRunId ? style('dim', ` ${rawId(holder.flowRunId)}`) : ''}`)
    if (reason.hint) print(`   ${style('dim', safeLine(reason.hint))}`)
  }
}
