/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What a key may do; the exact table is in docs/graphql.md. */
export type ApiKeyRole =
  /** Everything, keys included. */
  | 'ADMIN'
  /** Deploys and runs. */
  | 'EDITOR'
  /** Reads. */
  | 'VIEWER'
  /** Serves a work pool, and nothing else. */
  | 'WORKER';

/** How an artifact is shown, and what its `data` is. */
export type ArtifactType =
  /** `{ "url" }`. */
  | 'IMAGE'
  /** `{ "url", "text" }`. */
  | 'LINK'
  /** Text in Markdown. */
  | 'MARKDOWN'
  /** 0 to 100; the same artifact again replaces it. */
  | 'PROGRESS'
  /** A list of objects, one a row. */
  | 'TABLE';

/** Which deeds; everything given must hold. */
export type AuditRowFilter = {
  /** By what was done. */
  action?: StringFilter | null | undefined;
  /** By who did it. */
  actor?: StringFilter | null | undefined;
  /** By when. */
  occurredAt?: DateTimeFilter | null | undefined;
  /** By what it was done to. */
  subject?: StringFilter | null | undefined;
};

/** Which blocks; everything given must hold. */
export type BlockFilter = {
  /** By name within the type. */
  name?: StringFilter | null | undefined;
  /** By the slug of the type. */
  type?: StringFilter | null | undefined;
};

/** Which run to stop. */
export type CancelFlowRunInput = {
  /** Its id or uuid. */
  id: string | number;
  /** For people; at most 1,000 characters. */
  reason?: string | null | undefined;
};

/** Which runs to stop. */
export type CancelFlowRunsInput = {
  /** Only counts them. */
  dryRun?: boolean | null | undefined;
  /** Which runs; `{}` = all of the workspace. Those that are made later are left alone. */
  filter: FlowRunFilter;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** It touches no more than so many, the earliest made first: 1 to 10000, which is also what it is when left out. */
  limit?: number | null | undefined;
  /** For people; at most 1,000 characters. */
  reason?: string | null | undefined;
};

/** A list of the workspace that can be listened to. */
export type ChangeTopic =
  /** Blocks and their types. */
  | 'BLOCKS'
  /** Concurrency limits; not who takes and gives back slots. */
  | 'CONCURRENCY_LIMITS'
  /** Deployments, their versions and schedules. */
  | 'DEPLOYMENTS'
  /** Flow runs and their states. */
  | 'FLOW_RUNS'
  /** Operations, and how far they are. */
  | 'OPERATIONS'
  /** Variables. */
  | 'VARIABLES'
  /** Work pools, their queues, workers and slots. */
  | 'WORK_POOLS';

/** Which concurrency limits; everything given must hold. */
export type ConcurrencyLimitFilter = {
  /** By name. */
  name?: StringFilter | null | undefined;
};

/** What a run does when its worker and the control plane have not answered for a while. */
export type ContactLost =
  /** It goes on and reports when it can. */
  | 'CONTINUE'
  /** It stops, so that another may take its place. */
  | 'STOP';

/** A new key for this workspace. */
export type CreateApiKeyInput = {
  /** Until when it works; for ever when left out. */
  expiresAt?: string | null | undefined;
  /** The same request with the same key makes no second one. At most 255 characters; remembered for seven days. */
  idempotencyKey?: string | null | undefined;
  /** What it is for: 1 to 255 characters without `/ % & < >`. */
  name: string;
  /** What it may do. Needed, except for a key of a service account, which has the role of that. */
  role?: ApiKeyRole | null | undefined;
  /** Narrower than its role: permissions such as `flow-runs:read`, or `flow-runs:*`. Everything that the role may when left out. */
  scopes?: Array<string> | null | undefined;
  /** Whose it is, by id or uuid; nobody in particular when left out. */
  serviceAccountId?: string | number | null | undefined;
};

/** A new block. */
export type CreateBlockInput = {
  /** An object that fits the schema of the type, at most 64 KiB. */
  data: unknown;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** Unique within its type: 1 to 100 of `a-z 0-9 - _`, a letter or digit first. */
  name: string;
  /** Slug of its type. */
  type: string;
};

/** A new concurrency limit. */
export type CreateConcurrencyLimitInput = {
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** False: it holds nobody back. True when left out. */
  isActive?: boolean | null | undefined;
  /** Slots that may be taken at once: 0 to 1,000,000. */
  limit: number;
  /** Unique in the workspace: 1 to 255 characters. `tag:x` holds tasks with the tag `x`. */
  name: string;
  /** Slots that come back in a second by themselves, which makes it a rate limit: 0.000001 to 1,000,000. Left out: slots come back when they are given back. */
  slotDecayPerSecond?: number | null | undefined;
};

/** A run of a deployment: `deploymentId` or `deploymentName` is needed. */
export type CreateFlowRunInput = {
  /** Its id or uuid. */
  deploymentId?: string | number | null | undefined;
  /** `flow/deployment`. */
  deploymentName?: string | null | undefined;
  /** The same key of the same flow again returns the run that exists. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** An object for the worker, over the deployment's. `env` maps are merged. */
  jobVariables?: unknown;
  /** 1 to 255 characters without `/ % & < >`; made up when left out. */
  name?: string | null | undefined;
  /** An object; goes over the deployment's defaults and must fit its schema. At most 512 KiB. */
  parameters?: unknown;
  /** The run that starts it; the one that asks, if it is one and this is left out. Null = nobody: it is linked to no run, and cancelled with none. */
  parent?: FlowRunParentInput | null | undefined;
  /** When it is due; now when left out. */
  scheduledTime?: string | null | undefined;
  /** Besides the deployment's. */
  tags?: Array<string> | null | undefined;
};

/** A new schedule of a deployment. */
export type CreateScheduleInput = {
  /** `SKIP` when left out. */
  catchUp?: ScheduleCatchUp | null | undefined;
  /** Its id or uuid; or `deploymentName`. */
  deploymentId?: string | number | null | undefined;
  /** `flow/deployment`; or `deploymentId`. */
  deploymentName?: string | null | undefined;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** Whether it begins paused. False when left out. */
  isPaused?: boolean | null | undefined;
  /** How late a missed one may still be met, in seconds: 0 to 30 days; 300 when left out. */
  maxLateness?: number | null | undefined;
  /** `ALLOW` when left out. */
  overlap?: ScheduleOverlap | null | undefined;
  /** Over the deployment's; an object. Together they must be what the flow needs. */
  parameters?: unknown;
  /** When it fires. */
  schedule: ScheduleInput;
  /** Unique within the deployment: a-z, 0-9 and hyphens. When left out: the kind, with a number behind it when that is taken. */
  slug?: string | null | undefined;
};

/** A new service account. */
export type CreateServiceAccountInput = {
  /** For people; at most 10,000 characters. */
  description?: string | null | undefined;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** Unique in the workspace: 1 to 255 characters without `/ % & < >`. */
  name: string;
  /** What its keys may do at most. */
  role: ApiKeyRole;
};

/** A new variable. */
export type CreateVariableInput = {
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** Unique in the workspace: 1 to 255 of `a-z 0-9 - _`. */
  name: string;
  /** For finding it again; none when left out. */
  tags?: Array<string> | null | undefined;
  /** Any JSON value, at most 5,000 characters; null when left out. */
  value?: unknown;
};

/** A new work pool. */
export type CreateWorkPoolInput = {
  /** As `WorkPool.baseJobTemplate`, at most 64 KiB; the default of the type when left out. */
  baseJobTemplate?: unknown;
  /** How many of its runs may hold a slot at a time: 1 to 1,000,000; no limit when left out. */
  concurrencyLimit?: number | null | undefined;
  /** For people; at most 10,000 characters. */
  description?: string | null | undefined;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** No error when a pool of this name and type is there already. */
  ifMissing?: boolean | null | undefined;
  /** Unique in the workspace: 1 to 255 characters without `/ % & < >`. */
  name: string;
  /** `process` when left out. */
  type?: string | null | undefined;
};

/** A new queue of a work pool. */
export type CreateWorkQueueInput = {
  /** How many of its runs may hold a slot at a time: 1 to 1,000,000; no limit when left out. */
  concurrencyLimit?: number | null | undefined;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** Unique in the pool: 1 to 255 characters without `/ % & < >`. */
  name: string;
  /** 1 to 1,000,000, 1 first, strictly: runs of a later queue wait while one of an earlier queue can be given out. 1 when left out. */
  priority?: number | null | undefined;
  /** The pool. */
  workPoolName: string;
};

/** An instant; everything given must hold. */
export type DateTimeFilter = {
  /** Then or later. */
  after?: string | null | undefined;
  /** Earlier than then. */
  before?: string | null | undefined;
};

/** Which block. */
export type DeleteBlockInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which concurrency limit. */
export type DeleteConcurrencyLimitInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which deployment. */
export type DeleteDeploymentInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which flow. */
export type DeleteFlowInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which flow run. */
export type DeleteFlowRunInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which runs to delete. */
export type DeleteFlowRunsInput = {
  /** Only counts them. */
  dryRun?: boolean | null | undefined;
  /** Which runs; `{}` = all of the workspace. Those that are made later are left alone. */
  filter: FlowRunFilter;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** It touches no more than so many, the earliest made first: 1 to 10000, which is also what it is when left out. */
  limit?: number | null | undefined;
};

/** Which schedule. */
export type DeleteScheduleInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which service account. */
export type DeleteServiceAccountInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which variable. */
export type DeleteVariableInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which work pool. */
export type DeleteWorkPoolInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which work queue. */
export type DeleteWorkQueueInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which deployments; everything given must hold. */
export type DeploymentFilter = {
  /** Of these flows. */
  flow?: ReferenceFilter | null | undefined;
  /** Whether its runs wait. */
  isPaused?: boolean | null | undefined;
  /** By its own name, without its flow's. */
  name?: StringFilter | null | undefined;
  /** By tags. */
  tags?: TagsFilter | null | undefined;
  /** In these work pools. */
  workPool?: ReferenceFilter | null | undefined;
};

/** Which worker. */
export type DrainWorkerInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** A length of time; everything given must hold. */
export type DurationFilter = {
  /** This long or longer. */
  atLeast?: number | null | undefined;
  /** This long or shorter. */
  atMost?: number | null | undefined;
};

/** Which flows; everything given must hold. */
export type FlowFilter = {
  /** By name. */
  name?: StringFilter | null | undefined;
};

/** Which flow runs; everything given must hold. At most 100 conditions, 10 levels deep. */
export type FlowRunFilter = {
  /** All of these hold. */
  and?: Array<FlowRunFilter> | null | undefined;
  /** When it was made. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Of these deployments. */
  deployment?: ReferenceFilter | null | undefined;
  /** From its first RUNNING to its end, or to now; a run that has not begun matches none. */
  duration?: DurationFilter | null | undefined;
  /** Of these flows. */
  flow?: ReferenceFilter | null | undefined;
  /** By its own id. */
  id?: IdFilter | null | undefined;
  /** By name. */
  name?: StringFilter | null | undefined;
  /** This does not hold. */
  not?: FlowRunFilter | null | undefined;
  /** At least one of these holds. */
  or?: Array<FlowRunFilter> | null | undefined;
  /** When it is or was due. */
  scheduledTime?: DateTimeFilter | null | undefined;
  /** First RUNNING. */
  startTime?: DateTimeFilter | null | undefined;
  /** By present state. */
  state?: StateFilter | null | undefined;
  /** By tags. */
  tags?: TagsFilter | null | undefined;
  /** In these work pools. */
  workPool?: ReferenceFilter | null | undefined;
};

