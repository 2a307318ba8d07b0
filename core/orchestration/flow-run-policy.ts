import { cancelAtOnceWithoutHolder } from './rules/cancel-at-once-without-holder.ts'
import { copyScheduledTime } from './rules/copy-scheduled-time.ts'
import { countRuns } from './rules/count-runs.ts'
import { endLeaseWithRun } from './rules/end-lease-with-run.ts'
import { keepCancelling } from './rules/keep-cancelling.ts'
import { nameRetries } from './rules/name-retries.ts'
import { onlyScheduledRunsAreLate } from './rules/only-scheduled-runs-are-late.ts'
import { pauseOnlyWhatCanWait } from './rules/pause-only-what-can-wait.ts'
import { preventDuplicateTransitions } from './rules/prevent-duplicate-transitions.ts'
import { preventSecondClaim } from './rules/prevent-second-claim.ts'
import { protectFinalState } from './rules/protect-final-state.ts'
import { refuseRetryWithoutDeployment } from './rules/refuse-retry-without-deployment.ts'
import { resumeOnlyInTime } from './rules/resume-only-in-time.ts'
import { retryFailedFlow } from './rules/retry-failed-flow.ts'
import { waitForScheduledTime } from './rules/wait-for-scheduled-time.ts'
import type { FlowRunTransition, Rule } from './transition.ts'

/** What may become of a flow run, asked in this order. Read it from top to bottom: it is the documentation. */
export const flowRunPolicy: readonly Rule<FlowRunTransition>[] = [
  preventDuplicateTransitions,
  protectFinalState,
  refuseRetryWithoutDeployment,
  keepCancelling,
  cancelAtOnceWithoutHolder,
  preventSecondClaim,
  onlyScheduledRunsAreLate,
  pauseOnlyWhatCanWait,
  resumeOnlyInTime,
  copyScheduledTime,
  waitForScheduledTime,
  retryFailedFlow,
  nameRetries,
  countRuns,
  endLeaseWithRun,
]

/** What still holds when a person changes a state by force. */
export const forcedFlowRunPolicy: readonly Rule<FlowRunTransition>[] = [preventDuplicateTransitions, countRuns, endLeaseWithRun]
