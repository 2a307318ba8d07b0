/**
 * A person asks a run for its process. The run stays RUNNING, its state says so, and its runner is told; it suspends where its flow's function starts something
 * next, or comes to its end before that. Nothing is lost if the word is: the state says it again with the next report's answer.
 */
import type { Directive } from './protocol/reports.ts'
import { makeState, type State } from './states.ts'

/** In the place of the suspended state that somebody wanted: only the run can say when it is. */
export const suspendRequest = (wanted: State): State =>
  makeState({ ...wanted, type: 'RUNNING', name: 'Suspending', details: { ...wanted.details, suspends: true } })

export const isAskedToSuspend = ({ type, details }: State): boolean => type === 'RUNNING' && details.suspends === true

/** What its runner is told. */
export const suspendDirective = (asked: State): Directive => ({ kind: 'suspend', state: asked.id, by: asked.details.by ?? 'somebody' })
