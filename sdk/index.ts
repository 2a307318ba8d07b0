/** Everything an author imports from `weirflow`, name by name. */
export { flow } from './flow.ts'
export type { FinalState, Flow, FlowOptions } from './flow.ts'
export { task } from './task.ts'
export type { Accepted, Mapped, Resolved, SubmitOptions, Task, TaskOptions } from './task.ts'
export { allowFailure, asCompleted, TaskFuture, TaskFutures, unmapped, wait } from './future.ts'
export type { AllowedFailure, Unmapped } from './future.ts'
export { Cancelled, Completed, Failed } from './states.ts'
export type { ReturnedState, ReturnedStateOptions } from './states.ts'
export { logger } from './logger.ts'
export type { Logger } from './logger.ts'
export { runContext } from './run-context.ts'
export type { RunContext } from './run-context.ts'
export { DeploymentNotRun, runDeployment } from './run-deployment.ts'
export type { RunDeploymentOptions, StartedFlowRun } from './run-deployment.ts'
export { pause } from './pauses/pause.ts'
export type { PauseOptions } from './pauses/pause.ts'
export { InputInvalid, InputTimeout } from './pauses/errors.ts'
export { deploy, flowFrom, serve } from './deployments.ts'
export type { Deployment, SavedDeployment } from './deployments/deploy.ts'
export type { DeploymentOptions, DeploymentSchedule } from './deployments/deploy-options.ts'
export type { FlowSource } from './deployments/flow-from.ts'
export type { ServeOptions } from './deployments/serve.ts'
export { artifacts } from './artifacts.ts'
export { results } from './results/index.ts'
export { localFiles } from './results/local-files.ts'
export { serializers } from './results/serializers/index.ts'
export { StoredBytes } from './results/stored-bytes.ts'
export { ResultCorrupt, ResultMissing, ResultNotStorable, ResultStoreFailed } from './results/errors.ts'
export type { Results } from './results/result-settings.ts'
export type { ResultStore } from './results/result-store.ts'
export type { ResultReference } from './results/store-result.ts'
export type { Serializer, StoredContent } from './results/serializers/serializer.ts'
export { asyncRunner } from './async-runner.ts'
export { threadRunner } from './thread-runner.ts'
export type { ThreadRunnerOptions } from './thread-runner.ts'
export { ThreadDied } from './threads/task-thread.ts'
export { transfer } from './transfer.ts'
export type { TaskRunner } from './engine/task-place.ts'
export type { FlowContext } from './engine/flow-engine.ts'
export type { TaskContext } from './engine/task-engine.ts'
export type { FlowHook, HookFlowRun } from './engine/run-hooks.ts'
export type { RunName, TaskRunName } from './engine/name-run.ts'
export type { HookTaskRun, TaskHook } from './engine/run-task-hooks.ts'
export type { Retries, RetryContext, RetryOptions } from './retry-policy.ts'
export {
  DeploymentRefused,
  FlowRunEnded,
  ParametersInvalid,
  ParametersTooLarge,
  RetryAfter,
  RunCancelled,
  TimedOut,
  UnsuccessfulState,
  UpstreamFailed,
  UsageError,
  WeirError,
} from './errors.ts'
export type { ParameterIssue } from './errors.ts'
export type { Duration } from '../core/duration.ts'
export type { State, StateType } from '../core/states.ts'
