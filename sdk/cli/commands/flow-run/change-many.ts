/** What `cancel`, `retry` and `delete` do with a filter instead of a run: an operation of the control plane, followed until it is over. */
import { confirm } from '../../ask-person.ts'
import { wrongUse } from '../../failure.ts'
import type { Document } from '../../graphql.ts'
import { successOf, type UnionError } from '../../read-result.ts'
import type { CommonOptions, Session } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import type { OperationRow } from '../operation/documents.ts'
import { followOperation } from '../operation/follow-operation.ts'
import { operationJson } from '../operation/operation-json.ts'
import { sayRefusals } from '../operation/show-operation.ts'
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
  const last = operation === null ? null : await followOperation(client, operation)
  if (json) printJson({ matched: matchedCount, operation: last === null ? null : operationJson(last) })
  else {
    print(`${done[0]?.toUpperCase()}${done.slice(1)}: ${last?.changedCount ?? 0} of ${matchedCount}.`)
    if (last && last.unchangedCount > 0) say(`${last.unchangedCount} were so already, or are gone.`)
    if (last) sayRefusals(last)
  }
  return last && (last.refusedCount > 0 || last.state !== 'COMPLETED') ? 1 : 0
}
