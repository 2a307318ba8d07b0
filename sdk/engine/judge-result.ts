/**
 * What a returned value means: a plain value completes; a returned state is taken as it is; futures and states inside are waited for and judged, at any
 * depth: one that did not complete fails the whole; one that was cancelled cancels it.
 */
import type { StateType } from '../../core/states.ts'
import { didNotComplete, type TaskOutcome } from '../future.ts'
import { messageOf, UnsuccessfulState } from '../errors.ts'
import type { ResultReference } from '../results/result-store.ts'
import { isReturnedState } from '../states.ts'
import { findFutures, outcomesOf, replaceFutures } from './find-futures.ts'

/** What the run becomes, and what its caller gets. */
export interface Judgement {
  type: Extract<StateType, 'COMPLETED' | 'FAILED' | 'CANCELLED'>
  /** Undefined = the type's own. */
  name: string | undefined
  message: string | null
  /** For the caller, futures replaced by their values. */
  value: unknown
  /** What the caller gets thrown; undefined when it completed. */
  error: unknown
  /** Where the value was stored; undefined when it was not. */
  result?: ResultReference
  /** In so many bytes. */
  resultSize?: number
}

/** `what` names the run in errors: `flow run brave-otter`. Answers at once when nothing has to be waited for. */
export function judgeResult(returned: unknown, what: string): Judgement | Promise<Judgement> {
  if (typeof returned !== 'object' || returned === null) return completed(returned)
  const found = findFutures(returned)
  if (!found.any) return completed(returned)
  return judgeFindings(returned, found, what)
}

const completed = (value: unknown): Judgement => ({ type: 'COMPLETED', name: undefined, message: null, value, error: undefined })

async function judgeFindings(returned: unknown, { futures, states }: ReturnType<typeof findFutures>, what: string): Promise<Judgement> {
  const outcomes = await outcomesOf(futures.keys())
  const value = replaceFutures(returned, (future) => outcomes.get(future) as TaskOutcome)
  const failed: { text: string; error: unknown }[] = []
  let cancelled = false
  for (const [future, allowed] of futures) {
    const outcome = outcomes.get(future)
    if (allowed || outcome?.ok !== false) continue
    const ending = didNotComplete(future.state) ? future.state.name : 'Failed'
    cancelled ||= future.state.type === 'CANCELLED'
    failed.push({ text: `${future.name} (${ending}: ${messageOf(outcome.error)})`, error: outcome.error })
  }
  const outer = isReturnedState(returned) ? returned : null
  for (const state of states) {
    if (state === outer || state.type === 'COMPLETED') continue
    cancelled ||= state.type === 'CANCELLED'
    failed.push({ text: `a returned state (${state.name}${state.message ? `: ${state.message}` : ''})`, error: undefined })
  }
  if (outer && outer.type !== 'COMPLETED') {
    return {
      type: outer.type,
      name: outer.name,
      message: outer.message,
      value,
      error: new UnsuccessfulState(what, outer.type, outer.name, outer.message),
    }
  }
  const first = failed[0]
  if (first) {
    const all = futures.size + states.length - (outer ? 1 : 0)
    const message = `${failed.length} of ${all} returned ${all === 1 ? 'result' : 'results'} did not complete: ${failed
      .slice(0, 3)
      .map(({ text }) => text)
      .join(', ')}${failed.length > 3 ? ' and more' : ''}`
    const [type, name] = cancelled ? (['CANCELLED', 'Cancelled'] as const) : (['FAILED', 'Failed'] as const)
    return { type, name: undefined, message, value, error: (cancelled ? null : first.error) ?? new UnsuccessfulState(what, type, name, message) }
  }
  return { type: 'COMPLETED', name: outer?.name, message: outer?.message ?? null, value, error: undefined }
}
