/** Why a run is not running: the reasons in the order in which they have to be cleared, each with words for people. */
import { describeDecay } from './concurrency.ts'
import { formatDuration } from './duration.ts'
import type { Instant } from './instant.ts'
import { shellWord } from './shell-word.ts'
import { isFinal, type State } from './states.ts'

export type WaitingKind =
  | 'NOT_DUE'
  | 'DEPLOYMENT_PAUSED'
  | 'QUEUE_PAUSED'
  | 'POOL_PAUSED'
  | 'EARLIER_RUN'
  | 'NO_WORKER'
  | 'NO_FREE_SLOT'
  | 'LIMIT_FULL'
  | 'WAITING_FOR_INPUT'
  | 'WAITING_FOR_RETRY'
  | 'STARTING'
  | 'NO_DEPLOYMENT'

export interface WaitingHolder {
  flowRunId: string | null
  name: string
  since: Instant | null
}

export interface WaitingReason {
  kind: WaitingKind
  message: string
  since: Instant | null
  until: Instant | null
  /** LIMIT_FULL, NO_FREE_SLOT: who holds the slots. EARLIER_RUN: the runs that it waits for. */
  holders: WaitingHolder[]
  /** What to do about it. */
  hint: string | null
}

/** All that is asked about; what is null does not exist for this run. */
export interface WaitingFacts {
  state: State
  /** When the run is due; null = at once. */
  scheduledTime: Instant | null
  hasHolder: boolean
  hasDeployment: boolean
  deployment: { name: string; isPaused: boolean } | null
  workQueue: { name: string; isPaused: boolean } | null
  workPool: {
    name: string
    type: string
    isPaused: boolean
    /** Workers ONLINE that serve the run's queue. */
    workersOnline: number
    /** Workers in contact that serve the run's queue, and take nothing new. */
    workersDraining: number
    freeSlots: number
    /** When the last worker was heard; null = never. */
    workerLastSeenAt: Instant | null
    holders: WaitingHolder[]
  } | null
  /** Earlier runs of its schedule that have not ended and in whose way it may not come. */
  earlier: WaitingHolder[]
  limits: { name: string; kind: 'deployment' | 'queue' | 'pool'; max: number; used: number; holders: WaitingHolder[] }[]
  /** Named limits that code or tasks of the running run wait for: how many of them, and since when. */
  slots: { name: string; max: number; used: number; decay: number | null; waiting: number; since: Instant; holders: WaitingHolder[] }[]
  now: Instant
}

/** Empty when the run runs and waits for no slots, is being cancelled, or is over. */
export function whyWaiting(facts: WaitingFacts): WaitingReason[] {
  const { state, now } = facts
  if (isFinal(state.type)) return []
  switch (state.type) {
    case 'PENDING':
      return [reason('STARTING', 'A worker has the run and is starting it', { since: state.timestamp })]
    case 'PAUSED': {
      const until = state.details.pauseUntil ?? null
      return [
        reason('WAITING_FOR_INPUT', state.message ?? 'Waiting for a person to go on', {
          since: state.timestamp,
          until,
          hint: 'Resume it, or cancel it',
        }),
      ]
    }
    case 'SCHEDULED':
      return facts.hasHolder ? [waitingForRetry(facts)] : whyScheduled(facts, now)
    case 'RUNNING':
      return facts.slots.map(waitingForSlots)
    default:
      return []
  }
}

function waitingForSlots({ name, max, used, decay, waiting, since, holders }: WaitingFacts['slots'][number]): WaitingReason {
  const who = waiting === 1 ? 'Something of the run waits' : `${waiting} things of the run wait`
  const taken = decay === null ? `${used} of ${max} taken` : `${Math.ceil(used)} of ${max} used, ${describeDecay(decay)}`
  const hint = decay === null ? 'Wait for one of them to give its slots back, or raise the limit' : 'Wait, or raise the limit or its slot decay'
  return reason('LIMIT_FULL', `${who} for a slot of concurrency limit ${name}: ${taken}`, { since, holders, hint })
}