/** Order of a list of flow runs. */
export type FlowRunOrder =
  /** Oldest first. */
  | 'CREATED_ASC'
  /** Newest first. */
  | 'CREATED_DESC'
  /** Due first first. */
  | 'SCHEDULED_TIME_ASC'
  /** Started last first; what has not started stands at the instant for which it is scheduled, else at that of its creation. */
  | 'START_TIME_DESC';

/** The run that starts another one. They are cancelled together. */
export type FlowRunParentInput = {
  /** Its id or uuid. */
  flowRunId: string | number;
  /** Its process waits for the new run, and lends it its slots meanwhile. Counts when a run asks for itself. */
  isWaiting?: boolean | null | undefined;
  /** UUID of its task run that stands for the new run. */
  taskRunId?: string | number | null | undefined;
  /** When it stops waiting; never when left out. */
  waitsUntil?: string | null | undefined;
};

/** An id; everything given must hold. */
export type IdFilter = {
  /** The uuid ends so: 4 to 36 of `0-9 a-f -`. Its first characters are a time, the last ones tell it apart. */
  endsWith?: string | null | undefined;
  /** One of these ids or uuids. */
  in?: Array<string | number> | null | undefined;
};

/** How much a line matters. */
export type LogLevel =
  /** `debug` and above, as a filter. */
  | 'DEBUG'
  /** `error` and above, as a filter. */
  | 'ERROR'
  /** `info` and above, as a filter. */
  | 'INFO'
  /** `warn` and above, as a filter. */
  | 'WARN';

/** What an operation does to each run. */
export type OperationKind =
  /** Asks it to stop. */
  | 'CANCEL_FLOW_RUNS'
  /** Deletes it. */
  | 'DELETE_FLOW_RUNS'
  /** Queues it again. */
  | 'RETRY_FLOW_RUNS';

/** Whether an operation goes on. */
export type OperationState =
  /** Every run was met. */
  | 'COMPLETED'
  /** Runs are still to be done. */
  | 'RUNNING'
  /** Somebody has stopped it; what was done stays done. */
  | 'STOPPED';

/** Which deployment. */
export type PauseDeploymentInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which run to set aside. */
export type PauseFlowRunInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which schedule. */
export type PauseScheduleInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** What it belongs to: one of these ids or one of these names. */
export type ReferenceFilter = {
  /** One of these ids or uuids. */
  id?: Array<string | number> | null | undefined;
  /** One of these names; deployments are named `flow/deployment`. */
  name?: Array<string> | null | undefined;
};

/** Whose slots are to be taken away. */
export type ResetConcurrencyLimitInput = {
  /** Id or uuid of the limit. */
  id: string | number;
  /** One lease, with everything that it holds, also of other limits. Left out: all of the limit. */
  leaseId?: string | null | undefined;
};

/** Which deployment. */
export type ResumeDeploymentInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which run is to go on. */
export type ResumeFlowRunInput = {
  /** Its id or uuid. */
  id: string | number;
  /** The answer to what it asks: must fit `pause { inputSchema }`, over its `defaults`. At most 512 KiB. */
  input?: unknown;
};

/** Which schedule. */
export type ResumeScheduleInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Which run to run again. */
export type RetryFlowRunInput = {
  /** Name of a task, or of one of its runs: what a durable run finished before it is used again. `flowRun { retryPreview }` says what. */
  fromTask?: string | null | undefined;
  /** Its id or uuid. */
  id: string | number;
  /** On the newest version of its deployment; on the one it is pinned to when left out. */
  onLatestVersion?: boolean | null | undefined;
};

/** Which runs to run again. */
export type RetryFlowRunsInput = {
  /** Only counts them. */
  dryRun?: boolean | null | undefined;
  /** Which runs; `{}` = all of the workspace. Those that are made later are left alone. */
  filter: FlowRunFilter;
  /** The same request with the same key is answered with what it made, for seven days. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** It touches no more than so many, the earliest made first: 1 to 10000, which is also what it is when left out. */
  limit?: number | null | undefined;
  /** On the newest version of their deployments; on the one they are pinned to when left out. */
  onLatestVersion?: boolean | null | undefined;
};

/** Which key. */
export type RevokeApiKeyInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** A key that is to be replaced. */
export type RotateApiKeyInput = {
  /** Until when the new one works; for ever when left out. */
  expiresAt?: string | null | undefined;
  /** Its id or uuid. */
  id: string | number;
  /** The same request with the same key makes no second one. At most 255 characters; remembered for seven days. */
  idempotencyKey?: string | null | undefined;
  /** How long it goes on working: 0 to 30 days, a day when left out. */
  overlap?: number | null | undefined;
};

/** What becomes of occurrences that were missed: no worker of the pool was online, or the control plane was away, until they were too late. */
export type ScheduleCatchUp =
  /** All run, however late. */
  | 'ALL'
  /** Only the newest runs; the others end as CANCELLED `Missed`. */
  | 'LATEST'
  /** They end as CANCELLED `Missed`. */
  | 'SKIP';

/** When something runs: one of `cron`, `interval` and `rrule`. */
export type ScheduleInput = {
  /** Wall time in the zone of the schedule, `2026-01-01T09:00`: an interval keeps step with it, an `rrule` without DTSTART begins there. When left out: when the schedule was created. */
  anchor?: string | null | undefined;
  /** Five fields, six with seconds first, or an alias such as `@daily`. `L`, `LW`, `15W`, `5L` and `5#2` are known. At most 1,000 characters. */
  cron?: string | null | undefined;
  /** With two restricted day fields of a cron: one of them has to match (true, also when left out), or both. A field that begins with `*` is not restricted. */
  dayOr?: boolean | null | undefined;
  /** Nothing from this instant on. */
  end?: string | null | undefined;
  /** Whole seconds, 1 or more. Whole days keep wall time; others are elapsed time. */
  interval?: number | null | undefined;
  /** `SHIFT` when left out. Crons that fire in every hour, and elapsed time, have no gap. */
  onGap?: ScheduleOnGap | null | undefined;
  /** `FIRST` when left out. Crons that fire in every hour, and elapsed time, always fire both times. */
  onOverlap?: ScheduleOnOverlap | null | undefined;
  /** A rule of RFC 5545, or a set: lines of DTSTART, RRULE, EXRULE, RDATE and EXDATE in any order. At most 6,500 characters. */
  rrule?: string | null | undefined;
  /** Nothing before; this instant may be the first. */
  start?: string | null | undefined;
  /** IANA name, for example `Europe/Berlin`; `UTC` when left out. */
  timezone?: string | null | undefined;
};

/** What happens to a wall time that does not exist because clocks are set forward. */
export type ScheduleOnGap =
  /** It fires at the first instant after the gap. */
  | 'SHIFT'
  /** It does not fire that day. */
  | 'SKIP';

/** What happens to a wall time that exists twice because clocks are set back. */
export type ScheduleOnOverlap =
  /** It fires both times. */
  | 'BOTH'
  /** It fires the first time. */
  | 'FIRST';

/** What becomes of an occurrence that comes while an earlier run of the schedule has not ended. */
export type ScheduleOverlap =
  /** It runs beside it. */
  | 'ALLOW'
  /** Earlier ones are cancelled; it runs as soon as they have ended. */
  | 'CANCEL_RUNNING'
  /** It waits until every earlier one has ended. */
  | 'QUEUE_ALL'
  /** It waits for it; only one waits at a time, further ones end as CANCELLED `Skipped`. */
  | 'QUEUE_ONE'
  /** It ends as CANCELLED `Skipped`. */
  | 'SKIP'
  /** Earlier ones are set to CANCELLED, whatever they do, and it runs at once. */
  | 'TERMINATE_RUNNING';

/** How a run has ended, whatever the record says. */
export type SetFlowRunStateInput = {
  /** Its id or uuid. */
  id: string | number;
  /** Why; at most 1,000 characters. */
  message?: string | null | undefined;
  /** The word people see; the type's own when left out. 1 to 255 characters without `/ % & < >`. */
  name?: string | null | undefined;
  /** COMPLETED, FAILED, CANCELLED or CRASHED. */
  type: StateType;
};

/** A present state; everything given must hold. */
export type StateFilter = {
  /** By name, for example `Late`. */
  name?: StringFilter | null | undefined;
  /** By type. */
  type?: StateTypeFilter | null | undefined;
};

/** The type drives every rule; a state's name is for people. */
export type StateType =
  /** Final: stopped on request. */
  | 'CANCELLED'
  /** Asked to stop. */
  | 'CANCELLING'
  /** Final: done. */
  | 'COMPLETED'
  /** Final: the infrastructure failed. */
  | 'CRASHED'
  /** Final: the author's code failed. */
  | 'FAILED'
  /** Waits for a person. */
  | 'PAUSED'
  /** Claimed by a worker, starting; for a task run: waits for upstream. */
  | 'PENDING'
  /** The author's code runs. */
  | 'RUNNING'
  /** Will run at its `scheduledTime`. */
  | 'SCHEDULED';

/** A state's type; everything given must hold. */
export type StateTypeFilter = {
  /** One of these. */
  in?: Array<StateType> | null | undefined;
  /** None of these. */
  notIn?: Array<StateType> | null | undefined;
};

/** Which operation. */
export type StopOperationInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** A text; everything given must hold. */
export type StringFilter = {
  /** This anywhere in it, in any case. */
  contains?: string | null | undefined;
  /** Exactly this. */
  equals?: string | null | undefined;
  /** One of these. */
  in?: Array<string> | null | undefined;
};

/** Which run to set aside. */
export type SuspendFlowRunInput = {
  /** Its id or uuid. */
  id: string | number;
};

/** Tags; everything given must hold. */
export type TagsFilter = {
  /** Has every one of these. */
  all?: Array<string> | null | undefined;
  /** Has at least one of these. */
  any?: Array<string> | null | undefined;
};

/** What is to be different about a block; what is left out stays as it is. */
export type UpdateBlockInput = {
  /** Other data, as a whole. `********` for a secret keeps the one that is there. */
  data?: unknown;
  /** Its id or uuid. */
  id: string | number;
  /** Another name within its type. */
  name?: string | null | undefined;
};

/** What is to be different about a concurrency limit; what is left out stays as it is. Nobody loses slots by it. */
export type UpdateConcurrencyLimitInput = {
  /** Its id or uuid. */
  id: string | number;
  /** False: it holds nobody back. */
  isActive?: boolean | null | undefined;
  /** Other slots: 0 to 1,000,000. Below what is taken, nobody gets any until it is less. */
  limit?: number | null | undefined;
  /** Another name. */
  name?: string | null | undefined;
  /** Slots that come back in a second by themselves, which makes it a rate limit: 0.000001 to 1,000,000. Null: slots come back when they are given back. */
  slotDecayPerSecond?: number | null | undefined;
};

