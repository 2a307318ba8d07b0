/** What follows a failed attempt of a flow run: the next one, now or later, or its end. */
import { newId } from '../../core/ids.ts'
import { decide } from '../../core/orchestration/decide.ts'
import { flowRunPolicy } from '../../core/orchestration/flow-run-policy.ts'
import { mayRetry, retryDelay, type RetryPolicy } from '../../core/retry-policy.ts'
import type { State } from '../../core/states.ts'
import type { FlowDefinition } from '../engine/flow-definition.ts'
import type { FlowRunRecord } from '../engine/recorder.ts'
import { isWorthRetrying } from './is-worth-retrying.ts'
import { policyAsked, policyFor } from './retry-policy.ts'

interface FailedRun {
  flow: FlowDefinition
  /** The deployment's, which goes before the flow's own; null = it has none. */
  policy: RetryPolicy | null
  record: FlowRunRecord
  /** A worker may start it again elsewhere. */
  mayRelease: boolean
}

/** What core makes of the failure: `failed` itself, or AwaitingRetry with its instant; and how many attempts there are in all. Enters nothing. */
export async function judgeFailure(
  { flow, policy, record, mayRelease }: FailedRun,
  failed: State,
  error: unknown,
  warn: (problem: string) => void,
): Promise<{ state: State; attempts: number }> {
  const context = { attempt: record.runCount, error }
  const plain = policy ?? flow.retries.policy
  const isWorth = await isWorthRetrying({ when: flow.retries.when, count: plain.count }, context, warn)
  const asked = () => (policy ? policyAsked(policy, error) : policyFor(flow.retries, context, warn))
  const retries = isWorth ? asked() : { ...plain, count: 0 }
  const verdict = decide(flowRunPolicy, {
    current: record.state,
    proposed: failed,
    now: failed.timestamp,
    random: Math.random(),
    newId,
    by: 'runner',
    run: {
      holder: { kind: 'runner' },
      runCount: record.runCount,
      deploymentId: mayRelease ? record.id : null,
      rootFlowRunId: record.parentFlowRunId === null ? null : record.rootFlowRunId,
      policy: { retries, retryOnCrash: 0, onContactLost: 'continue', startAgain: false },
    },
  })
  const state = verdict.kind === 'accept' || verdict.kind === 'reject' ? verdict.state : failed
  return { state, attempts: retries.count + 1 }
}

/**
 * Milliseconds until the next attempt, should this one have to be ended with its process, where no code of the author can be asked any more: a retry
 * condition then counts as "no". Null = there is none.
 */
export function retryAfterLoss({ retries }: FlowDefinition, deployed: RetryPolicy | null, runCount: number): number | null {
  const policy = deployed ?? retries.policy
  if (retries.when || !mayRetry(policy, runCount)) return null
  return retryDelay(policy, runCount, Math.random())
}
