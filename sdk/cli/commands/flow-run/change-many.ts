/** What `cancel`, `retry` and `delete` do with a filter instead of a run: an operation of the control plane, followed until it is over. */
import { confirm } from '../../ask-person.ts'
import { wrongUse } from '../../failure.ts'
import type { Document } from '../../graphql.ts'
import { rawId } from '../../raw-id.ts'
import { successOf, type UnionError } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import type { CommonOptions, Session } from '../../session.ts'
import { onInterrupt, print, printJson, say, styleError } from '../../terminal.ts'
import { OPERATION, type OperationRow } from './documents.ts'
import { buildFilter, type FilterOptions } from './flow-run-filter.ts'

/** Options of a command that takes one run, or a filter for many. */
export type ManyOptions = CommonOptions & FilterOptions & { dryRun?: boolean }

/** A mutation that begins an operation, its field called `result`. */
export type ManyDocument = Document<
  { result: { __typename: string; matchedCount: number; matchedCountIsExact: boolean; operation: OperationRow | null } | UnionError },
  { input: Record<string, unknown> }
>

/** The filter that is meant in place of a run; null when a run is named. Throws Failure when neither or both are given. */
export function readMany(wanted: string | undefined, options: ManyOptions): Record<string, unknown> | null {
  const filter = buildFilter(options)
  if (wanted === undefined && filter === null)
    throw wrongUse('FLOW_RUN_MISSING', 'Which flow run?', 'Give its id or name, or say which: --flow NAME, --state TYPE … Every one: --filter {}')
  if (wanted !== undefined && filter !== null)
    throw wrongUse('FLOW_RUN_TWICE', `"${wanted}" names one flow run, and the flags say which of many.`, 'Leave one of them out.')
  if (wanted !== undefined && options.dryRun) throw wrongUse('WRONG_USE', '--dry-run counts the runs of a filter.', 'Leave it out for a single run.')
  return filter
}

/** Milliseconds between two looks at an operation. */
const LOOK = 300

/** Begins the operation, after asking at a terminal, and follows it. Answers the exit code: 1 when a run had to be left as it is. Throws Failure. */
export async function changeMany(
  { client, json, mayAsk }: Session,
  mutation: ManyDocument,
  input: Record<string, unknown>,
  { dryRun, verb, done }: { dryRun: boolean; verb: string; done: string },
): Promise<number> {
  const begin = async (more: object) => successOf((await client.ask(mutation, { input: { ...input, ...more } })).result)
  const count = (matched: { matchedCount: number; matchedCountIsExact: boolean }) =>
    `${matched.matchedCountIsExact ? '' : 'more than '}${matched.matchedCount} flow run${matched.matchedCount === 1 ? '' : 's'}`
  if (dryRun || mayAsk) {
    const matched = await begin({ dryRun: true })
    if (dryRun && json) printJson({ matched: matched.matchedCount, operation: null })
    else if (dryRun) print(`It would ${verb} ${count(matched)}.`)
    else if (matched.matchedCount === 0) say('No flow run matches.')
    if (dryRun || matched.matchedCount === 0) return 0
    if (!(await confirm(`${verb[0]?.toUpperCase()}${verb.slice(1)} ${count(matched)}?`))) {
      say('Nothing was changed.')
      return 1
    }
  }
  const { matchedCount, operation } = await begin({})
  const last = operation === null ? null : await follow(client, operation)
  if (json) printJson({ matched: matchedCount, operation: last === null ? null : operationJson(last) })
  else {
    print(`${done[0]?.toUpperCase()}${done.slice(1)}: ${last?.changedCount ?? 0} of ${matchedCount}.`)
    if (last && last.unchangedCount > 0) say(`${last.unchangedCount} were so already, or are gone.`)
    for (const refusal of last?.refusals ?? []) say(`${styleError('yellow', 'left')}: ${rawId(refusal.flowRunId)}  ${safeLine(refusal.message)}`)
    if (last && last.refusedCount > last.refusals.length) say(`… and ${last.refusedCount - last.refusals.length} more.`)
  }
  return last && (last.refusedCount > 0 || last.state !== 'COMPLETED') ? 1 : 0
}

async function follow(client: Session['client'], operation: OperationRow): Promise<OperationRow> {
  const forget = onInterrupt(() => say(styleError('dim', `\nNot watched any more; operation ${operation.uuid} goes on.`)))
  let last = operation
  while (last.state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK))
    last = (await client.ask(OPERATION, { id: operation.uuid })).operation ?? { ...last, state: 'STOPPED' }
  }
  forget()
  return last
}

/** The shape of an operation in `-o json`; stable. */
const operationJson = ({ uuid, refusals, ...operation }: OperationRow) => ({
  id: uuid,
  ...operation,
  refusals: refusals.map(({ flowRunId, message }) => ({ flowRunId: rawId(flowRunId), message })),
})