/** What is to be different about a schedule; what is left out stays as it is. */
export type UpdateScheduleInput = {
  /** What becomes of missed occurrences. */
  catchUp?: ScheduleCatchUp | null | undefined;
  /** Its id or uuid. */
  id: string | number;
  /** How late a missed one may still be met, in seconds: 0 to 30 days. */
  maxLateness?: number | null | undefined;
  /** What becomes of an occurrence while an earlier one has not ended. */
  overlap?: ScheduleOverlap | null | undefined;
  /** Over the deployment's; null = none. */
  parameters?: unknown;
  /** When it fires: the whole of it. */
  schedule?: ScheduleInput | null | undefined;
  /** Unique within the deployment. */
  slug?: string | null | undefined;
};

/** What is to be different about a service account; what is left out stays as it is. */
export type UpdateServiceAccountInput = {
  /** For people, at most 10,000 characters; null = none. */
  description?: string | null | undefined;
  /** Its id or uuid. */
  id: string | number;
  /** Another name. */
  name?: string | null | undefined;
};

/** What is to be different about a variable; what is left out stays as it is. */
export type UpdateVariableInput = {
  /** Its id or uuid. */
  id: string | number;
  /** Another name. */
  name?: string | null | undefined;
  /** Other tags. */
  tags?: Array<string> | null | undefined;
  /** Another value; null is one. */
  value?: unknown;
};

/** What is to be different about a pool; what is left out stays as it is. */
export type UpdateWorkPoolInput = {
  /** As `WorkPool.baseJobTemplate`, at most 64 KiB; null = the default of its type. Runs that nobody has taken yet get the new one. */
  baseJobTemplate?: unknown;
  /** How many of its runs may hold a slot at a time: 1 to 1,000,000; null = no limit. */
  concurrencyLimit?: number | null | undefined;
  /** For people, at most 10,000 characters; null = none. */
  description?: string | null | undefined;
  /** Its id or uuid. */
  id: string | number;
  /** Whether its runs wait. What runs already goes on. */
  isPaused?: boolean | null | undefined;
};

/** What is to be different about a queue; what is left out stays as it is. */
export type UpdateWorkQueueInput = {
  /** How many of its runs may hold a slot at a time: 1 to 1,000,000; null = no limit. */
  concurrencyLimit?: number | null | undefined;
  /** Its id or uuid. */
  id: string | number;
  /** Whether its runs wait. What runs already goes on. */
  isPaused?: boolean | null | undefined;
  /** 1 first, strictly: 1 to 1,000,000. */
  priority?: number | null | undefined;
};

/** Which variables; everything given must hold. */
export type VariableFilter = {
  /** By name. */
  name?: StringFilter | null | undefined;
  /** By tags. */
  tags?: TagsFilter | null | undefined;
};

/** What a run waits for. */
export type WaitingKind =
  /** Its deployment is paused. */
  | 'DEPLOYMENT_PAUSED'
  /** An earlier run of its schedule has not ended. */
  | 'EARLIER_RUN'
  /** A limit that it comes under is full, or one whose slots its code or tasks wait for. */
  | 'LIMIT_FULL'
  /** Its time has not come. */
  | 'NOT_DUE'
  /** It belongs to no deployment, so no worker can take it. */
  | 'NO_DEPLOYMENT'
  /** Every slot of the online workers is taken. */
  | 'NO_FREE_SLOT'
  /** No worker of its pool is online, or all that are take nothing new. */
  | 'NO_WORKER'
  /** Its work pool is paused. */
  | 'POOL_PAUSED'
  /** Its work queue is paused. */
  | 'QUEUE_PAUSED'
  /** A worker has it and is starting it. */
  | 'STARTING'
  /** A person has to go on. */
  | 'WAITING_FOR_INPUT'
  /** It failed and is tried again later. */
  | 'WAITING_FOR_RETRY';

/** Whether a pool takes runs. */
export type WorkPoolStatus =
  /** No worker is online. */
  | 'NOT_READY'
  /** Its runs wait until it is resumed. */
  | 'PAUSED'
  /** A worker is online. */
  | 'READY';

/** Whether a worker is in contact. */
export type WorkerStatus =
  /** In contact, and takes nothing new: it leaves when its runs have ended. */
  | 'DRAINING'
  /** Not heard for 30 s, or it has said goodbye. */
  | 'OFFLINE'
  /** Heard less than 30 s ago. */
  | 'ONLINE';

export type ApiKeyRowFragment = { id: string, uuid: string, name: string, prefix: string, role: ApiKeyRole, scopes: Array<string> | null, createdAt: string, createdBy: string | null, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null, serviceAccount: { name: string } | null };

export type ApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeysQuery = { apiKeys: Array<{ id: string, uuid: string, name: string, prefix: string, role: ApiKeyRole, scopes: Array<string> | null, createdAt: string, createdBy: string | null, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null, serviceAccount: { name: string } | null }> };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'CreateApiKeySuccess', key: string, name: string }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type RotateApiKeyMutationVariables = Exact<{
  input: RotateApiKeyInput;
}>;


export type RotateApiKeyMutation = { rotateApiKey:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'RotateApiKeySuccess', key: string, apiKey: { name: string } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type RevokeApiKeyMutationVariables = Exact<{
  input: RevokeApiKeyInput;
}>;


export type RevokeApiKeyMutation = { revokeApiKey:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'RevokeApiKeySuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type AuditRowsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AuditRowFilter | null | undefined;
}>;


export type AuditRowsQuery = { auditRows: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, occurredAt: string, actor: string, action: string, subject: string, subjectName: string | null, details: unknown }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type BlockRowFragment = { id: string, uuid: string, name: string, fullName: string, typeSlug: string, data: unknown, updatedAt: string, updatedBy: string | null };

export type BlocksQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: BlockFilter | null | undefined;
}>;


