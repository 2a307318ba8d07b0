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

/** An instant; everything given must hold. */
export type DateTimeFilter = {
  /** Then or later. */
  after?: string | null | undefined;
  /** Earlier than then. */
  before?: string | null | undefined;
};

/** A length of time; everything given must hold. */
export type DurationFilter = {
  /** This long or longer. */
  atLeast?: number | null | undefined;
  /** This long or shorter. */
  atMost?: number | null | undefined;
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

/** Whether an operation goes on. */
export type OperationState =
  /** Every run was met. */
  | 'COMPLETED'
  /** Runs are still to be done. */
  | 'RUNNING'
  /** Somebody has stopped it; what was done stays done. */
  | 'STOPPED';

/** What it belongs to: one of these ids or one of these names. */
export type ReferenceFilter = {
  /** One of these ids or uuids. */
  id?: Array<string | number> | null | undefined;
  /** One of these names; deployments are named `flow/deployment`. */
  name?: Array<string> | null | undefined;
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

/** A text; everything given must hold. */
export type StringFilter = {
  /** This anywhere in it, in any case. */
  contains?: string | null | undefined;
  /** Exactly this. */
  equals?: string | null | undefined;
  /** One of these. */
  in?: Array<string> | null | undefined;
};

/** Tags; everything given must hold. */
export type TagsFilter = {
  /** Has every one of these. */
  all?: Array<string> | null | undefined;
  /** Has at least one of these. */
  any?: Array<string> | null | undefined;
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

type Problem_ConflictError_Fragment = { code: string, message: string, path: Array<string> | null, hint: string | null };

type Problem_LimitExceededError_Fragment = { code: string, message: string, path: Array<string> | null, hint: string | null };

type Problem_NotFoundError_Fragment = { code: string, message: string, path: Array<string> | null, hint: string | null };

type Problem_ValidationError_Fragment = { code: string, message: string, path: Array<string> | null, hint: string | null };

export type ProblemFragment =
  | Problem_ConflictError_Fragment
  | Problem_LimitExceededError_Fragment
  | Problem_NotFoundError_Fragment
  | Problem_ValidationError_Fragment
;

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { viewer: { actor: string, permissions: Array<string>, workspace: { name: string, handle: string } } };

export type DeploymentsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type DeploymentsQuery = { deployments: { nodes: Array<{ id: string, fullName: string, isPaused: boolean, parameterSchema: Record<string, unknown> | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RunOnceMutationVariables = Exact<{
  input: CreateFlowRunInput;
}>;


export type RunOnceMutation = { createFlowRun:
    | { __typename: 'ConflictError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'CreateFlowRunSuccess', existed: boolean, flowRun: { id: string, name: string, url: string } }
    | { __typename: 'LimitExceededError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'NotFoundError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'ValidationError', code: string, message: string, path: Array<string> | null, hint: string | null }
   };

export type WaitForEndSubscriptionVariables = Exact<{
  id: string | number;
  since?: string | null | undefined;
}>;


export type WaitForEndSubscription = { flowRunChanged: { cursor: string, flowRun: { endTime: string | null, state: { type: StateType, name: string, message: string | null } } | null } };

export type LogLinesSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type LogLinesSubscription = { logs: { cursor: string, complete: boolean, logs: Array<{ time: string, level: LogLevel, message: string }> } };

export type FailedQueryVariables = Exact<{
  filter?: FlowRunFilter | null | undefined;
}>;


export type FailedQuery = { flowRuns: { totalCount: number, nodes: Array<{ id: string, name: string, endTime: string | null, flow: { name: string }, state: { name: string, message: string | null } }> } };

export type WhyWaitingQueryVariables = Exact<{
  id: string | number;
}>;


export type WhyWaitingQuery = { flowRun: { state: { name: string }, why: { waitingFor: Array<{ kind: WaitingKind, message: string, hint: string | null }> } } | null };

export type CancelMutationVariables = Exact<{
  id: string | number;
  reason?: string | null | undefined;
}>;


export type CancelMutation = { cancelFlowRun:
    | { __typename: 'CancelFlowRunSuccess', flowRun: { state: { type: StateType } } }
    | { __typename: 'ConflictError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'NotFoundError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'ValidationError', code: string, message: string, path: Array<string> | null, hint: string | null }
   };

export type RetryMutationVariables = Exact<{
  id: string | number;
}>;


export type RetryMutation = { retryFlowRun:
    | { __typename: 'ConflictError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'NotFoundError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'RetryFlowRunSuccess', flowRun: { state: { type: StateType } } }
    | { __typename: 'ValidationError', code: string, message: string, path: Array<string> | null, hint: string | null }
   };

export type CancelAllMutationVariables = Exact<{
  input: CancelFlowRunsInput;
}>;


export type CancelAllMutation = { cancelFlowRuns:
    | { __typename: 'CancelFlowRunsSuccess', matchedCount: number, operation: { id: string } | null }
    | { __typename: 'ConflictError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'ValidationError', code: string, message: string, path: Array<string> | null, hint: string | null }
   };

export type ProgressQueryVariables = Exact<{
  id: string | number;
}>;


export type ProgressQuery = { operation: { state: OperationState, totalCount: number, processedCount: number, changedCount: number, refusedCount: number, refusals: Array<{ flowRunId: string, message: string }> } | null };

export type SetVariableMutationVariables = Exact<{
  name: string;
  value?: unknown;
}>;


export type SetVariableMutation = { setVariable:
    | { __typename: 'SetVariableSuccess', created: boolean, variable: { id: string, value: unknown } }
    | { __typename: 'ValidationError', code: string, message: string, path: Array<string> | null, hint: string | null }
   };

export type StatusPageKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type StatusPageKeyMutation = { createApiKey:
    | { __typename: 'ConflictError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'CreateApiKeySuccess', key: string }
    | { __typename: 'NotFoundError', code: string, message: string, path: Array<string> | null, hint: string | null }
    | { __typename: 'ValidationError', code: string, message: string, path: Array<string> | null, hint: string | null }
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
export const ProblemFragmentDoc = new TypedDocumentString(`
    fragment Problem on Error {
  code
  message
  path
  hint
}
    `, {"fragmentName":"Problem"}) as unknown as TypedDocumentString<ProblemFragment, unknown>;
export const WhoAmIDocument = new TypedDocumentString(`
    query WhoAmI {
  viewer {
    actor
    permissions
    workspace {
      name
      handle
    }
  }
}
    `) as unknown as TypedDocumentString<WhoAmIQuery, WhoAmIQueryVariables>;
export const DeploymentsDocument = new TypedDocumentString(`
    query Deployments($after: String) {
  deployments(first: 100, after: $after) {
    nodes {
      id
      fullName
      isPaused
      parameterSchema
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<DeploymentsQuery, DeploymentsQueryVariables>;
export const RunOnceDocument = new TypedDocumentString(`
    mutation RunOnce($input: CreateFlowRunInput!) {
  createFlowRun(input: $input) {
    __typename
    ... on CreateFlowRunSuccess {
      existed
      flowRun {
        id
        name
        url
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  code
  message
  path
  hint
}`) as unknown as TypedDocumentString<RunOnceMutation, RunOnceMutationVariables>;
export const WaitForEndDocument = new TypedDocumentString(`
    subscription WaitForEnd($id: ID!, $since: String) {
  flowRunChanged(id: $id, since: $since) {
    cursor
    flowRun {
      state {
        type
        name
        message
      }
      endTime
    }
  }
}
    `) as unknown as TypedDocumentString<WaitForEndSubscription, WaitForEndSubscriptionVariables>;
export const LogLinesDocument = new TypedDocumentString(`
    subscription LogLines($id: ID!, $after: String) {
  logs(flowRunId: $id, after: $after) {
    cursor
    complete
    logs {
      time
      level
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LogLinesSubscription, LogLinesSubscriptionVariables>;
export const FailedDocument = new TypedDocumentString(`
    query Failed($filter: FlowRunFilter) {
  flowRuns(first: 50, filter: $filter) {
    totalCount
    nodes {
      id
      name
      flow {
        name
      }
      state {
        name
        message
      }
      endTime
    }
  }
}
    `) as unknown as TypedDocumentString<FailedQuery, FailedQueryVariables>;
export const WhyWaitingDocument = new TypedDocumentString(`
    query WhyWaiting($id: ID!) {
  flowRun(id: $id) {
    state {
      name
    }
    why {
      waitingFor {
        kind
        message
        hint
      }
    }
  }
}
    `) as unknown as TypedDocumentString<WhyWaitingQuery, WhyWaitingQueryVariables>;
export const CancelDocument = new TypedDocumentString(`
    mutation Cancel($id: ID!, $reason: String) {
  cancelFlowRun(input: { id: $id, reason: $reason }) {
    __typename
    ... on CancelFlowRunSuccess {
      flowRun {
        state {
          type
        }
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  code
  message
  path
  hint
}`) as unknown as TypedDocumentString<CancelMutation, CancelMutationVariables>;
export const RetryDocument = new TypedDocumentString(`
    mutation Retry($id: ID!) {
  retryFlowRun(input: { id: $id }) {
    __typename
    ... on RetryFlowRunSuccess {
      flowRun {
        state {
          type
        }
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  code
  message
  path
  hint
}`) as unknown as TypedDocumentString<RetryMutation, RetryMutationVariables>;
export const CancelAllDocument = new TypedDocumentString(`
    mutation CancelAll($input: CancelFlowRunsInput!) {
  cancelFlowRuns(input: $input) {
    __typename
    ... on CancelFlowRunsSuccess {
      matchedCount
      operation {
        id
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  code
  message
  path
  hint
}`) as unknown as TypedDocumentString<CancelAllMutation, CancelAllMutationVariables>;
export const ProgressDocument = new TypedDocumentString(`
    query Progress($id: ID!) {
  operation(id: $id) {
    state
    totalCount
    processedCount
    changedCount
    refusedCount
    refusals {
      flowRunId
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ProgressQuery, ProgressQueryVariables>;
export const SetVariableDocument = new TypedDocumentString(`
    mutation SetVariable($name: String!, $value: JSON) {
  setVariable(input: { name: $name, value: $value }) {
    __typename
    ... on SetVariableSuccess {
      created
      variable {
        id
        value
      }
    }
    ...Problem
  }
}
    fragment Problem on Error {
  code
  message
  path
  hint
}`) as unknown as TypedDocumentString<SetVariableMutation, SetVariableMutationVariables>;
export const StatusPageKeyDocument = new TypedDocumentString(`
    mutation StatusPageKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    __typename
    ... on CreateApiKeySuccess {
      key
    }
    ...Problem
  }
}
    fragment Problem on Error {
  code
  message
  path
  hint
}`) as unknown as TypedDocumentString<StatusPageKeyMutation, StatusPageKeyMutationVariables>;