function whyScheduled(facts: WaitingFacts, now: Instant): WaitingReason[] {
  const { state, scheduledTime, deployment, workQueue, workPool, limits } = facts
  const reasons: WaitingReason[] = []
  if (scheduledTime !== null && scheduledTime > now) {
    if (state.name === 'AwaitingRetry') reasons.push(waitingForRetry(facts))
    else
      reasons.push(
        reason('NOT_DUE', `Due in ${formatDuration(scheduledTime - now)}${state.message ? `: ${state.message}` : ''}`, { until: scheduledTime }),
      )
  }
  if (!facts.hasDeployment || !workPool) {
    return [
      ...reasons,
      reason('NO_DEPLOYMENT', 'The run belongs to no deployment with a work pool, so no worker can take it', {
        hint: 'Deploy the flow: weir deploy',
      }),
    ]
  }
  if (deployment?.isPaused) reasons.push(reason('DEPLOYMENT_PAUSED', `Deployment ${deployment.name} is paused`, { hint: 'Resume the deployment' }))
  if (workQueue?.isPaused) reasons.push(reason('QUEUE_PAUSED', `Work queue ${workQueue.name} is paused`, { hint: 'Resume the queue' }))
  if (workPool.isPaused) reasons.push(reason('POOL_PAUSED', `Work pool ${workPool.name} is paused`, { hint: 'Resume the pool' }))
  const [earliest] = facts.earlier
  if (earliest)
    reasons.push(
      reason('EARLIER_RUN', `An earlier run of its schedule has not ended: ${earliest.name}`, {
        holders: facts.earlier,
        hint: 'Wait for its end, cancel it, or choose another overlap for the schedule',
      }),
    )
  if (workPool.workersOnline === 0) reasons.push(withoutWorker(workPool, now))
  else if (workPool.freeSlots <= 0) {
    const message = `Every slot of the ${workPool.workersOnline} online ${workPool.workersOnline === 1 ? 'worker' : 'workers'} of pool ${workPool.name} is taken`
    reasons.push(reason('NO_FREE_SLOT', message, { holders: workPool.holders, hint: 'Start another worker, or one with a higher --limit' }))
  }
  for (const limit of limits) {
    if (limit.used < limit.max) continue
    const message = `The limit of ${limit.kind} ${limit.name} is full: ${limit.used} of ${limit.max} taken`
    reasons.push(reason('LIMIT_FULL', message, { holders: limit.holders, hint: 'Wait for one of them to end, or raise the limit' }))
  }
  return reasons
}

function withoutWorker({ name, type, workersDraining, workerLastSeenAt }: NonNullable<WaitingFacts['workPool']>, now: Instant): WaitingReason {
  const hint = `weir worker start --pool ${shellWord(name)}`
  if (workersDraining > 0) {
    const who =
      workersDraining === 1
        ? `The only worker of pool ${name} is leaving and takes`
        : `All ${workersDraining} workers of pool ${name} are leaving and take`
    return reason('NO_WORKER', `${who} nothing new`, { hint })
  }
  const seen = workerLastSeenAt === null ? 'there has never been one' : `the last one was heard ${formatDuration(now - workerLastSeenAt)} ago`
  return reason('NO_WORKER', `No ${type} worker of pool ${name} is online: ${seen}`, { since: workerLastSeenAt, hint })
}

function waitingForRetry({ state, scheduledTime, now }: WaitingFacts): WaitingReason {
  const until = state.details.scheduledTime ?? scheduledTime
  const when = until !== null && until > now ? `in ${formatDuration(until - now)}` : 'is due'
  return reason('WAITING_FOR_RETRY', `${state.message ?? 'The last attempt failed'}. The next one ${when}`, { since: state.timestamp, until })
}

const reason = (kind: WaitingKind, message: string, more: Partial<Omit<WaitingReason, 'kind' | 'message'>> = {}): WaitingReason => ({
  kind,
  message,
  since: null,
  until: null,
  holders: [],
  hint: null,
  ...more,
})