export type BlocksQuery = { blocks: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, fullName: string, typeSlug: string, data: unknown, updatedAt: string, updatedBy: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type BlockTypesQueryVariables = Exact<{ [key: string]: never; }>;


export type BlockTypesQuery = { blockTypes: Array<{ id: string, slug: string, name: string, description: string | null, schema: Record<string, unknown>, secretFields: Array<string>, isBuiltIn: boolean }> };

export type CreateBlockMutationVariables = Exact<{
  input: CreateBlockInput;
}>;


export type CreateBlockMutation = { createBlock:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'CreateBlockSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type UpdateBlockMutationVariables = Exact<{
  input: UpdateBlockInput;
}>;


export type UpdateBlockMutation = { updateBlock:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'UpdateBlockSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type DeleteBlockMutationVariables = Exact<{
  input: DeleteBlockInput;
}>;


export type DeleteBlockMutation = { deleteBlock:
    | { __typename: 'DeleteBlockSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type ConcurrencyLimitRowFragment = { id: string, uuid: string, name: string, limit: number, isActive: boolean, slotDecayPerSecond: number | null, activeSlots: number, waitingCount: number, updatedAt: string, updatedBy: string | null };

export type ConcurrencyLeaseRowFragment = { leaseId: string, slots: number, holder: string, askedAt: string, takenAt: string | null, deadline: string | null, flowRun: { uuid: string, name: string, flow: { name: string }, state: { type: StateType, name: string } } | null };

export type ConcurrencyLimitsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ConcurrencyLimitFilter | null | undefined;
}>;


export type ConcurrencyLimitsQuery = { concurrencyLimits: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, limit: number, isActive: boolean, slotDecayPerSecond: number | null, activeSlots: number, waitingCount: number, updatedAt: string, updatedBy: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ConcurrencyLimitQueryVariables = Exact<{
  id: string | number;
}>;


export type ConcurrencyLimitQuery = { concurrencyLimit: { createdAt: string, id: string, uuid: string, name: string, limit: number, isActive: boolean, slotDecayPerSecond: number | null, activeSlots: number, waitingCount: number, updatedAt: string, updatedBy: string | null, holders: Array<{ leaseId: string, slots: number, holder: string, askedAt: string, takenAt: string | null, deadline: string | null, flowRun: { uuid: string, name: string, flow: { name: string }, state: { type: StateType, name: string } } | null }>, waiters: Array<{ leaseId: string, slots: number, holder: string, askedAt: string, takenAt: string | null, deadline: string | null, flowRun: { uuid: string, name: string, flow: { name: string }, state: { type: StateType, name: string } } | null }> } | null };

export type CreateConcurrencyLimitMutationVariables = Exact<{
  input: CreateConcurrencyLimitInput;
}>;


export type CreateConcurrencyLimitMutation = { createConcurrencyLimit:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'CreateConcurrencyLimitSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type UpdateConcurrencyLimitMutationVariables = Exact<{
  input: UpdateConcurrencyLimitInput;
}>;


export type UpdateConcurrencyLimitMutation = { updateConcurrencyLimit:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'UpdateConcurrencyLimitSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type ResetConcurrencyLimitMutationVariables = Exact<{
  input: ResetConcurrencyLimitInput;
}>;


export type ResetConcurrencyLimitMutation = { resetConcurrencyLimit:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ResetConcurrencyLimitSuccess', releasedLeases: number }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type DeleteConcurrencyLimitMutationVariables = Exact<{
  input: DeleteConcurrencyLimitInput;
}>;


export type DeleteConcurrencyLimitMutation = { deleteConcurrencyLimit:
    | { __typename: 'DeleteConcurrencyLimitSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type DeploymentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: DeploymentFilter | null | undefined;
}>;


export type DeploymentsQuery = { deployments: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, fullName: string, description: string | null, isPaused: boolean, tags: Array<string>, updatedAt: string, flow: { id: string, name: string }, workPool: { id: string, uuid: string, name: string } | null, version: { number: number, entrypoint: string, createdAt: string }, lastRuns: Array<{ uuid: string, name: string, stateType: StateType, stateName: string, startTime: string | null, endTime: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DeploymentFormQueryVariables = Exact<{
  id: string | number;
}>;


export type DeploymentFormQuery = { deployment: { id: string, name: string, fullName: string, parameters: unknown, parameterSchema: Record<string, unknown> | null, tags: Array<string>, isPaused: boolean, jobVariables: unknown, workPool: { name: string, baseJobTemplate: unknown, hasOwnJobTemplate: boolean } | null } | null };

export type DeploymentQueryVariables = Exact<{
  id: string | number;
}>;


export type DeploymentQuery = { deployment: { id: string, uuid: string, name: string, fullName: string, description: string | null, isPaused: boolean, tags: Array<string>, createdAt: string, updatedAt: string, parameters: unknown, parameterSchema: Record<string, unknown> | null, jobVariables: unknown, concurrencyLimit: number | null, onContactLost: ContactLost, retryOnCrash: number, startAgain: boolean, jobVariableIssues: Array<{ path: Array<string>, message: string }>, flow: { id: string, name: string }, workPool: { id: string, uuid: string, name: string, type: string, status: WorkPoolStatus } | null, workQueue: { id: string, name: string } | null, version: { uuid: string, number: number, entrypoint: string, path: string, contentHash: string | null, createdAt: string }, schedules: Array<{ id: string, words: string, isPaused: boolean }>, versions: Array<{ uuid: string, number: number, entrypoint: string, path: string, contentHash: string | null, createdAt: string }> } | null };

export type PauseDeploymentMutationVariables = Exact<{
  input: PauseDeploymentInput;
}>;


export type PauseDeploymentMutation = { pauseDeployment:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'PauseDeploymentSuccess', deployment: { id: string, isPaused: boolean } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type ResumeDeploymentMutationVariables = Exact<{
  input: ResumeDeploymentInput;
}>;


export type ResumeDeploymentMutation = { resumeDeployment:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ResumeDeploymentSuccess', deployment: { id: string, isPaused: boolean } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type DeleteDeploymentMutationVariables = Exact<{
  input: DeleteDeploymentInput;
}>;


export type DeleteDeploymentMutation = { deleteDeployment:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DeleteDeploymentSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type FlowRunRowFragment = { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } };

export type FlowRunsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: FlowRunFilter | null | undefined;
  orderBy?: FlowRunOrder | null | undefined;
}>;


export type FlowRunsQuery = { flowRuns: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CountFlowRunsQueryVariables = Exact<{
  fitting?: FlowRunFilter | null | undefined;
  every?: FlowRunFilter | null | undefined;
}>;


export type CountFlowRunsQuery = { fitting: { totalCount: number, totalCountIsExact: boolean }, every: { totalCount: number, totalCountIsExact: boolean } };

export type FlowRunsChangedSubscriptionVariables = Exact<{
  filter?: FlowRunFilter | null | undefined;
  since?: string | null | undefined;
}>;


export type FlowRunsChangedSubscription = { flowRunsChanged: { cursor: string, reset: boolean, others: Array<string>, flowRuns: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> } };

export type FlowRunDetailFragment = { epoch: number, idempotencyKey: string | null, createdBy: string | null, parameters: unknown, flowVersion: string | null, id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, times: { waiting: number, starting: number, running: number }, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, by: string | null, error: { name: string, message: string, stack: string | null } | null, exit: { code: number | null, signal: string | null, stderr: string | null } | null }, deployment: { id: string, uuid: string, name: string, fullName: string, parameterSchema: Record<string, unknown> | null } | null, deploymentVersion: { uuid: string, number: number, entrypoint: string, contentHash: string | null } | null, workPool: { id: string, uuid: string, name: string, type: string } | null, workQueue: { id: string, name: string } | null, worker: { id: string, name: string, hostname: string | null, status: WorkerStatus, version: string | null } | null, parentFlowRun: { id: string, uuid: string, name: string } | null, why: { waitingFor: Array<{ kind: WaitingKind, message: string, since: string | null, until: string | null, hint: string | null, holders: Array<{ flowRunId: string | null, name: string, since: string | null }> }> }, pause: { key: string | null, message: string | null, deadline: string | null, inputSchema: unknown, defaults: unknown, isSuspended: boolean } | null, flow: { id: string, name: string } };

export type FlowRunQueryVariables = Exact<{
  id: string | number;
}>;


export type FlowRunQuery = { flowRun: { epoch: number, idempotencyKey: string | null, createdBy: string | null, parameters: unknown, flowVersion: string | null, id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, times: { waiting: number, starting: number, running: number }, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, by: string | null, error: { name: string, message: string, stack: string | null } | null, exit: { code: number | null, signal: string | null, stderr: string | null } | null }, deployment: { id: string, uuid: string, name: string, fullName: string, parameterSchema: Record<string, unknown> | null } | null, deploymentVersion: { uuid: string, number: number, entrypoint: string, contentHash: string | null } | null, workPool: { id: string, uuid: string, name: string, type: string } | null, workQueue: { id: string, name: string } | null, worker: { id: string, name: string, hostname: string | null, status: WorkerStatus, version: string | null } | null, parentFlowRun: { id: string, uuid: string, name: string } | null, why: { waitingFor: Array<{ kind: WaitingKind, message: string, since: string | null, until: string | null, hint: string | null, holders: Array<{ flowRunId: string | null, name: string, since: string | null }> }> }, pause: { key: string | null, message: string | null, deadline: string | null, inputSchema: unknown, defaults: unknown, isSuspended: boolean } | null, flow: { id: string, name: string } } | null };

export type FlowRunChangedSubscriptionVariables = Exact<{
  id: string | number;
  since?: string | null | undefined;
}>;


export type FlowRunChangedSubscription = { flowRunChanged: { cursor: string, reset: boolean, changed: Array<string>, flowRun: { epoch: number, idempotencyKey: string | null, createdBy: string | null, parameters: unknown, flowVersion: string | null, id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, times: { waiting: number, starting: number, running: number }, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, by: string | null, error: { name: string, message: string, stack: string | null } | null, exit: { code: number | null, signal: string | null, stderr: string | null } | null }, deployment: { id: string, uuid: string, name: string, fullName: string, parameterSchema: Record<string, unknown> | null } | null, deploymentVersion: { uuid: string, number: number, entrypoint: string, contentHash: string | null } | null, workPool: { id: string, uuid: string, name: string, type: string } | null, workQueue: { id: string, name: string } | null, worker: { id: string, name: string, hostname: string | null, status: WorkerStatus, version: string | null } | null, parentFlowRun: { id: string, uuid: string, name: string } | null, why: { waitingFor: Array<{ kind: WaitingKind, message: string, since: string | null, until: string | null, hint: string | null, holders: Array<{ flowRunId: string | null, name: string, since: string | null }> }> }, pause: { key: string | null, message: string | null, deadline: string | null, inputSchema: unknown, defaults: unknown, isSuspended: boolean } | null, flow: { id: string, name: string } } | null } };

export type FlowRunStatesQueryVariables = Exact<{
  id: string | number;
}>;


export type FlowRunStatesQuery = { flowRun: { stateHistory: Array<{ id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, by: string | null, error: { name: string, message: string, stack: string | null } | null, exit: { code: number | null, signal: string | null, stderr: string | null } | null }>, childFlowRuns: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> } | null };

export type FlowRunFindingsQueryVariables = Exact<{
  id: string | number;
}>;


export type FlowRunFindingsQuery = { flowRun: { artifacts: Array<{ id: string, key: string | null, type: ArtifactType, description: string | null, data: unknown, taskRunId: string | null, createdAt: string, updatedAt: string }> } | null, events: { totalCount: number, nodes: Array<{ id: string, uuid: string, name: string, occurred: string, payload: unknown, taskRunId: string | null, resource: { id: string } }> } };

export type FailingTaskRunsQueryVariables = Exact<{
  id: string | number;
}>;


export type FailingTaskRunsQuery = { flowRun: { taskRuns: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, name: string, runCount: number, endTime: string | null, state: { type: StateType, name: string, message: string | null, error: { name: string, message: string, stack: string | null } | null } }> } } | null };

export type LastLinesQueryVariables = Exact<{
  id: string | number;
  taskRunId?: string | number | null | undefined;
}>;


export type LastLinesQuery = { flowRun: { logs: { nodes: Array<{ cursor: string, time: string, level: LogLevel, message: string, taskRunId: string | null, source: string | null }> } } | null };

export type CancelFlowRunMutationVariables = Exact<{
  input: CancelFlowRunInput;
}>;


export type CancelFlowRunMutation = { cancelFlowRun:
    | { __typename: 'CancelFlowRunSuccess', flowRun: { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } } }
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type RetryFlowRunMutationVariables = Exact<{
  input: RetryFlowRunInput;
}>;


export type RetryFlowRunMutation = { retryFlowRun:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'RetryFlowRunSuccess', flowRun: { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type RetryPreviewQueryVariables = Exact<{
  id: string | number;
  fromTask: string;
}>;


export type RetryPreviewQuery = { flowRun: { retryPreview: { problem: string | null, reused: Array<string>, reusedCount: number, again: Array<string>, againCount: number } } | null };

export type PauseFlowRunMutationVariables = Exact<{
  input: PauseFlowRunInput;
}>;


export type PauseFlowRunMutation = { pauseFlowRun:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'PauseFlowRunSuccess', flowRun: { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type SuspendFlowRunMutationVariables = Exact<{
  input: SuspendFlowRunInput;
}>;


export type SuspendFlowRunMutation = { suspendFlowRun:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'SuspendFlowRunSuccess', flowRun: { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type ResumeFlowRunMutationVariables = Exact<{
  input: ResumeFlowRunInput;
}>;


export type ResumeFlowRunMutation = { resumeFlowRun:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ResumeFlowRunSuccess', flowRun: { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type SetFlowRunStateMutationVariables = Exact<{
  input: SetFlowRunStateInput;
}>;


export type SetFlowRunStateMutation = { setFlowRunState:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'SetFlowRunStateSuccess', flowRun: { id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type CreateFlowRunMutationVariables = Exact<{
  input: CreateFlowRunInput;
}>;


export type CreateFlowRunMutation = { createFlowRun:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'CreateFlowRunSuccess', existed: boolean, warnings: Array<string>, flowRun: { id: string, uuid: string, name: string } }
    | { __typename: 'LimitExceededError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string, expected: string | null }> }
   };

export type FilterChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type FilterChoicesQuery = { deployments: { nodes: Array<{ fullName: string, tags: Array<string>, flow: { name: string } }> }, workPools: { nodes: Array<{ name: string }> } };

export type DeleteFlowRunMutationVariables = Exact<{
  input: DeleteFlowRunInput;
}>;


export type DeleteFlowRunMutation = { deleteFlowRun:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DeleteFlowRunSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type LastRunRowFragment = { uuid: string, name: string, stateType: StateType, stateName: string, startTime: string | null, endTime: string };

export type FlowsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: FlowFilter | null | undefined;
}>;


export type FlowsQuery = { flows: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, createdAt: string, deployments: Array<{ id: string, uuid: string, name: string, fullName: string, isPaused: boolean }>, lastRuns: Array<{ uuid: string, name: string, stateType: StateType, stateName: string, startTime: string | null, endTime: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FlowQueryVariables = Exact<{
  id: string | number;
}>;


export type FlowQuery = { flow: { id: string, uuid: string, name: string, createdAt: string, deployments: Array<{ id: string, uuid: string, name: string, fullName: string, description: string | null, isPaused: boolean, tags: Array<string>, updatedAt: string, flow: { id: string, name: string }, workPool: { id: string, uuid: string, name: string } | null, version: { number: number, entrypoint: string, createdAt: string }, lastRuns: Array<{ uuid: string, name: string, stateType: StateType, stateName: string, startTime: string | null, endTime: string }> }> } | null };

export type DeleteFlowMutationVariables = Exact<{
  input: DeleteFlowInput;
}>;


export type DeleteFlowMutation = { deleteFlow:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DeleteFlowSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type HomeQueryVariables = Exact<{
  from: string;
  to: string;
  steps: number;
  now: string;
}>;


export type HomeQuery = { flowRunHistogram: { from: string, to: string, step: number, isExact: boolean, series: Array<{ stateType: StateType, counts: Array<number> }> }, failed: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> }, waiting: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> }, paused: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> }, running: { totalCount: number, totalCountIsExact: boolean }, next: { nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> }, any: { nodes: Array<{ id: string }> }, deployments: { nodes: Array<{ fullName: string }> }, workPools: { nodes: Array<{ id: string, uuid: string, name: string, isPaused: boolean, status: WorkPoolStatus, concurrencyLimit: number | null, slotsUsed: number, waitingCount: number, workers: Array<{ status: WorkerStatus, slots: number, slotsUsed: number }> }> } };

export type ChangesSubscriptionVariables = Exact<{
  topics: Array<ChangeTopic> | ChangeTopic;
  since?: string | null | undefined;
}>;


export type ChangesSubscription = { changes: { cursor: string, reset: boolean, topics: Array<ChangeTopic> } };

export type LogsQueryVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type LogsQuery = { flowRun: { logs: { nodes: Array<{ cursor: string, time: string, level: LogLevel, message: string, taskRunId: string | null, source: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TaskLogsQueryVariables = Exact<{
  flowRunId: string | number;
  taskRunId: string | number;
  after?: string | null | undefined;
}>;


export type TaskLogsQuery = { flowRun: { logs: { nodes: Array<{ cursor: string, time: string, level: LogLevel, message: string, taskRunId: string | null, source: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type OperationRowFragment = { id: string, kind: OperationKind, state: OperationState, isStopping: boolean, createdBy: string, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> };

export type OperationsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperationsQuery = { operations: { nodes: Array<{ id: string, kind: OperationKind, state: OperationState, isStopping: boolean, createdBy: string, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> }> } };

export type StopOperationMutationVariables = Exact<{
  input: StopOperationInput;
}>;


export type StopOperationMutation = { stopOperation:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'StopOperationSuccess', operation: { id: string, kind: OperationKind, state: OperationState, isStopping: boolean, createdBy: string, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type CancelFlowRunsMutationVariables = Exact<{
  input: CancelFlowRunsInput;
}>;


export type CancelFlowRunsMutation = { cancelFlowRuns:
    | { __typename: 'CancelFlowRunsSuccess', operation: { id: string, kind: OperationKind, state: OperationState, isStopping: boolean, createdBy: string, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> } | null }
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type RetryFlowRunsMutationVariables = Exact<{
  input: RetryFlowRunsInput;
}>;


export type RetryFlowRunsMutation = { retryFlowRuns:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'RetryFlowRunsSuccess', operation: { id: string, kind: OperationKind, state: OperationState, isStopping: boolean, createdBy: string, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> } | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type DeleteFlowRunsMutationVariables = Exact<{
  input: DeleteFlowRunsInput;
}>;


export type DeleteFlowRunsMutation = { deleteFlowRuns:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DeleteFlowRunsSuccess', operation: { id: string, kind: OperationKind, state: OperationState, isStopping: boolean, createdBy: string, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> } | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type ScheduleCardFragment = { id: string, uuid: string, slug: string, words: string, isPaused: boolean, cron: string | null, dayOr: boolean | null, interval: number | null, anchor: string | null, rrule: string | null, timezone: string, onGap: ScheduleOnGap, onOverlap: ScheduleOnOverlap, start: string | null, end: string | null, catchUp: ScheduleCatchUp, maxLateness: number, overlap: ScheduleOverlap, parameters: unknown, createdAt: string, nextInstants: Array<string> };

export type SchedulesQueryVariables = Exact<{
  deploymentId: string | number;
}>;


export type SchedulesQuery = { deployment: { schedules: Array<{ id: string, uuid: string, slug: string, words: string, isPaused: boolean, cron: string | null, dayOr: boolean | null, interval: number | null, anchor: string | null, rrule: string | null, timezone: string, onGap: ScheduleOnGap, onOverlap: ScheduleOnOverlap, start: string | null, end: string | null, catchUp: ScheduleCatchUp, maxLateness: number, overlap: ScheduleOverlap, parameters: unknown, createdAt: string, nextInstants: Array<string> }> } | null };

export type CreateScheduleMutationVariables = Exact<{
  input: CreateScheduleInput;
}>;


export type CreateScheduleMutation = { createSchedule:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'CreateScheduleSuccess', schedule: { id: string } }
    | { __typename: 'LimitExceededError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type UpdateScheduleMutationVariables = Exact<{
  input: UpdateScheduleInput;
}>;


export type UpdateScheduleMutation = { updateSchedule:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'UpdateScheduleSuccess', schedule: { id: string } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type PauseScheduleMutationVariables = Exact<{
  input: PauseScheduleInput;
}>;


export type PauseScheduleMutation = { pauseSchedule:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'PauseScheduleSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type ResumeScheduleMutationVariables = Exact<{
  input: ResumeScheduleInput;
}>;


export type ResumeScheduleMutation = { resumeSchedule:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ResumeScheduleSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type DeleteScheduleMutationVariables = Exact<{
  input: DeleteScheduleInput;
}>;


export type DeleteScheduleMutation = { deleteSchedule:
    | { __typename: 'DeleteScheduleSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type ServiceAccountsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ServiceAccountsQuery = { serviceAccounts: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, description: string | null, role: ApiKeyRole, createdAt: string, createdBy: string | null, apiKeys: Array<{ id: string, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ServiceAccountQueryVariables = Exact<{
  id: string | number;
}>;


export type ServiceAccountQuery = { serviceAccount: { id: string, uuid: string, name: string, description: string | null, role: ApiKeyRole, createdAt: string, createdBy: string | null, apiKeys: Array<{ id: string, uuid: string, name: string, prefix: string, role: ApiKeyRole, scopes: Array<string> | null, createdAt: string, createdBy: string | null, lastUsedAt: string | null, expiresAt: string | null, revokedAt: string | null, serviceAccount: { name: string } | null }> } | null };

export type CreateServiceAccountMutationVariables = Exact<{
  input: CreateServiceAccountInput;
}>;


export type CreateServiceAccountMutation = { createServiceAccount:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'CreateServiceAccountSuccess', serviceAccount: { uuid: string, name: string } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type UpdateServiceAccountMutationVariables = Exact<{
  input: UpdateServiceAccountInput;
}>;


export type UpdateServiceAccountMutation = { updateServiceAccount:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'UpdateServiceAccountSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type DeleteServiceAccountMutationVariables = Exact<{
  input: DeleteServiceAccountInput;
}>;


export type DeleteServiceAccountMutation = { deleteServiceAccount:
    | { __typename: 'DeleteServiceAccountSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type FindRunsQueryVariables = Exact<{
  filter?: FlowRunFilter | null | undefined;
}>;


export type FindRunsQuery = { flowRuns: { nodes: Array<{ id: string, uuid: string, name: string, flow: { name: string }, state: { type: StateType, name: string } }> } };

export type NamedThingsQueryVariables = Exact<{ [key: string]: never; }>;


export type NamedThingsQuery = { deployments: { nodes: Array<{ id: string, uuid: string, fullName: string }> }, workPools: { nodes: Array<{ uuid: string, name: string }> }, flows: { nodes: Array<{ uuid: string, name: string }> } };

export type FindUuidQueryVariables = Exact<{
  id: string | number;
}>;


export type FindUuidQuery = { flowRun: { uuid: string, name: string } | null, deployment: { uuid: string, fullName: string } | null, workPool: { uuid: string, name: string } | null, flow: { uuid: string, name: string } | null };

export type FindNodeQueryVariables = Exact<{
  id: string | number;
}>;


export type FindNodeQuery = { node:
    | { __typename: 'ApiKey', id: string }
    | { __typename: 'Artifact', id: string }
    | { __typename: 'AuditRow', id: string }
    | { __typename: 'Block', id: string }
    | { __typename: 'BlockType', id: string }
    | { __typename: 'ConcurrencyLimit', id: string }
    | { __typename: 'Deployment', uuid: string, fullName: string, id: string }
    | { __typename: 'Event', id: string }
    | { __typename: 'Flow', uuid: string, name: string, id: string }
    | { __typename: 'FlowRun', uuid: string, name: string, id: string }
    | { __typename: 'Operation', id: string }
    | { __typename: 'Schedule', id: string }
    | { __typename: 'ServiceAccount', id: string }
    | { __typename: 'TaskRun', name: string, id: string }
    | { __typename: 'Variable', id: string }
    | { __typename: 'WorkPool', uuid: string, name: string, id: string }
    | { __typename: 'WorkQueue', id: string }
    | { __typename: 'Worker', id: string }
    | { __typename: 'Workspace', id: string }
   | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { actor: string, permissions: Array<string>, workspace: { id: string, uuid: string, name: string, handle: string } } };

export type TimelineQueryVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type TimelineQuery = { flowRun: { timeline: { origin: string, end: string | null, cursor: string, hasMore: boolean, total: number, ids: Array<string>, names: Array<string>, stateTypes: Array<StateType>, stateNames: Array<string>, segments: Array<Array<number>>, upstream: Array<Array<number>>, messages: Array<string | null> } } | null };

export type TaskRunQueryVariables = Exact<{
  id: string | number;
}>;


export type TaskRunQuery = { taskRun: { id: string, uuid: string, name: string, taskKey: string, runCount: number, tags: Array<string>, startTime: string | null, endTime: string | null, runTime: number, upstream: Array<string>, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, error: { name: string, message: string, stack: string | null } | null }, stateHistory: Array<{ id: string, type: StateType, name: string, message: string | null, timestamp: string, error: { name: string, message: string, stack: string | null } | null }>, childFlowRun: { uuid: string, name: string } | null } | null };

export type TaskRunPageQueryVariables = Exact<{
  id: string | number;
}>;


export type TaskRunPageQuery = { taskRun: { id: string, uuid: string, name: string, taskKey: string, dynamicKey: string, runCount: number, tags: Array<string>, startTime: string | null, endTime: string | null, runTime: number, upstream: Array<string>, flowRunId: string, parentTaskRunId: string | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, isFinal: boolean, error: { name: string, message: string, stack: string | null } | null, result: { type: string, reference: string } | null, cachedFrom: { taskRunId: string } | null }, stateHistory: Array<{ id: string, type: StateType, name: string, message: string | null, timestamp: string, isFinal: boolean, error: { name: string, message: string, stack: string | null } | null }>, childFlowRun: { uuid: string, name: string, flow: { id: string, name: string }, state: { type: StateType, name: string } } | null } | null };

export type FlowRunOfTaskQueryVariables = Exact<{
  id: string | number;
}>;


export type FlowRunOfTaskQuery = { flowRun: { id: string, uuid: string, name: string, flow: { id: string, name: string }, deployment: { uuid: string, fullName: string } | null, state: { id: string, type: StateType, name: string, isFinal: boolean } } | null };

export type VariableRowFragment = { id: string, uuid: string, name: string, value: unknown, tags: Array<string>, updatedAt: string, updatedBy: string | null };

export type VariablesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: VariableFilter | null | undefined;
}>;


export type VariablesQuery = { variables: { totalCount: number, totalCountIsExact: boolean, nodes: Array<{ id: string, uuid: string, name: string, value: unknown, tags: Array<string>, updatedAt: string, updatedBy: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateVariableMutationVariables = Exact<{
  input: CreateVariableInput;
}>;


export type CreateVariableMutation = { createVariable:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'CreateVariableSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type UpdateVariableMutationVariables = Exact<{
  input: UpdateVariableInput;
}>;


export type UpdateVariableMutation = { updateVariable:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'UpdateVariableSuccess' }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, issues: Array<{ message: string }> }
   };

export type DeleteVariableMutationVariables = Exact<{
  input: DeleteVariableInput;
}>;


export type DeleteVariableMutation = { deleteVariable:
    | { __typename: 'DeleteVariableSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type WorkPoolsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type WorkPoolsQuery = { workPools: { nodes: Array<{ id: string, uuid: string, name: string, type: string, description: string | null, isPaused: boolean, status: WorkPoolStatus, concurrencyLimit: number | null, slotsUsed: number, waitingCount: number, workers: Array<{ id: string, name: string, status: WorkerStatus, version: string | null, hostname: string | null, slots: number, slotsUsed: number, lastSeenAt: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WorkPoolQueryVariables = Exact<{
  id: string | number;
  filter: Array<string | number> | string | number;
}>;


export type WorkPoolQuery = { workPool: { id: string, uuid: string, name: string, type: string, description: string | null, isPaused: boolean, status: WorkPoolStatus, concurrencyLimit: number | null, slotsUsed: number, waitingCount: number, createdAt: string, baseJobTemplate: unknown, hasOwnJobTemplate: boolean, queues: Array<{ id: string, uuid: string, name: string, priority: number, isPaused: boolean, concurrencyLimit: number | null, slotsUsed: number, waitingCount: number }>, workers: Array<{ id: string, uuid: string, name: string, status: WorkerStatus, version: string | null, hostname: string | null, labels: unknown, slots: number, slotsUsed: number, lastSeenAt: string }> } | null, holding: { nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, worker: { id: string, name: string } | null, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> }, waiting: { nodes: Array<{ id: string, uuid: string, name: string, tags: Array<string>, createdAt: string, startTime: string | null, endTime: string | null, scheduledTime: string | null, runCount: number, workQueue: { name: string } | null, why: { waitingFor: Array<{ kind: WaitingKind, message: string, until: string | null, hint: string | null }> }, flow: { id: string, name: string }, deployment: { id: string, uuid: string, name: string, fullName: string } | null, workPool: { id: string, uuid: string, name: string } | null, state: { id: string, type: StateType, name: string, message: string | null, timestamp: string, scheduledTime: string | null, isFinal: boolean, error: { name: string, message: string } | null } }> } };

export type CreateWorkPoolMutationVariables = Exact<{
  input: CreateWorkPoolInput;
}>;


export type CreateWorkPoolMutation = { createWorkPool:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'CreateWorkPoolSuccess', workPool: { uuid: string, name: string } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type UpdateWorkPoolMutationVariables = Exact<{
  input: UpdateWorkPoolInput;
}>;


export type UpdateWorkPoolMutation = { updateWorkPool:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'UpdateWorkPoolSuccess', workPool: { id: string } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type CreateWorkQueueMutationVariables = Exact<{
  input: CreateWorkQueueInput;
}>;


export type CreateWorkQueueMutation = { createWorkQueue:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'CreateWorkQueueSuccess', workQueue: { id: string } }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type UpdateWorkQueueMutationVariables = Exact<{
  input: UpdateWorkQueueInput;
}>;


export type UpdateWorkQueueMutation = { updateWorkQueue:
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null, path: Array<string> | null }
    | { __typename: 'UpdateWorkQueueSuccess', workQueue: { id: string } }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null, path: Array<string> | null, issues: Array<{ path: Array<string>, message: string }> }
   };

export type DeleteWorkPoolMutationVariables = Exact<{
  input: DeleteWorkPoolInput;
}>;


export type DeleteWorkPoolMutation = { deleteWorkPool:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DeleteWorkPoolSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type DrainWorkerMutationVariables = Exact<{
  input: DrainWorkerInput;
}>;


export type DrainWorkerMutation = { drainWorker:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DrainWorkerSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export type DeleteWorkQueueMutationVariables = Exact<{
  input: DeleteWorkQueueInput;
}>;


export type DeleteWorkQueueMutation = { deleteWorkQueue:
    | { __typename: 'ConflictError', message: string, code: string, hint: string | null }
    | { __typename: 'DeleteWorkQueueSuccess' }
    | { __typename: 'NotFoundError', message: string, code: string, hint: string | null }
    | { __typename: 'ValidationError', message: string, code: string, hint: string | null }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ApiKeyRowFragmentDoc = new TypedDocumentString(`
    fragment ApiKeyRow on ApiKey {
  id
  uuid
  name
  prefix
  role
  scopes
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
  serviceAccount {
    name
  }
}
    `, {"fragmentName":"ApiKeyRow"}) as unknown as TypedDocumentString<ApiKeyRowFragment, unknown>;
export const BlockRowFragmentDoc = new TypedDocumentString(`
    fragment BlockRow on Block {
  id
  uuid
  name
  fullName
  typeSlug
  data
  updatedAt
  updatedBy
}
    `, {"fragmentName":"BlockRow"}) as unknown as TypedDocumentString<BlockRowFragment, unknown>;
export const ConcurrencyLimitRowFragmentDoc = new TypedDocumentString(`
    fragment ConcurrencyLimitRow on ConcurrencyLimit {
  id
  uuid
  name
  limit
  isActive
  slotDecayPerSecond
  activeSlots
  waitingCount
  updatedAt
  updatedBy
}
    `, {"fragmentName":"ConcurrencyLimitRow"}) as unknown as TypedDocumentString<ConcurrencyLimitRowFragment, unknown>;
export const ConcurrencyLeaseRowFragmentDoc = new TypedDocumentString(`
    fragment ConcurrencyLeaseRow on ConcurrencyLease {
  leaseId
  slots
  holder
  askedAt
  takenAt
  deadline
  flowRun {
    uuid
    name
    flow {
      name
    }
    state {
      type
      name
    }
  }
}
    `, {"fragmentName":"ConcurrencyLeaseRow"}) as unknown as TypedDocumentString<ConcurrencyLeaseRowFragment, unknown>;
export const FlowRunRowFragmentDoc = new TypedDocumentString(`
    fragment FlowRunRow on FlowRun {
  id
  uuid
  name
  tags
  createdAt
  startTime
  endTime
  scheduledTime
  runCount
  flow {
    id
    name
  }
  deployment {
    id
    uuid
    name
    fullName
  }
  workPool {
    id
    uuid
    name
  }
  state {
    id
    type
    name
    message
    timestamp
    scheduledTime
    isFinal
    error {
      name
      message
    }
  }
}
    `, {"fragmentName":"FlowRunRow"}) as unknown as TypedDocumentString<FlowRunRowFragment, unknown>;
export const FlowRunDetailFragmentDoc = new TypedDocumentString(`
    fragment FlowRunDetail on FlowRun {
  ...FlowRunRow
  epoch
  idempotencyKey
  createdBy
  parameters
  times {
    waiting
    starting
    running
  }
  state {
    id
    type
    name
    message
    timestamp
    scheduledTime
    isFinal
    by
    error {
      name
      message
      stack
    }
    exit {
      code
      signal
      stderr
    }
  }
  deployment {
    id
    uuid
    name
    fullName
    parameterSchema
  }
  deploymentVersion {
    uuid
    number
    entrypoint
    contentHash
  }
  flowVersion
  workPool {
    id
    uuid
    name
    type
  }
  workQueue {
    id
    name
  }
  worker {
    id
    name
    hostname
    status
    version
  }
  parentFlowRun {
    id
    uuid
    name
  }
  why {
    waitingFor {
      kind
      message
      since
      until
      hint
      holders {
        flowRunId
        name
        since
      }
    }
  }
  pause {
    key
    message
    deadline
    inputSchema
    defaults
    isSuspended
  }
}
    fragment FlowRunRow on FlowRun {
  id
  uuid
  name
  tags
  createdAt
  startTime
  endTime
  scheduledTime
  runCount
  flow {
    id
    name
  }
  deployment {
    id
    uuid
    name
    fullName
  }
  workPool {
    id
    uuid
    name
  }
  state {
    id
    type
    name
    message
    timestamp
    scheduledTime
    isFinal
    error {
      name
      message
    }
  }
}`, {"fragmentName":"FlowRunDetail"}) as unknown as TypedDocumentString<FlowRunDetailFragment, unknown>;
export const LastRunRowFragmentDoc = new TypedDocumentString(`
    fragment LastRunRow on LastRun {
  uuid
  name
  stateType
  stateName
  startTime
  endTime
}
    `, {"fragmentName":"LastRunRow"}) as unknown as TypedDocumentString<LastRunRowFragment, unknown>;
export const OperationRowFragmentDoc = new TypedDocumentString(`
    fragment OperationRow on Operation {
  id
  kind
  state
  isStopping
  createdBy
  totalCount
  processedCount
  changedCount
  refusedCount
  refusals {
    flowRunId
    message
  }
}
    `, {"fragmentName":"OperationRow"}) as unknown as TypedDocumentString<OperationRowFragment, unknown>;
export const ScheduleCardFragmentDoc = new TypedDocumentString(`
    fragment ScheduleCard on Schedule {
  id
  uuid
  slug
  words
  isPaused
  cron
  dayOr
  interval
  anchor
  rrule
  timezone
  onGap
  onOverlap
  start
  end
  catchUp
  maxLateness
  overlap
  parameters
  createdAt
  nextInstants(first: 10)
}
    `, {"fragmentName":"ScheduleCard"}) as unknown as TypedDocumentString<ScheduleCardFragment, unknown>;
export const VariableRowFragmentDoc = new TypedDocumentString(`
    fragment VariableRow on Variable {
  id
  uuid
  name
  value
  tags
  updatedAt
  updatedBy
}
    `, {"fragmentName":"VariableRow"}) as unknown as TypedDocumentString<VariableRowFragment, unknown>;
export const ApiKeysDocument = {"__meta__":{"hash":"sha256:d06f891a8b1673dd204e05f8e2b44b39e68afb7a313fb278118c1894e636f40f"}} as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const CreateApiKeyDocument = {"__meta__":{"hash":"sha256:f7b7a0024d1c7a7ca9e606dfce38f6e80d2e96cee6f7e944efe094c49a51d00e"}} as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RotateApiKeyDocument = {"__meta__":{"hash":"sha256:b26e58181303d3f0b72a24f8a7ef1a20e6c4fac5e1da23b14d3755dd0a4defb7"}} as unknown as TypedDocumentString<RotateApiKeyMutation, RotateApiKeyMutationVariables>;
export const RevokeApiKeyDocument = {"__meta__":{"hash":"sha256:5e24befdab4b10dfb5ac197f548def78309e575fab160be6e43aa810feadc1bb"}} as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const AuditRowsDocument = {"__meta__":{"hash":"sha256:d5a59aa1d8c9677ea769d948dcbea54f02a45c340151a84634ef3026ff1c848c"}} as unknown as TypedDocumentString<AuditRowsQuery, AuditRowsQueryVariables>;
export const BlocksDocument = {"__meta__":{"hash":"sha256:1ecc0a3889aabb1d3ffdd15d3421cff49b226d63e9b99d7c8926cf542e0263e9"}} as unknown as TypedDocumentString<BlocksQuery, BlocksQueryVariables>;
export const BlockTypesDocument = {"__meta__":{"hash":"sha256:3a0d6cfe7d753927f5e55551829fccd77dd831b805c19c3f0f5da5367072c72b"}} as unknown as TypedDocumentString<BlockTypesQuery, BlockTypesQueryVariables>;
export const CreateBlockDocument = {"__meta__":{"hash":"sha256:ae11d31bb69618104fbfc2312bf367ec615315ada39ef3d78b1685ce9c5412a2"}} as unknown as TypedDocumentString<CreateBlockMutation, CreateBlockMutationVariables>;
export const UpdateBlockDocument = {"__meta__":{"hash":"sha256:a33d4803d2fcdc9ca327f8595cb16ecf8144ceabb0edbcc9b4027ecfe1977e19"}} as unknown as TypedDocumentString<UpdateBlockMutation, UpdateBlockMutationVariables>;
export const DeleteBlockDocument = {"__meta__":{"hash":"sha256:133b5000bed1527e70632b9920f65b08519b9b283d3115d9443d52ce6d741be7"}} as unknown as TypedDocumentString<DeleteBlockMutation, DeleteBlockMutationVariables>;
export const ConcurrencyLimitsDocument = {"__meta__":{"hash":"sha256:fccb886845e54889abea5d4908dc18ee4430ac437dbeacfa7863b699af94a6dc"}} as unknown as TypedDocumentString<ConcurrencyLimitsQuery, ConcurrencyLimitsQueryVariables>;
export const ConcurrencyLimitDocument = {"__meta__":{"hash":"sha256:73c0d790f6918036d93f5288b2923d2c17bf60f37490c60a973cea5eb4c3b900"}} as unknown as TypedDocumentString<ConcurrencyLimitQuery, ConcurrencyLimitQueryVariables>;
export const CreateConcurrencyLimitDocument = {"__meta__":{"hash":"sha256:d3fca0adf8ed88108e11eade92671ed9a567640e69755eb59fdd6567d6e73e08"}} as unknown as TypedDocumentString<CreateConcurrencyLimitMutation, CreateConcurrencyLimitMutationVariables>;
export const UpdateConcurrencyLimitDocument = {"__meta__":{"hash":"sha256:58e62fddc7ff479667a82221114abd3b9f1727ea05d03c7ef000cd84ca534456"}} as unknown as TypedDocumentString<UpdateConcurrencyLimitMutation, UpdateConcurrencyLimitMutationVariables>;
export const ResetConcurrencyLimitDocument = {"__meta__":{"hash":"sha256:2914b9d074d918741e0636a1c741b3bbed48682aa474e8c4fd169bce44072d49"}} as unknown as TypedDocumentString<ResetConcurrencyLimitMutation, ResetConcurrencyLimitMutationVariables>;
export const DeleteConcurrencyLimitDocument = {"__meta__":{"hash":"sha256:e8790bfd3dd76eade9b2321a5b738df0f1158337867a2538fb849c11ce141b84"}} as unknown as TypedDocumentString<DeleteConcurrencyLimitMutation, DeleteConcurrencyLimitMutationVariables>;
export const DeploymentsDocument = {"__meta__":{"hash":"sha256:404a99e8f5f29b1addd3a2b7dfd13ed66e4b5389724128a9514bbb824bfc6bc8"}} as unknown as TypedDocumentString<DeploymentsQuery, DeploymentsQueryVariables>;
export const DeploymentFormDocument = {"__meta__":{"hash":"sha256:c02ac3449b4de69abfc5c3c078f99e403c99d6a55b09e363120c6ae9e384cf19"}} as unknown as TypedDocumentString<DeploymentFormQuery, DeploymentFormQueryVariables>;
export const DeploymentDocument = {"__meta__":{"hash":"sha256:c3c4921caad88daa93ff5a45dec43c5730c4415e016e01d37349c1bc18c766c8"}} as unknown as TypedDocumentString<DeploymentQuery, DeploymentQueryVariables>;
export const PauseDeploymentDocument = {"__meta__":{"hash":"sha256:b66f93a9768101686c80213805c06e4db10ccfc09b3f70e019680871f8ca6e7a"}} as unknown as TypedDocumentString<PauseDeploymentMutation, PauseDeploymentMutationVariables>;
export const ResumeDeploymentDocument = {"__meta__":{"hash":"sha256:5951a6726d948550274323ab3a025f9d60c16fec0fa66147817acaa5f1a2d36d"}} as unknown as TypedDocumentString<ResumeDeploymentMutation, ResumeDeploymentMutationVariables>;
export const DeleteDeploymentDocument = {"__meta__":{"hash":"sha256:6a648bda2b0bd003581c0252cf9c6ad8002a7f38a7f5033dabb9180234751ece"}} as unknown as TypedDocumentString<DeleteDeploymentMutation, DeleteDeploymentMutationVariables>;
export const FlowRunsDocument = {"__meta__":{"hash":"sha256:64bb57610d46d8d4757eb277815300ec5d1ce32f1730ab5c5423dd7468056f1e"}} as unknown as TypedDocumentString<FlowRunsQuery, FlowRunsQueryVariables>;
export const CountFlowRunsDocument = {"__meta__":{"hash":"sha256:85d9a8d40aeb5b8bfee41e3f67599cf9792353b13f2b5883da993b56e7335b60"}} as unknown as TypedDocumentString<CountFlowRunsQuery, CountFlowRunsQueryVariables>;
export const FlowRunsChangedDocument = {"__meta__":{"hash":"sha256:e66480523ff9c3a5296cff45dc4394f32769c1725377aecb71b7389dffe10691"}} as unknown as TypedDocumentString<FlowRunsChangedSubscription, FlowRunsChangedSubscriptionVariables>;
export const FlowRunDocument = {"__meta__":{"hash":"sha256:8965d4ad831fef2b2ebe2dc855ec9c5d88c7f1a0688d24d77aa624b52a807016"}} as unknown as TypedDocumentString<FlowRunQuery, FlowRunQueryVariables>;
export const FlowRunChangedDocument = {"__meta__":{"hash":"sha256:f7b29c6c9034c15caf2db04348a4f710aef777b8581fb5356f07444b45fa3471"}} as unknown as TypedDocumentString<FlowRunChangedSubscription, FlowRunChangedSubscriptionVariables>;
export const FlowRunStatesDocument = {"__meta__":{"hash":"sha256:097ef61eb8e02b535a780c0e2f2716b7fbdbc35229ff432fea529d8589fe6dda"}} as unknown as TypedDocumentString<FlowRunStatesQuery, FlowRunStatesQueryVariables>;
export const FlowRunFindingsDocument = {"__meta__":{"hash":"sha256:6c891cca8fdaa3b65206606f2ad5e1b47c3fbffbc8f84d7326a28b4b76ef0bec"}} as unknown as TypedDocumentString<FlowRunFindingsQuery, FlowRunFindingsQueryVariables>;
export const FailingTaskRunsDocument = {"__meta__":{"hash":"sha256:06af1a1922f9fcce7268051732cfbdb44504d787a9de2b6288a6d1c684aa3cf6"}} as unknown as TypedDocumentString<FailingTaskRunsQuery, FailingTaskRunsQueryVariables>;
export const LastLinesDocument = {"__meta__":{"hash":"sha256:c00500664fcce78e4fb823c8cef25436e623924e1683216cadc2286ae77df222"}} as unknown as TypedDocumentString<LastLinesQuery, LastLinesQueryVariables>;
export const CancelFlowRunDocument = {"__meta__":{"hash":"sha256:26c47356a10a0d9074d17d46c2057e28a11cda026a0384a6e25c436e95f7c95b"}} as unknown as TypedDocumentString<CancelFlowRunMutation, CancelFlowRunMutationVariables>;
export const RetryFlowRunDocument = {"__meta__":{"hash":"sha256:afc7d2ff00107844efa14894bd6b538cb4e1fdc6d78ab777a9a2515863427297"}} as unknown as TypedDocumentString<RetryFlowRunMutation, RetryFlowRunMutationVariables>;
export const RetryPreviewDocument = {"__meta__":{"hash":"sha256:4e0cef0bdb8ed719039f3b9988595847e96ac0702f706f167f27e09baff68da3"}} as unknown as TypedDocumentString<RetryPreviewQuery, RetryPreviewQueryVariables>;
export const PauseFlowRunDocument = {"__meta__":{"hash":"sha256:aa15b7fb97a8840cc82fab5fcb9f2c910e40a7d6322953321c5a36e764c67093"}} as unknown as TypedDocumentString<PauseFlowRunMutation, PauseFlowRunMutationVariables>;
export const SuspendFlowRunDocument = {"__meta__":{"hash":"sha256:31f33f360855125cb6fd8907451bdc69c120a64ea5c28764b7ea1f200f6175ac"}} as unknown as TypedDocumentString<SuspendFlowRunMutation, SuspendFlowRunMutationVariables>;
export const ResumeFlowRunDocument = {"__meta__":{"hash":"sha256:ae15dbd0de0995111f65f1d6fc3e6019f727b2fa930e7e4b5d24304c058fd3ca"}} as unknown as TypedDocumentString<ResumeFlowRunMutation, ResumeFlowRunMutationVariables>;
export const SetFlowRunStateDocument = {"__meta__":{"hash":"sha256:3f6ba57c57a1eb867f54b98b831f8dbe7546db606fc199d5e850c1f78058e9e4"}} as unknown as TypedDocumentString<SetFlowRunStateMutation, SetFlowRunStateMutationVariables>;
export const CreateFlowRunDocument = {"__meta__":{"hash":"sha256:eeff3f124234ec930e74e903e67439c5dddee395c4b1a3f65ffa1af6341134d3"}} as unknown as TypedDocumentString<CreateFlowRunMutation, CreateFlowRunMutationVariables>;
export const FilterChoicesDocument = {"__meta__":{"hash":"sha256:17fb230f7a8b4f6567b59f8cce88faed291c648ac27f759c4de74d8c9c51964e"}} as unknown as TypedDocumentString<FilterChoicesQuery, FilterChoicesQueryVariables>;
export const DeleteFlowRunDocument = {"__meta__":{"hash":"sha256:fdd0d0c076f270024da51113b204ad2da1b7d0cee9bc671f8dbe79846baa7bdf"}} as unknown as TypedDocumentString<DeleteFlowRunMutation, DeleteFlowRunMutationVariables>;
export const FlowsDocument = {"__meta__":{"hash":"sha256:c63e062dd3fcf42a493ed6d841fd62d0913d20d9b0005eb6685df9ab43432f41"}} as unknown as TypedDocumentString<FlowsQuery, FlowsQueryVariables>;
export const FlowDocument = {"__meta__":{"hash":"sha256:c191f2caa3baa010a0b8fa34468c3527c4d6fc9cc9a2fb1e6f1f2ac865bd4072"}} as unknown as TypedDocumentString<FlowQuery, FlowQueryVariables>;
export const DeleteFlowDocument = {"__meta__":{"hash":"sha256:98c6de53460423b745066c4d4131950c0e47ca64f79b08b2a3f402ba3bd8b231"}} as unknown as TypedDocumentString<DeleteFlowMutation, DeleteFlowMutationVariables>;
export const HomeDocument = {"__meta__":{"hash":"sha256:c710d4ba090138143aaebcb4bafad2ad4d2f24cd9f24ab3f5d906cdf6514681e"}} as unknown as TypedDocumentString<HomeQuery, HomeQueryVariables>;
export const ChangesDocument = {"__meta__":{"hash":"sha256:245a68e75562f5d2109cfa48a3e283c07a94b77cfdf825fa2749ed732982cb3e"}} as unknown as TypedDocumentString<ChangesSubscription, ChangesSubscriptionVariables>;
export const LogsDocument = {"__meta__":{"hash":"sha256:e10f042a0405895985ce79a76f4c1a1e089c6a7fd681e73d6a631de232199117"}} as unknown as TypedDocumentString<LogsQuery, LogsQueryVariables>;
export const TaskLogsDocument = {"__meta__":{"hash":"sha256:71bd9c69a8e69ed9ca2b02a4b513a4e202cecda49f6aa3beb11040c363c84cba"}} as unknown as TypedDocumentString<TaskLogsQuery, TaskLogsQueryVariables>;
export const OperationsDocument = {"__meta__":{"hash":"sha256:a395e060a36c2d3f531446a1a08ad514ac052bbb14edce83503625e5c903ab58"}} as unknown as TypedDocumentString<OperationsQuery, OperationsQueryVariables>;
export const StopOperationDocument = {"__meta__":{"hash":"sha256:b7bdec38dce2cbfce834636b9de09649fd55f4c01480a578cbd4d05e152ebb0c"}} as unknown as TypedDocumentString<StopOperationMutation, StopOperationMutationVariables>;
export const CancelFlowRunsDocument = {"__meta__":{"hash":"sha256:7735b7558538881ab930ac42f13003c72508f1acde7bbb9346212cc5dfd1bf71"}} as unknown as TypedDocumentString<CancelFlowRunsMutation, CancelFlowRunsMutationVariables>;
export const RetryFlowRunsDocument = {"__meta__":{"hash":"sha256:0f4d1b2a85d111d7064aa50cfc0464aba67fd07275d76f437f71e385be4acf40"}} as unknown as TypedDocumentString<RetryFlowRunsMutation, RetryFlowRunsMutationVariables>;
export const DeleteFlowRunsDocument = {"__meta__":{"hash":"sha256:05e9b796a32c61a712f873cf21e79607bbdab77b7ab6f0dd626bcb6c9a60c07e"}} as unknown as TypedDocumentString<DeleteFlowRunsMutation, DeleteFlowRunsMutationVariables>;
export const SchedulesDocument = {"__meta__":{"hash":"sha256:7da7ba587e7e6bb40c23f44e2213fbb538c705c47b37811386f623a7d9dffb2d"}} as unknown as TypedDocumentString<SchedulesQuery, SchedulesQueryVariables>;
export const CreateScheduleDocument = {"__meta__":{"hash":"sha256:cd67897dc51b852398263ed5d2a19b2c6c935e316fef6ae626974d725a811352"}} as unknown as TypedDocumentString<CreateScheduleMutation, CreateScheduleMutationVariables>;
export const UpdateScheduleDocument = {"__meta__":{"hash":"sha256:2f4287054a9a6302214b98a7bb1b5fa991c659d36f508875b930308d2db76e8c"}} as unknown as TypedDocumentString<UpdateScheduleMutation, UpdateScheduleMutationVariables>;
export const PauseScheduleDocument = {"__meta__":{"hash":"sha256:f1ad8e39dd4bb7b636a017d741a12ef8f71b7382e29a93d930c1a20f5de27cd4"}} as unknown as TypedDocumentString<PauseScheduleMutation, PauseScheduleMutationVariables>;
export const ResumeScheduleDocument = {"__meta__":{"hash":"sha256:fdc3aac5e1336ceb8efe35f85cc670b99445d2e9ecc73b175766fadc53d451b6"}} as unknown as TypedDocumentString<ResumeScheduleMutation, ResumeScheduleMutationVariables>;
export const DeleteScheduleDocument = {"__meta__":{"hash":"sha256:8bde69c2df4bfbfceaea6e8942aa5a440c1084ba7482680c328912af6ff0f4b3"}} as unknown as TypedDocumentString<DeleteScheduleMutation, DeleteScheduleMutationVariables>;
export const ServiceAccountsDocument = {"__meta__":{"hash":"sha256:a0eef3d763af69e3898d9fcdbb729da8d99d796d8caf57284c944f140bd4cb4e"}} as unknown as TypedDocumentString<ServiceAccountsQuery, ServiceAccountsQueryVariables>;
export const ServiceAccountDocument = {"__meta__":{"hash":"sha256:a85638f01ad42c95735e6761ef960bbea44915acd35bfb30884e3be9bedb22cd"}} as unknown as TypedDocumentString<ServiceAccountQuery, ServiceAccountQueryVariables>;
export const CreateServiceAccountDocument = {"__meta__":{"hash":"sha256:47309806c022e6229f5c27977605e20e303996113e373dcfc92dfb00da330051"}} as unknown as TypedDocumentString<CreateServiceAccountMutation, CreateServiceAccountMutationVariables>;
export const UpdateServiceAccountDocument = {"__meta__":{"hash":"sha256:f8e0a9910a03460173c076ab21661e9c352098f3e13d3aa75e39de39d6acf6a5"}} as unknown as TypedDocumentString<UpdateServiceAccountMutation, UpdateServiceAccountMutationVariables>;
export const DeleteServiceAccountDocument = {"__meta__":{"hash":"sha256:bb00d29d33b96a712cccf463cf646224b97cdabbd85742a9cf72e5a7b2b7de66"}} as unknown as TypedDocumentString<DeleteServiceAccountMutation, DeleteServiceAccountMutationVariables>;
export const FindRunsDocument = {"__meta__":{"hash":"sha256:c3abe47c98c6fcd946eb9c82322e9e1aa889abe856efad40646089cb2e26ab36"}} as unknown as TypedDocumentString<FindRunsQuery, FindRunsQueryVariables>;
export const NamedThingsDocument = {"__meta__":{"hash":"sha256:4fd3943ab5c3bdb0b1e2ff04842a7d2f0082bd350ae0fced59a65a0c450a821d"}} as unknown as TypedDocumentString<NamedThingsQuery, NamedThingsQueryVariables>;
export const FindUuidDocument = {"__meta__":{"hash":"sha256:0a0691bdb92d6eeb12bf3a529d42ef89f315d68a311a8e3a1d262afb187cc0df"}} as unknown as TypedDocumentString<FindUuidQuery, FindUuidQueryVariables>;
export const FindNodeDocument = {"__meta__":{"hash":"sha256:4e967a3e9b9e93ec27dbc5e15d1c9db590669d7f13fbbebd6d322aa03c3b14b9"}} as unknown as TypedDocumentString<FindNodeQuery, FindNodeQueryVariables>;
export const ViewerDocument = {"__meta__":{"hash":"sha256:a1f807c82da7ca454ed2200c91a87cc335f0354abe5aa213c93858d3b12d1e46"}} as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const TimelineDocument = {"__meta__":{"hash":"sha256:677c33e54bc79d680f9a9c927c04b577b62405c7eff087d798cc20b7fff4bfcb"}} as unknown as TypedDocumentString<TimelineQuery, TimelineQueryVariables>;
export const TaskRunDocument = {"__meta__":{"hash":"sha256:9d3d08589477af6fabab3457d867123f7ce377a39a5e386c47c16901c7670e7e"}} as unknown as TypedDocumentString<TaskRunQuery, TaskRunQueryVariables>;
export const TaskRunPageDocument = {"__meta__":{"hash":"sha256:f962c91d3e7108ebaf8b378d5dcf61f7c9a2e0a4cdacbe4ddcc8a7f61c85477c"}} as unknown as TypedDocumentString<TaskRunPageQuery, TaskRunPageQueryVariables>;
export const FlowRunOfTaskDocument = {"__meta__":{"hash":"sha256:d7f8caab96642b78fb901fa1c24fff68698b1bae88cca086705ce6c97c6ea36d"}} as unknown as TypedDocumentString<FlowRunOfTaskQuery, FlowRunOfTaskQueryVariables>;
export const VariablesDocument = {"__meta__":{"hash":"sha256:975da4da69ba6894179ad1fa629312865912569ad4729dae84626bcf9fb41906"}} as unknown as TypedDocumentString<VariablesQuery, VariablesQueryVariables>;
export const CreateVariableDocument = {"__meta__":{"hash":"sha256:c6b404e6e6341a7f3ce21129306ba59057bef341a04546cc8fd64b0af25ad347"}} as unknown as TypedDocumentString<CreateVariableMutation, CreateVariableMutationVariables>;
export const UpdateVariableDocument = {"__meta__":{"hash":"sha256:9f53375cdb8fe8fa5cf0fa1574273ba37ca1cfafc04b2263f6183c0c5fd2f837"}} as unknown as TypedDocumentString<UpdateVariableMutation, UpdateVariableMutationVariables>;
export const DeleteVariableDocument = {"__meta__":{"hash":"sha256:354f1317d8873160e4c766f9cb13c4f03394178ebf944d3dcec2b211ada5f930"}} as unknown as TypedDocumentString<DeleteVariableMutation, DeleteVariableMutationVariables>;
export const WorkPoolsDocument = {"__meta__":{"hash":"sha256:f729be4bf08acacef6b9795fa7fe977571aff868c2a9af82b1d742e548d7a17f"}} as unknown as TypedDocumentString<WorkPoolsQuery, WorkPoolsQueryVariables>;
export const WorkPoolDocument = {"__meta__":{"hash":"sha256:856a192b51ff4855517bf2e45314d44058654ed0504432f0f7929495c237828a"}} as unknown as TypedDocumentString<WorkPoolQuery, WorkPoolQueryVariables>;
export const CreateWorkPoolDocument = {"__meta__":{"hash":"sha256:e4df8b02c326e6d5644ffd2fabfd445338e90e44ac1b5547642e91282186a473"}} as unknown as TypedDocumentString<CreateWorkPoolMutation, CreateWorkPoolMutationVariables>;
export const UpdateWorkPoolDocument = {"__meta__":{"hash":"sha256:b4edda90233d6e85491380f8f1b2375ed3e1c1a06a95744c8eeb66dcbf55c099"}} as unknown as TypedDocumentString<UpdateWorkPoolMutation, UpdateWorkPoolMutationVariables>;
export const CreateWorkQueueDocument = {"__meta__":{"hash":"sha256:366ff2fd067a7c9ffc4eb4f2d75817254126710c4bbfddec2d67b3f1e148ee5c"}} as unknown as TypedDocumentString<CreateWorkQueueMutation, CreateWorkQueueMutationVariables>;
export const UpdateWorkQueueDocument = {"__meta__":{"hash":"sha256:d674ceaacd5b8133994eca2151d8bbe4d58c34a908475979c439cfe2883ae247"}} as unknown as TypedDocumentString<UpdateWorkQueueMutation, UpdateWorkQueueMutationVariables>;
export const DeleteWorkPoolDocument = {"__meta__":{"hash":"sha256:4accff9b2c0d7a962bf4516364833d8cd566db2fc4d1693993e205387264d034"}} as unknown as TypedDocumentString<DeleteWorkPoolMutation, DeleteWorkPoolMutationVariables>;
export const DrainWorkerDocument = {"__meta__":{"hash":"sha256:e9a6e2d4fed041bb254ff9d2dc0435c6b24a3b3b8286a7ac5857e36df3ac1056"}} as unknown as TypedDocumentString<DrainWorkerMutation, DrainWorkerMutationVariables>;
export const DeleteWorkQueueDocument = {"__meta__":{"hash":"sha256:018da4399ff65d494a6dcad583b1ce0833bdd381ecb8afa708c9004d0489656c"}} as unknown as TypedDocumentString<DeleteWorkQueueMutation, DeleteWorkQueueMutationVariables>;