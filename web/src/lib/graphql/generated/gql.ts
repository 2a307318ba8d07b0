/* eslint-disable */
import * as types from './graphql';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ApiKeyRow on ApiKey { id uuid name prefix role scopes createdAt createdBy lastUsedAt expiresAt revokedAt serviceAccount { name } }\n": typeof types.ApiKeyRowFragmentDoc,
    "\n  query ApiKeys { apiKeys { ...ApiKeyRow } }\n": typeof types.ApiKeysDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { key name }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.CreateApiKeyDocument,
    "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on RotateApiKeySuccess { key apiKey { name } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.RotateApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.RevokeApiKeyDocument,
    "\n  query AuditRows($first: Int!, $after: String, $filter: AuditRowFilter) {\n    auditRows(first: $first, after: $after, filter: $filter) {\n      nodes { id occurredAt actor action subject subjectName details }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.AuditRowsDocument,
    "\n  fragment BlockRow on Block { id uuid name fullName typeSlug data updatedAt updatedBy }\n": typeof types.BlockRowFragmentDoc,
    "\n  query Blocks($first: Int!, $after: String, $filter: BlockFilter) {\n    blocks(first: $first, after: $after, filter: $filter) {\n      nodes { ...BlockRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.BlocksDocument,
    "\n  query BlockTypes { blockTypes { id slug name description schema secretFields isBuiltIn } }\n": typeof types.BlockTypesDocument,
    "\n  mutation CreateBlock($input: CreateBlockInput!) {\n    createBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n": typeof types.CreateBlockDocument,
    "\n  mutation UpdateBlock($input: UpdateBlockInput!) {\n    updateBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n": typeof types.UpdateBlockDocument,
    "\n  mutation DeleteBlock($input: DeleteBlockInput!) {\n    deleteBlock(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteBlockDocument,
    "\n  fragment ConcurrencyLimitRow on ConcurrencyLimit { id uuid name limit isActive slotDecayPerSecond activeSlots waitingCount updatedAt updatedBy }\n": typeof types.ConcurrencyLimitRowFragmentDoc,
    "\n  fragment ConcurrencyLeaseRow on ConcurrencyLease { leaseId slots holder askedAt takenAt deadline flowRun { uuid name flow { name } state { type name } } }\n": typeof types.ConcurrencyLeaseRowFragmentDoc,
    "\n  query ConcurrencyLimits($first: Int!, $after: String, $filter: ConcurrencyLimitFilter) {\n    concurrencyLimits(first: $first, after: $after, filter: $filter) {\n      nodes { ...ConcurrencyLimitRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.ConcurrencyLimitsDocument,
    "\n  query ConcurrencyLimit($id: ID!) {\n    concurrencyLimit(id: $id) { ...ConcurrencyLimitRow createdAt holders { ...ConcurrencyLeaseRow } waiters { ...ConcurrencyLeaseRow } }\n  }\n": typeof types.ConcurrencyLimitDocument,
    "\n  mutation CreateConcurrencyLimit($input: CreateConcurrencyLimitInput!) {\n    createConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": typeof types.CreateConcurrencyLimitDocument,
    "\n  mutation UpdateConcurrencyLimit($input: UpdateConcurrencyLimitInput!) {\n    updateConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": typeof types.UpdateConcurrencyLimitDocument,
    "\n  mutation ResetConcurrencyLimit($input: ResetConcurrencyLimitInput!) {\n    resetConcurrencyLimit(input: $input) {\n      __typename\n      ... on ResetConcurrencyLimitSuccess { releasedLeases }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": typeof types.ResetConcurrencyLimitDocument,
    "\n  mutation DeleteConcurrencyLimit($input: DeleteConcurrencyLimitInput!) {\n    deleteConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteConcurrencyLimitDocument,
    "\n  query Deployments($first: Int!, $after: String, $filter: DeploymentFilter) {\n    deployments(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id uuid name fullName description isPaused tags updatedAt\n        flow { id name } workPool { id uuid name } version { number entrypoint createdAt }\n        lastRuns { ...LastRunRow }\n      }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.DeploymentsDocument,
    "\n  query DeploymentForm($id: ID!) {\n    deployment(id: $id) { id name fullName parameters parameterSchema tags isPaused jobVariables workPool { name baseJobTemplate hasOwnJobTemplate } }\n  }\n": typeof types.DeploymentFormDocument,
    "\n  query Deployment($id: ID!) {\n    deployment(id: $id) {\n      id uuid name fullName description isPaused tags createdAt updatedAt\n      parameters parameterSchema jobVariables jobVariableIssues { path message } concurrencyLimit onContactLost retryOnCrash startAgain\n      flow { id name } workPool { id uuid name type status } workQueue { id name }\n      version { uuid number entrypoint path contentHash createdAt }\n      schedules { id words isPaused }\n      versions(first: 50) { uuid number entrypoint path contentHash createdAt }\n    }\n  }\n": typeof types.DeploymentDocument,
    "\n  mutation PauseDeployment($input: PauseDeploymentInput!) {\n    pauseDeployment(input: $input) { __typename ... on PauseDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }\n  }\n": typeof types.PauseDeploymentDocument,
    "\n  mutation ResumeDeployment($input: ResumeDeploymentInput!) {\n    resumeDeployment(input: $input) { __typename ... on ResumeDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }\n  }\n": typeof types.ResumeDeploymentDocument,
    "\n  mutation DeleteDeployment($input: DeleteDeploymentInput!) {\n    deleteDeployment(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteDeploymentDocument,
    "\n  fragment FlowRunRow on FlowRun {\n    id uuid name tags createdAt startTime endTime scheduledTime runCount\n    flow { id name }\n    deployment { id uuid name fullName }\n    workPool { id uuid name }\n    state { id type name message timestamp scheduledTime isFinal error { name message } }\n  }\n": typeof types.FlowRunRowFragmentDoc,
    "\n  query FlowRuns($first: Int!, $after: String, $filter: FlowRunFilter, $orderBy: FlowRunOrder) {\n    flowRuns(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes { ...FlowRunRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.FlowRunsDocument,
    "\n  query CountFlowRuns($fitting: FlowRunFilter, $every: FlowRunFilter) {\n    fitting: flowRuns(first: 1, filter: $fitting) { totalCount totalCountIsExact }\n    every: flowRuns(first: 1, filter: $every) { totalCount totalCountIsExact }\n  }\n": typeof types.CountFlowRunsDocument,
    "\n  subscription FlowRunsChanged($filter: FlowRunFilter, $since: String) {\n    flowRunsChanged(filter: $filter, since: $since) { cursor reset others flowRuns { ...FlowRunRow } }\n  }\n": typeof types.FlowRunsChangedDocument,
    "\n  fragment FlowRunDetail on FlowRun {\n    ...FlowRunRow\n    epoch idempotencyKey createdBy parameters\n    times { waiting starting running }\n    state { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } }\n    deployment { id uuid name fullName parameterSchema }\n    deploymentVersion { uuid number entrypoint contentHash }\n    flowVersion\n    workPool { id uuid name type }\n    workQueue { id name }\n    worker { id name hostname status version }\n    parentFlowRun { id uuid name }\n    why { waitingFor { kind message since until hint holders { flowRunId name since } } }\n    pause { key message deadline inputSchema defaults isSuspended }\n  }\n": typeof types.FlowRunDetailFragmentDoc,
    "\n  query FlowRun($id: ID!) { flowRun(id: $id) { ...FlowRunDetail } }\n": typeof types.FlowRunDocument,
    "\n  subscription FlowRunChanged($id: ID!, $since: String) {\n    flowRunChanged(id: $id, since: $since) { cursor reset changed flowRun { ...FlowRunDetail } }\n  }\n": typeof types.FlowRunChangedDocument,
    "\n  query FlowRunStates($id: ID!) {\n    flowRun(id: $id) { stateHistory { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } } childFlowRuns { ...FlowRunRow } }\n  }\n": typeof types.FlowRunStatesDocument,
    "\n  query FlowRunFindings($id: ID!) {\n    flowRun(id: $id) { artifacts { id key type description data taskRunId createdAt updatedAt } }\n    events(first: 200, filter: { flowRun: $id }, orderBy: OCCURRED_ASC) {\n      totalCount\n      nodes { id uuid name occurred resource { id } payload taskRunId }\n    }\n  }\n": typeof types.FlowRunFindingsDocument,
    "\n  query FailingTaskRuns($id: ID!) {\n    flowRun(id: $id) {\n      taskRuns(first: 5, filter: { state: { type: { in: [FAILED, CRASHED] } } }) {\n        totalCount totalCountIsExact\n        nodes { id name runCount endTime state { type name message error { name message stack } } }\n      }\n    }\n  }\n": typeof types.FailingTaskRunsDocument,
    "\n  query LastLines($id: ID!, $taskRunId: ID) {\n    flowRun(id: $id) { logs(last: 3, filter: { taskRunId: $taskRunId, level: INFO }) { nodes { cursor time level message taskRunId source } } }\n  }\n": typeof types.LastLinesDocument,
    "\n  mutation CancelFlowRun($input: CancelFlowRunInput!) {\n    cancelFlowRun(input: $input) { __typename ... on CancelFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": typeof types.CancelFlowRunDocument,
    "\n  mutation RetryFlowRun($input: RetryFlowRunInput!) {\n    retryFlowRun(input: $input) { __typename ... on RetryFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": typeof types.RetryFlowRunDocument,
    "\n  query RetryPreview($id: ID!, $fromTask: String!) { flowRun(id: $id) { retryPreview(fromTask: $fromTask) { problem reused reusedCount again againCount } } }\n": typeof types.RetryPreviewDocument,
    "\n  mutation PauseFlowRun($input: PauseFlowRunInput!) {\n    pauseFlowRun(input: $input) { __typename ... on PauseFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": typeof types.PauseFlowRunDocument,
    "\n  mutation SuspendFlowRun($input: SuspendFlowRunInput!) {\n    suspendFlowRun(input: $input) { __typename ... on SuspendFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": typeof types.SuspendFlowRunDocument,
    "\n  mutation ResumeFlowRun($input: ResumeFlowRunInput!) {\n    resumeFlowRun(input: $input) { __typename ... on ResumeFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n": typeof types.ResumeFlowRunDocument,
    "\n  mutation SetFlowRunState($input: SetFlowRunStateInput!) {\n    setFlowRunState(input: $input) {\n      __typename\n      ... on SetFlowRunStateSuccess { flowRun { ...FlowRunRow } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": typeof types.SetFlowRunStateDocument,
    "\n  mutation CreateFlowRun($input: CreateFlowRunInput!) {\n    createFlowRun(input: $input) {\n      __typename\n      ... on CreateFlowRunSuccess { existed warnings flowRun { id uuid name } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message expected } }\n    }\n  }\n": typeof types.CreateFlowRunDocument,
    "\n  query FilterChoices {\n    deployments(first: 200) { nodes { fullName flow { name } tags } }\n    workPools(first: 100) { nodes { name } }\n  }\n": typeof types.FilterChoicesDocument,
    "\n  mutation DeleteFlowRun($input: DeleteFlowRunInput!) {\n    deleteFlowRun(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteFlowRunDocument,
    "\n  fragment LastRunRow on LastRun { uuid name stateType stateName startTime endTime }\n": typeof types.LastRunRowFragmentDoc,
    "\n  query Flows($first: Int!, $after: String, $filter: FlowFilter) {\n    flows(first: $first, after: $after, filter: $filter) {\n      nodes { id uuid name createdAt deployments { id uuid name fullName isPaused } lastRuns { ...LastRunRow } }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.FlowsDocument,
    "\n  query Flow($id: ID!) {\n    flow(id: $id) {\n      id uuid name createdAt\n      deployments {\n        id uuid name fullName description isPaused tags updatedAt\n        flow { id name } workPool { id uuid name } version { number entrypoint createdAt } lastRuns { ...LastRunRow }\n      }\n    }\n  }\n": typeof types.FlowDocument,
    "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteFlowDocument,
    "\n  query Home($from: DateTime!, $to: DateTime!, $steps: Int!, $now: DateTime!) {\n    flowRunHistogram(from: $from, to: $to, steps: $steps) { from to step isExact series { stateType counts } }\n    failed: flowRuns(first: 200, filter: { state: { type: { in: [FAILED, CRASHED] } }, startTime: { after: $from } }) {\n      totalCount totalCountIsExact\n      nodes { ...FlowRunRow }\n    }\n    waiting: flowRuns(first: 200, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { before: $now } }) {\n      totalCount totalCountIsExact\n      nodes { ...FlowRunRow }\n    }\n    paused: flowRuns(first: 20, filter: { state: { type: { in: [PAUSED] } } }) { totalCount totalCountIsExact nodes { ...FlowRunRow } }\n    running: flowRuns(first: 1, filter: { state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) { totalCount totalCountIsExact }\n    next: flowRuns(first: 8, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { after: $now } }) { nodes { ...FlowRunRow } }\n    any: flowRuns(first: 1) { nodes { id } }\n    deployments(first: 1) { nodes { fullName } }\n    workPools(first: 50) {\n      nodes { id uuid name isPaused status concurrencyLimit slotsUsed waitingCount workers { status slots slotsUsed } }\n    }\n  }\n": typeof types.HomeDocument,
    "\n  subscription Changes($topics: [ChangeTopic!]!, $since: String) { changes(topics: $topics, since: $since) { cursor reset topics } }\n": typeof types.ChangesDocument,
    "\n  query Logs($id: ID!, $after: String) {\n    flowRun(id: $id) {\n      logs(first: 200, after: $after) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }\n    }\n  }\n": typeof types.LogsDocument,
    "\n  query TaskLogs($flowRunId: ID!, $taskRunId: ID!, $after: String) {\n    flowRun(id: $flowRunId) {\n      logs(first: 200, after: $after, filter: { taskRunId: $taskRunId }) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }\n    }\n  }\n": typeof types.TaskLogsDocument,
    "\n  fragment OperationRow on Operation {\n    id kind state isStopping createdBy totalCount processedCount changedCount refusedCount refusals { flowRunId message }\n  }\n": typeof types.OperationRowFragmentDoc,
    "\n  query Operations { operations(first: 20) { nodes { ...OperationRow } } }\n": typeof types.OperationsDocument,
    "\n  mutation StopOperation($input: StopOperationInput!) {\n    stopOperation(input: $input) { __typename ... on StopOperationSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": typeof types.StopOperationDocument,
    "\n  mutation CancelFlowRuns($input: CancelFlowRunsInput!) {\n    cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": typeof types.CancelFlowRunsDocument,
    "\n  mutation RetryFlowRuns($input: RetryFlowRunsInput!) {\n    retryFlowRuns(input: $input) { __typename ... on RetryFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": typeof types.RetryFlowRunsDocument,
    "\n  mutation DeleteFlowRuns($input: DeleteFlowRunsInput!) {\n    deleteFlowRuns(input: $input) { __typename ... on DeleteFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": typeof types.DeleteFlowRunsDocument,
    "\n  fragment ScheduleCard on Schedule {\n    id uuid slug words isPaused cron dayOr interval anchor rrule timezone onGap onOverlap start end catchUp maxLateness overlap parameters createdAt\n    nextInstants(first: 10)\n  }\n": typeof types.ScheduleCardFragmentDoc,
    "\n  query Schedules($deploymentId: ID!) { deployment(id: $deploymentId) { schedules { ...ScheduleCard } } }\n": typeof types.SchedulesDocument,
    "\n  mutation CreateSchedule($input: CreateScheduleInput!) {\n    createSchedule(input: $input) {\n      __typename\n      ... on CreateScheduleSuccess { schedule { id } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.CreateScheduleDocument,
    "\n  mutation UpdateSchedule($input: UpdateScheduleInput!) {\n    updateSchedule(input: $input) {\n      __typename\n      ... on UpdateScheduleSuccess { schedule { id } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.UpdateScheduleDocument,
    "\n  mutation PauseSchedule($input: PauseScheduleInput!) {\n    pauseSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.PauseScheduleDocument,
    "\n  mutation ResumeSchedule($input: ResumeScheduleInput!) {\n    resumeSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.ResumeScheduleDocument,
    "\n  mutation DeleteSchedule($input: DeleteScheduleInput!) {\n    deleteSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteScheduleDocument,
    "\n  query ServiceAccounts($first: Int!, $after: String) {\n    serviceAccounts(first: $first, after: $after) {\n      nodes { id uuid name description role createdAt createdBy apiKeys { id lastUsedAt expiresAt revokedAt } }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.ServiceAccountsDocument,
    "\n  query ServiceAccount($id: ID!) {\n    serviceAccount(id: $id) { id uuid name description role createdAt createdBy apiKeys { ...ApiKeyRow } }\n  }\n": typeof types.ServiceAccountDocument,
    "\n  mutation CreateServiceAccount($input: CreateServiceAccountInput!) {\n    createServiceAccount(input: $input) {\n      __typename\n      ... on CreateServiceAccountSuccess { serviceAccount { uuid name } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": typeof types.CreateServiceAccountDocument,
    "\n  mutation UpdateServiceAccount($input: UpdateServiceAccountInput!) {\n    updateServiceAccount(input: $input) {\n      __typename\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": typeof types.UpdateServiceAccountDocument,
    "\n  mutation DeleteServiceAccount($input: DeleteServiceAccountInput!) {\n    deleteServiceAccount(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteServiceAccountDocument,
    "\n  query FindRuns($filter: FlowRunFilter) { flowRuns(first: 6, filter: $filter, orderBy: CREATED_DESC) { nodes { id uuid name flow { name } state { type name } } } }\n": typeof types.FindRunsDocument,
    "\n  query NamedThings { deployments(first: 200) { nodes { id uuid fullName } } workPools(first: 100) { nodes { uuid name } } flows(first: 100) { nodes { uuid name } } }\n": typeof types.NamedThingsDocument,
    "\n  query FindUuid($id: ID!) { flowRun(id: $id) { uuid name } deployment(id: $id) { uuid fullName } workPool(id: $id) { uuid name } flow(id: $id) { uuid name } }\n": typeof types.FindUuidDocument,
    "\n  query FindNode($id: ID!) { node(id: $id) { __typename id ... on FlowRun { uuid name } ... on TaskRun { name } ... on Deployment { uuid fullName } ... on WorkPool { uuid name } ... on Flow { uuid name } } }\n": typeof types.FindNodeDocument,
    "\n  query Viewer {\n    viewer { actor permissions workspace { id uuid name handle } }\n  }\n": typeof types.ViewerDocument,
    "\n  query Timeline($id: ID!, $after: String) {\n    flowRun(id: $id) {\n      timeline(after: $after) { origin end cursor hasMore total ids names stateTypes stateNames segments upstream messages }\n    }\n  }\n": typeof types.TimelineDocument,
    "\n  query TaskRun($id: ID!) {\n    taskRun(id: $id) {\n      id uuid name taskKey runCount tags startTime endTime runTime upstream\n      state { id type name message timestamp error { name message stack } }\n      stateHistory { id type name message timestamp error { name message stack } }\n      childFlowRun { uuid name }\n    }\n  }\n": typeof types.TaskRunDocument,
    "\n  query TaskRunPage($id: ID!) {\n    taskRun(id: $id) {\n      id uuid name taskKey dynamicKey runCount tags startTime endTime runTime upstream flowRunId parentTaskRunId\n      state { id type name message timestamp isFinal error { name message stack } result { type reference } cachedFrom { taskRunId } }\n      stateHistory { id type name message timestamp isFinal error { name message stack } }\n      childFlowRun { uuid name flow { id name } state { type name } }\n    }\n  }\n": typeof types.TaskRunPageDocument,
    "\n  query FlowRunOfTask($id: ID!) { flowRun(id: $id) { id uuid name flow { id name } deployment { uuid fullName } state { id type name isFinal } } }\n": typeof types.FlowRunOfTaskDocument,
    "\n  fragment VariableRow on Variable { id uuid name value tags updatedAt updatedBy }\n": typeof types.VariableRowFragmentDoc,
    "\n  query Variables($first: Int!, $after: String, $filter: VariableFilter) {\n    variables(first: $first, after: $after, filter: $filter) {\n      nodes { ...VariableRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.VariablesDocument,
    "\n  mutation CreateVariable($input: CreateVariableInput!) {\n    createVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": typeof types.CreateVariableDocument,
    "\n  mutation UpdateVariable($input: UpdateVariableInput!) {\n    updateVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": typeof types.UpdateVariableDocument,
    "\n  mutation DeleteVariable($input: DeleteVariableInput!) {\n    deleteVariable(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteVariableDocument,
    "\n  query WorkPools($after: String) {\n    workPools(first: 20, after: $after) {\n      nodes {\n        id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount\n        workers { id name status version hostname slots slotsUsed lastSeenAt }\n      }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.WorkPoolsDocument,
    "\n  query WorkPool($id: ID!, $filter: [ID!]!) {\n    workPool(id: $id) {\n      id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount createdAt baseJobTemplate hasOwnJobTemplate\n      queues { id uuid name priority isPaused concurrencyLimit slotsUsed waitingCount }\n      workers { id uuid name status version hostname labels slots slotsUsed lastSeenAt }\n    }\n    holding: flowRuns(first: 100, filter: { workPool: { id: $filter }, state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) {\n      nodes { ...FlowRunRow worker { id name } }\n    }\n    waiting: flowRuns(first: 20, filter: { workPool: { id: $filter }, state: { type: { in: [SCHEDULED] } } }, orderBy: SCHEDULED_TIME_ASC) {\n      nodes { ...FlowRunRow workQueue { name } why { waitingFor { kind message until hint } } }\n    }\n  }\n": typeof types.WorkPoolDocument,
    "\n  mutation CreateWorkPool($input: CreateWorkPoolInput!) {\n    createWorkPool(input: $input) {\n      __typename\n      ... on CreateWorkPoolSuccess { workPool { uuid name } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.CreateWorkPoolDocument,
    "\n  mutation UpdateWorkPool($input: UpdateWorkPoolInput!) {\n    updateWorkPool(input: $input) {\n      __typename\n      ... on UpdateWorkPoolSuccess { workPool { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.UpdateWorkPoolDocument,
    "\n  mutation CreateWorkQueue($input: CreateWorkQueueInput!) {\n    createWorkQueue(input: $input) {\n      __typename\n      ... on CreateWorkQueueSuccess { workQueue { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.CreateWorkQueueDocument,
    "\n  mutation UpdateWorkQueue($input: UpdateWorkQueueInput!) {\n    updateWorkQueue(input: $input) {\n      __typename\n      ... on UpdateWorkQueueSuccess { workQueue { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.UpdateWorkQueueDocument,
    "\n  mutation DeleteWorkPool($input: DeleteWorkPoolInput!) {\n    deleteWorkPool(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteWorkPoolDocument,
    "\n  mutation DrainWorker($input: DrainWorkerInput!) {\n    drainWorker(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DrainWorkerDocument,
    "\n  mutation DeleteWorkQueue($input: DeleteWorkQueueInput!) {\n    deleteWorkQueue(input: $input) { __typename ... on Error { message code hint } }\n  }\n": typeof types.DeleteWorkQueueDocument,
};
const documents: Documents = {
    "\n  fragment ApiKeyRow on ApiKey { id uuid name prefix role scopes createdAt createdBy lastUsedAt expiresAt revokedAt serviceAccount { name } }\n": types.ApiKeyRowFragmentDoc,
    "\n  query ApiKeys { apiKeys { ...ApiKeyRow } }\n": types.ApiKeysDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { key name }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.CreateApiKeyDocument,
    "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on RotateApiKeySuccess { key apiKey { name } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.RotateApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.RevokeApiKeyDocument,
    "\n  query AuditRows($first: Int!, $after: String, $filter: AuditRowFilter) {\n    auditRows(first: $first, after: $after, filter: $filter) {\n      nodes { id occurredAt actor action subject subjectName details }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.AuditRowsDocument,
    "\n  fragment BlockRow on Block { id uuid name fullName typeSlug data updatedAt updatedBy }\n": types.BlockRowFragmentDoc,
    "\n  query Blocks($first: Int!, $after: String, $filter: BlockFilter) {\n    blocks(first: $first, after: $after, filter: $filter) {\n      nodes { ...BlockRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.BlocksDocument,
    "\n  query BlockTypes { blockTypes { id slug name description schema secretFields isBuiltIn } }\n": types.BlockTypesDocument,
    "\n  mutation CreateBlock($input: CreateBlockInput!) {\n    createBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n": types.CreateBlockDocument,
    "\n  mutation UpdateBlock($input: UpdateBlockInput!) {\n    updateBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n": types.UpdateBlockDocument,
    "\n  mutation DeleteBlock($input: DeleteBlockInput!) {\n    deleteBlock(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteBlockDocument,
    "\n  fragment ConcurrencyLimitRow on ConcurrencyLimit { id uuid name limit isActive slotDecayPerSecond activeSlots waitingCount updatedAt updatedBy }\n": types.ConcurrencyLimitRowFragmentDoc,
    "\n  fragment ConcurrencyLeaseRow on ConcurrencyLease { leaseId slots holder askedAt takenAt deadline flowRun { uuid name flow { name } state { type name } } }\n": types.ConcurrencyLeaseRowFragmentDoc,
    "\n  query ConcurrencyLimits($first: Int!, $after: String, $filter: ConcurrencyLimitFilter) {\n    concurrencyLimits(first: $first, after: $after, filter: $filter) {\n      nodes { ...ConcurrencyLimitRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.ConcurrencyLimitsDocument,
    "\n  query ConcurrencyLimit($id: ID!) {\n    concurrencyLimit(id: $id) { ...ConcurrencyLimitRow createdAt holders { ...ConcurrencyLeaseRow } waiters { ...ConcurrencyLeaseRow } }\n  }\n": types.ConcurrencyLimitDocument,
    "\n  mutation CreateConcurrencyLimit($input: CreateConcurrencyLimitInput!) {\n    createConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": types.CreateConcurrencyLimitDocument,
    "\n  mutation UpdateConcurrencyLimit($input: UpdateConcurrencyLimitInput!) {\n    updateConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": types.UpdateConcurrencyLimitDocument,
    "\n  mutation ResetConcurrencyLimit($input: ResetConcurrencyLimitInput!) {\n    resetConcurrencyLimit(input: $input) {\n      __typename\n      ... on ResetConcurrencyLimitSuccess { releasedLeases }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": types.ResetConcurrencyLimitDocument,
    "\n  mutation DeleteConcurrencyLimit($input: DeleteConcurrencyLimitInput!) {\n    deleteConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteConcurrencyLimitDocument,
    "\n  query Deployments($first: Int!, $after: String, $filter: DeploymentFilter) {\n    deployments(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id uuid name fullName description isPaused tags updatedAt\n        flow { id name } workPool { id uuid name } version { number entrypoint createdAt }\n        lastRuns { ...LastRunRow }\n      }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.DeploymentsDocument,
    "\n  query DeploymentForm($id: ID!) {\n    deployment(id: $id) { id name fullName parameters parameterSchema tags isPaused jobVariables workPool { name baseJobTemplate hasOwnJobTemplate } }\n  }\n": types.DeploymentFormDocument,
    "\n  query Deployment($id: ID!) {\n    deployment(id: $id) {\n      id uuid name fullName description isPaused tags createdAt updatedAt\n      parameters parameterSchema jobVariables jobVariableIssues { path message } concurrencyLimit onContactLost retryOnCrash startAgain\n      flow { id name } workPool { id uuid name type status } workQueue { id name }\n      version { uuid number entrypoint path contentHash createdAt }\n      schedules { id words isPaused }\n      versions(first: 50) { uuid number entrypoint path contentHash createdAt }\n    }\n  }\n": types.DeploymentDocument,
    "\n  mutation PauseDeployment($input: PauseDeploymentInput!) {\n    pauseDeployment(input: $input) { __typename ... on PauseDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }\n  }\n": types.PauseDeploymentDocument,
    "\n  mutation ResumeDeployment($input: ResumeDeploymentInput!) {\n    resumeDeployment(input: $input) { __typename ... on ResumeDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }\n  }\n": types.ResumeDeploymentDocument,
    "\n  mutation DeleteDeployment($input: DeleteDeploymentInput!) {\n    deleteDeployment(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteDeploymentDocument,
    "\n  fragment FlowRunRow on FlowRun {\n    id uuid name tags createdAt startTime endTime scheduledTime runCount\n    flow { id name }\n    deployment { id uuid name fullName }\n    workPool { id uuid name }\n    state { id type name message timestamp scheduledTime isFinal error { name message } }\n  }\n": types.FlowRunRowFragmentDoc,
    "\n  query FlowRuns($first: Int!, $after: String, $filter: FlowRunFilter, $orderBy: FlowRunOrder) {\n    flowRuns(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes { ...FlowRunRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.FlowRunsDocument,
    "\n  query CountFlowRuns($fitting: FlowRunFilter, $every: FlowRunFilter) {\n    fitting: flowRuns(first: 1, filter: $fitting) { totalCount totalCountIsExact }\n    every: flowRuns(first: 1, filter: $every) { totalCount totalCountIsExact }\n  }\n": types.CountFlowRunsDocument,
    "\n  subscription FlowRunsChanged($filter: FlowRunFilter, $since: String) {\n    flowRunsChanged(filter: $filter, since: $since) { cursor reset others flowRuns { ...FlowRunRow } }\n  }\n": types.FlowRunsChangedDocument,
    "\n  fragment FlowRunDetail on FlowRun {\n    ...FlowRunRow\n    epoch idempotencyKey createdBy parameters\n    times { waiting starting running }\n    state { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } }\n    deployment { id uuid name fullName parameterSchema }\n    deploymentVersion { uuid number entrypoint contentHash }\n    flowVersion\n    workPool { id uuid name type }\n    workQueue { id name }\n    worker { id name hostname status version }\n    parentFlowRun { id uuid name }\n    why { waitingFor { kind message since until hint holders { flowRunId name since } } }\n    pause { key message deadline inputSchema defaults isSuspended }\n  }\n": types.FlowRunDetailFragmentDoc,
    "\n  query FlowRun($id: ID!) { flowRun(id: $id) { ...FlowRunDetail } }\n": types.FlowRunDocument,
    "\n  subscription FlowRunChanged($id: ID!, $since: String) {\n    flowRunChanged(id: $id, since: $since) { cursor reset changed flowRun { ...FlowRunDetail } }\n  }\n": types.FlowRunChangedDocument,
    "\n  query FlowRunStates($id: ID!) {\n    flowRun(id: $id) { stateHistory { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } } childFlowRuns { ...FlowRunRow } }\n  }\n": types.FlowRunStatesDocument,
    "\n  query FlowRunFindings($id: ID!) {\n    flowRun(id: $id) { artifacts { id key type description data taskRunId createdAt updatedAt } }\n    events(first: 200, filter: { flowRun: $id }, orderBy: OCCURRED_ASC) {\n      totalCount\n      nodes { id uuid name occurred resource { id } payload taskRunId }\n    }\n  }\n": types.FlowRunFindingsDocument,
    "\n  query FailingTaskRuns($id: ID!) {\n    flowRun(id: $id) {\n      taskRuns(first: 5, filter: { state: { type: { in: [FAILED, CRASHED] } } }) {\n        totalCount totalCountIsExact\n        nodes { id name runCount endTime state { type name message error { name message stack } } }\n      }\n    }\n  }\n": types.FailingTaskRunsDocument,
    "\n  query LastLines($id: ID!, $taskRunId: ID) {\n    flowRun(id: $id) { logs(last: 3, filter: { taskRunId: $taskRunId, level: INFO }) { nodes { cursor time level message taskRunId source } } }\n  }\n": types.LastLinesDocument,
    "\n  mutation CancelFlowRun($input: CancelFlowRunInput!) {\n    cancelFlowRun(input: $input) { __typename ... on CancelFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": types.CancelFlowRunDocument,
    "\n  mutation RetryFlowRun($input: RetryFlowRunInput!) {\n    retryFlowRun(input: $input) { __typename ... on RetryFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": types.RetryFlowRunDocument,
    "\n  query RetryPreview($id: ID!, $fromTask: String!) { flowRun(id: $id) { retryPreview(fromTask: $fromTask) { problem reused reusedCount again againCount } } }\n": types.RetryPreviewDocument,
    "\n  mutation PauseFlowRun($input: PauseFlowRunInput!) {\n    pauseFlowRun(input: $input) { __typename ... on PauseFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": types.PauseFlowRunDocument,
    "\n  mutation SuspendFlowRun($input: SuspendFlowRunInput!) {\n    suspendFlowRun(input: $input) { __typename ... on SuspendFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n": types.SuspendFlowRunDocument,
    "\n  mutation ResumeFlowRun($input: ResumeFlowRunInput!) {\n    resumeFlowRun(input: $input) { __typename ... on ResumeFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n": types.ResumeFlowRunDocument,
    "\n  mutation SetFlowRunState($input: SetFlowRunStateInput!) {\n    setFlowRunState(input: $input) {\n      __typename\n      ... on SetFlowRunStateSuccess { flowRun { ...FlowRunRow } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": types.SetFlowRunStateDocument,
    "\n  mutation CreateFlowRun($input: CreateFlowRunInput!) {\n    createFlowRun(input: $input) {\n      __typename\n      ... on CreateFlowRunSuccess { existed warnings flowRun { id uuid name } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message expected } }\n    }\n  }\n": types.CreateFlowRunDocument,
    "\n  query FilterChoices {\n    deployments(first: 200) { nodes { fullName flow { name } tags } }\n    workPools(first: 100) { nodes { name } }\n  }\n": types.FilterChoicesDocument,
    "\n  mutation DeleteFlowRun($input: DeleteFlowRunInput!) {\n    deleteFlowRun(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteFlowRunDocument,
    "\n  fragment LastRunRow on LastRun { uuid name stateType stateName startTime endTime }\n": types.LastRunRowFragmentDoc,
    "\n  query Flows($first: Int!, $after: String, $filter: FlowFilter) {\n    flows(first: $first, after: $after, filter: $filter) {\n      nodes { id uuid name createdAt deployments { id uuid name fullName isPaused } lastRuns { ...LastRunRow } }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.FlowsDocument,
    "\n  query Flow($id: ID!) {\n    flow(id: $id) {\n      id uuid name createdAt\n      deployments {\n        id uuid name fullName description isPaused tags updatedAt\n        flow { id name } workPool { id uuid name } version { number entrypoint createdAt } lastRuns { ...LastRunRow }\n      }\n    }\n  }\n": types.FlowDocument,
    "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteFlowDocument,
    "\n  query Home($from: DateTime!, $to: DateTime!, $steps: Int!, $now: DateTime!) {\n    flowRunHistogram(from: $from, to: $to, steps: $steps) { from to step isExact series { stateType counts } }\n    failed: flowRuns(first: 200, filter: { state: { type: { in: [FAILED, CRASHED] } }, startTime: { after: $from } }) {\n      totalCount totalCountIsExact\n      nodes { ...FlowRunRow }\n    }\n    waiting: flowRuns(first: 200, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { before: $now } }) {\n      totalCount totalCountIsExact\n      nodes { ...FlowRunRow }\n    }\n    paused: flowRuns(first: 20, filter: { state: { type: { in: [PAUSED] } } }) { totalCount totalCountIsExact nodes { ...FlowRunRow } }\n    running: flowRuns(first: 1, filter: { state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) { totalCount totalCountIsExact }\n    next: flowRuns(first: 8, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { after: $now } }) { nodes { ...FlowRunRow } }\n    any: flowRuns(first: 1) { nodes { id } }\n    deployments(first: 1) { nodes { fullName } }\n    workPools(first: 50) {\n      nodes { id uuid name isPaused status concurrencyLimit slotsUsed waitingCount workers { status slots slotsUsed } }\n    }\n  }\n": types.HomeDocument,
    "\n  subscription Changes($topics: [ChangeTopic!]!, $since: String) { changes(topics: $topics, since: $since) { cursor reset topics } }\n": types.ChangesDocument,
    "\n  query Logs($id: ID!, $after: String) {\n    flowRun(id: $id) {\n      logs(first: 200, after: $after) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }\n    }\n  }\n": types.LogsDocument,
    "\n  query TaskLogs($flowRunId: ID!, $taskRunId: ID!, $after: String) {\n    flowRun(id: $flowRunId) {\n      logs(first: 200, after: $after, filter: { taskRunId: $taskRunId }) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }\n    }\n  }\n": types.TaskLogsDocument,
    "\n  fragment OperationRow on Operation {\n    id kind state isStopping createdBy totalCount processedCount changedCount refusedCount refusals { flowRunId message }\n  }\n": types.OperationRowFragmentDoc,
    "\n  query Operations { operations(first: 20) { nodes { ...OperationRow } } }\n": types.OperationsDocument,
    "\n  mutation StopOperation($input: StopOperationInput!) {\n    stopOperation(input: $input) { __typename ... on StopOperationSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": types.StopOperationDocument,
    "\n  mutation CancelFlowRuns($input: CancelFlowRunsInput!) {\n    cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": types.CancelFlowRunsDocument,
    "\n  mutation RetryFlowRuns($input: RetryFlowRunsInput!) {\n    retryFlowRuns(input: $input) { __typename ... on RetryFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": types.RetryFlowRunsDocument,
    "\n  mutation DeleteFlowRuns($input: DeleteFlowRunsInput!) {\n    deleteFlowRuns(input: $input) { __typename ... on DeleteFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n": types.DeleteFlowRunsDocument,
    "\n  fragment ScheduleCard on Schedule {\n    id uuid slug words isPaused cron dayOr interval anchor rrule timezone onGap onOverlap start end catchUp maxLateness overlap parameters createdAt\n    nextInstants(first: 10)\n  }\n": types.ScheduleCardFragmentDoc,
    "\n  query Schedules($deploymentId: ID!) { deployment(id: $deploymentId) { schedules { ...ScheduleCard } } }\n": types.SchedulesDocument,
    "\n  mutation CreateSchedule($input: CreateScheduleInput!) {\n    createSchedule(input: $input) {\n      __typename\n      ... on CreateScheduleSuccess { schedule { id } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.CreateScheduleDocument,
    "\n  mutation UpdateSchedule($input: UpdateScheduleInput!) {\n    updateSchedule(input: $input) {\n      __typename\n      ... on UpdateScheduleSuccess { schedule { id } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.UpdateScheduleDocument,
    "\n  mutation PauseSchedule($input: PauseScheduleInput!) {\n    pauseSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.PauseScheduleDocument,
    "\n  mutation ResumeSchedule($input: ResumeScheduleInput!) {\n    resumeSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.ResumeScheduleDocument,
    "\n  mutation DeleteSchedule($input: DeleteScheduleInput!) {\n    deleteSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteScheduleDocument,
    "\n  query ServiceAccounts($first: Int!, $after: String) {\n    serviceAccounts(first: $first, after: $after) {\n      nodes { id uuid name description role createdAt createdBy apiKeys { id lastUsedAt expiresAt revokedAt } }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.ServiceAccountsDocument,
    "\n  query ServiceAccount($id: ID!) {\n    serviceAccount(id: $id) { id uuid name description role createdAt createdBy apiKeys { ...ApiKeyRow } }\n  }\n": types.ServiceAccountDocument,
    "\n  mutation CreateServiceAccount($input: CreateServiceAccountInput!) {\n    createServiceAccount(input: $input) {\n      __typename\n      ... on CreateServiceAccountSuccess { serviceAccount { uuid name } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": types.CreateServiceAccountDocument,
    "\n  mutation UpdateServiceAccount($input: UpdateServiceAccountInput!) {\n    updateServiceAccount(input: $input) {\n      __typename\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n": types.UpdateServiceAccountDocument,
    "\n  mutation DeleteServiceAccount($input: DeleteServiceAccountInput!) {\n    deleteServiceAccount(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteServiceAccountDocument,
    "\n  query FindRuns($filter: FlowRunFilter) { flowRuns(first: 6, filter: $filter, orderBy: CREATED_DESC) { nodes { id uuid name flow { name } state { type name } } } }\n": types.FindRunsDocument,
    "\n  query NamedThings { deployments(first: 200) { nodes { id uuid fullName } } workPools(first: 100) { nodes { uuid name } } flows(first: 100) { nodes { uuid name } } }\n": types.NamedThingsDocument,
    "\n  query FindUuid($id: ID!) { flowRun(id: $id) { uuid name } deployment(id: $id) { uuid fullName } workPool(id: $id) { uuid name } flow(id: $id) { uuid name } }\n": types.FindUuidDocument,
    "\n  query FindNode($id: ID!) { node(id: $id) { __typename id ... on FlowRun { uuid name } ... on TaskRun { name } ... on Deployment { uuid fullName } ... on WorkPool { uuid name } ... on Flow { uuid name } } }\n": types.FindNodeDocument,
    "\n  query Viewer {\n    viewer { actor permissions workspace { id uuid name handle } }\n  }\n": types.ViewerDocument,
    "\n  query Timeline($id: ID!, $after: String) {\n    flowRun(id: $id) {\n      timeline(after: $after) { origin end cursor hasMore total ids names stateTypes stateNames segments upstream messages }\n    }\n  }\n": types.TimelineDocument,
    "\n  query TaskRun($id: ID!) {\n    taskRun(id: $id) {\n      id uuid name taskKey runCount tags startTime endTime runTime upstream\n      state { id type name message timestamp error { name message stack } }\n      stateHistory { id type name message timestamp error { name message stack } }\n      childFlowRun { uuid name }\n    }\n  }\n": types.TaskRunDocument,
    "\n  query TaskRunPage($id: ID!) {\n    taskRun(id: $id) {\n      id uuid name taskKey dynamicKey runCount tags startTime endTime runTime upstream flowRunId parentTaskRunId\n      state { id type name message timestamp isFinal error { name message stack } result { type reference } cachedFrom { taskRunId } }\n      stateHistory { id type name message timestamp isFinal error { name message stack } }\n      childFlowRun { uuid name flow { id name } state { type name } }\n    }\n  }\n": types.TaskRunPageDocument,
    "\n  query FlowRunOfTask($id: ID!) { flowRun(id: $id) { id uuid name flow { id name } deployment { uuid fullName } state { id type name isFinal } } }\n": types.FlowRunOfTaskDocument,
    "\n  fragment VariableRow on Variable { id uuid name value tags updatedAt updatedBy }\n": types.VariableRowFragmentDoc,
    "\n  query Variables($first: Int!, $after: String, $filter: VariableFilter) {\n    variables(first: $first, after: $after, filter: $filter) {\n      nodes { ...VariableRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.VariablesDocument,
    "\n  mutation CreateVariable($input: CreateVariableInput!) {\n    createVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": types.CreateVariableDocument,
    "\n  mutation UpdateVariable($input: UpdateVariableInput!) {\n    updateVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n": types.UpdateVariableDocument,
    "\n  mutation DeleteVariable($input: DeleteVariableInput!) {\n    deleteVariable(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteVariableDocument,
    "\n  query WorkPools($after: String) {\n    workPools(first: 20, after: $after) {\n      nodes {\n        id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount\n        workers { id name status version hostname slots slotsUsed lastSeenAt }\n      }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.WorkPoolsDocument,
    "\n  query WorkPool($id: ID!, $filter: [ID!]!) {\n    workPool(id: $id) {\n      id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount createdAt baseJobTemplate hasOwnJobTemplate\n      queues { id uuid name priority isPaused concurrencyLimit slotsUsed waitingCount }\n      workers { id uuid name status version hostname labels slots slotsUsed lastSeenAt }\n    }\n    holding: flowRuns(first: 100, filter: { workPool: { id: $filter }, state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) {\n      nodes { ...FlowRunRow worker { id name } }\n    }\n    waiting: flowRuns(first: 20, filter: { workPool: { id: $filter }, state: { type: { in: [SCHEDULED] } } }, orderBy: SCHEDULED_TIME_ASC) {\n      nodes { ...FlowRunRow workQueue { name } why { waitingFor { kind message until hint } } }\n    }\n  }\n": types.WorkPoolDocument,
    "\n  mutation CreateWorkPool($input: CreateWorkPoolInput!) {\n    createWorkPool(input: $input) {\n      __typename\n      ... on CreateWorkPoolSuccess { workPool { uuid name } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.CreateWorkPoolDocument,
    "\n  mutation UpdateWorkPool($input: UpdateWorkPoolInput!) {\n    updateWorkPool(input: $input) {\n      __typename\n      ... on UpdateWorkPoolSuccess { workPool { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.UpdateWorkPoolDocument,
    "\n  mutation CreateWorkQueue($input: CreateWorkQueueInput!) {\n    createWorkQueue(input: $input) {\n      __typename\n      ... on CreateWorkQueueSuccess { workQueue { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.CreateWorkQueueDocument,
    "\n  mutation UpdateWorkQueue($input: UpdateWorkQueueInput!) {\n    updateWorkQueue(input: $input) {\n      __typename\n      ... on UpdateWorkQueueSuccess { workQueue { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.UpdateWorkQueueDocument,
    "\n  mutation DeleteWorkPool($input: DeleteWorkPoolInput!) {\n    deleteWorkPool(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteWorkPoolDocument,
    "\n  mutation DrainWorker($input: DrainWorkerInput!) {\n    drainWorker(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DrainWorkerDocument,
    "\n  mutation DeleteWorkQueue($input: DeleteWorkQueueInput!) {\n    deleteWorkQueue(input: $input) { __typename ... on Error { message code hint } }\n  }\n": types.DeleteWorkQueueDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ApiKeyRow on ApiKey { id uuid name prefix role scopes createdAt createdBy lastUsedAt expiresAt revokedAt serviceAccount { name } }\n"): typeof import('./graphql').ApiKeyRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ApiKeys { apiKeys { ...ApiKeyRow } }\n"): typeof import('./graphql').ApiKeysDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { key name }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').CreateApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on RotateApiKeySuccess { key apiKey { name } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').RotateApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').RevokeApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditRows($first: Int!, $after: String, $filter: AuditRowFilter) {\n    auditRows(first: $first, after: $after, filter: $filter) {\n      nodes { id occurredAt actor action subject subjectName details }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').AuditRowsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment BlockRow on Block { id uuid name fullName typeSlug data updatedAt updatedBy }\n"): typeof import('./graphql').BlockRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Blocks($first: Int!, $after: String, $filter: BlockFilter) {\n    blocks(first: $first, after: $after, filter: $filter) {\n      nodes { ...BlockRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').BlocksDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BlockTypes { blockTypes { id slug name description schema secretFields isBuiltIn } }\n"): typeof import('./graphql').BlockTypesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateBlock($input: CreateBlockInput!) {\n    createBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n"): typeof import('./graphql').CreateBlockDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateBlock($input: UpdateBlockInput!) {\n    updateBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n"): typeof import('./graphql').UpdateBlockDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteBlock($input: DeleteBlockInput!) {\n    deleteBlock(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteBlockDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ConcurrencyLimitRow on ConcurrencyLimit { id uuid name limit isActive slotDecayPerSecond activeSlots waitingCount updatedAt updatedBy }\n"): typeof import('./graphql').ConcurrencyLimitRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ConcurrencyLeaseRow on ConcurrencyLease { leaseId slots holder askedAt takenAt deadline flowRun { uuid name flow { name } state { type name } } }\n"): typeof import('./graphql').ConcurrencyLeaseRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ConcurrencyLimits($first: Int!, $after: String, $filter: ConcurrencyLimitFilter) {\n    concurrencyLimits(first: $first, after: $after, filter: $filter) {\n      nodes { ...ConcurrencyLimitRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').ConcurrencyLimitsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ConcurrencyLimit($id: ID!) {\n    concurrencyLimit(id: $id) { ...ConcurrencyLimitRow createdAt holders { ...ConcurrencyLeaseRow } waiters { ...ConcurrencyLeaseRow } }\n  }\n"): typeof import('./graphql').ConcurrencyLimitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateConcurrencyLimit($input: CreateConcurrencyLimitInput!) {\n    createConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n"): typeof import('./graphql').CreateConcurrencyLimitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateConcurrencyLimit($input: UpdateConcurrencyLimitInput!) {\n    updateConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n"): typeof import('./graphql').UpdateConcurrencyLimitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResetConcurrencyLimit($input: ResetConcurrencyLimitInput!) {\n    resetConcurrencyLimit(input: $input) {\n      __typename\n      ... on ResetConcurrencyLimitSuccess { releasedLeases }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n"): typeof import('./graphql').ResetConcurrencyLimitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteConcurrencyLimit($input: DeleteConcurrencyLimitInput!) {\n    deleteConcurrencyLimit(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteConcurrencyLimitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Deployments($first: Int!, $after: String, $filter: DeploymentFilter) {\n    deployments(first: $first, after: $after, filter: $filter) {\n      nodes {\n        id uuid name fullName description isPaused tags updatedAt\n        flow { id name } workPool { id uuid name } version { number entrypoint createdAt }\n        lastRuns { ...LastRunRow }\n      }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').DeploymentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeploymentForm($id: ID!) {\n    deployment(id: $id) { id name fullName parameters parameterSchema tags isPaused jobVariables workPool { name baseJobTemplate hasOwnJobTemplate } }\n  }\n"): typeof import('./graphql').DeploymentFormDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Deployment($id: ID!) {\n    deployment(id: $id) {\n      id uuid name fullName description isPaused tags createdAt updatedAt\n      parameters parameterSchema jobVariables jobVariableIssues { path message } concurrencyLimit onContactLost retryOnCrash startAgain\n      flow { id name } workPool { id uuid name type status } workQueue { id name }\n      version { uuid number entrypoint path contentHash createdAt }\n      schedules { id words isPaused }\n      versions(first: 50) { uuid number entrypoint path contentHash createdAt }\n    }\n  }\n"): typeof import('./graphql').DeploymentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PauseDeployment($input: PauseDeploymentInput!) {\n    pauseDeployment(input: $input) { __typename ... on PauseDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').PauseDeploymentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeDeployment($input: ResumeDeploymentInput!) {\n    resumeDeployment(input: $input) { __typename ... on ResumeDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').ResumeDeploymentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteDeployment($input: DeleteDeploymentInput!) {\n    deleteDeployment(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteDeploymentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FlowRunRow on FlowRun {\n    id uuid name tags createdAt startTime endTime scheduledTime runCount\n    flow { id name }\n    deployment { id uuid name fullName }\n    workPool { id uuid name }\n    state { id type name message timestamp scheduledTime isFinal error { name message } }\n  }\n"): typeof import('./graphql').FlowRunRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FlowRuns($first: Int!, $after: String, $filter: FlowRunFilter, $orderBy: FlowRunOrder) {\n    flowRuns(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes { ...FlowRunRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').FlowRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CountFlowRuns($fitting: FlowRunFilter, $every: FlowRunFilter) {\n    fitting: flowRuns(first: 1, filter: $fitting) { totalCount totalCountIsExact }\n    every: flowRuns(first: 1, filter: $every) { totalCount totalCountIsExact }\n  }\n"): typeof import('./graphql').CountFlowRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FlowRunsChanged($filter: FlowRunFilter, $since: String) {\n    flowRunsChanged(filter: $filter, since: $since) { cursor reset others flowRuns { ...FlowRunRow } }\n  }\n"): typeof import('./graphql').FlowRunsChangedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FlowRunDetail on FlowRun {\n    ...FlowRunRow\n    epoch idempotencyKey createdBy parameters\n    times { waiting starting running }\n    state { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } }\n    deployment { id uuid name fullName parameterSchema }\n    deploymentVersion { uuid number entrypoint contentHash }\n    flowVersion\n    workPool { id uuid name type }\n    workQueue { id name }\n    worker { id name hostname status version }\n    parentFlowRun { id uuid name }\n    why { waitingFor { kind message since until hint holders { flowRunId name since } } }\n    pause { key message deadline inputSchema defaults isSuspended }\n  }\n"): typeof import('./graphql').FlowRunDetailFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FlowRun($id: ID!) { flowRun(id: $id) { ...FlowRunDetail } }\n"): typeof import('./graphql').FlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FlowRunChanged($id: ID!, $since: String) {\n    flowRunChanged(id: $id, since: $since) { cursor reset changed flowRun { ...FlowRunDetail } }\n  }\n"): typeof import('./graphql').FlowRunChangedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FlowRunStates($id: ID!) {\n    flowRun(id: $id) { stateHistory { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } } childFlowRuns { ...FlowRunRow } }\n  }\n"): typeof import('./graphql').FlowRunStatesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FlowRunFindings($id: ID!) {\n    flowRun(id: $id) { artifacts { id key type description data taskRunId createdAt updatedAt } }\n    events(first: 200, filter: { flowRun: $id }, orderBy: OCCURRED_ASC) {\n      totalCount\n      nodes { id uuid name occurred resource { id } payload taskRunId }\n    }\n  }\n"): typeof import('./graphql').FlowRunFindingsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FailingTaskRuns($id: ID!) {\n    flowRun(id: $id) {\n      taskRuns(first: 5, filter: { state: { type: { in: [FAILED, CRASHED] } } }) {\n        totalCount totalCountIsExact\n        nodes { id name runCount endTime state { type name message error { name message stack } } }\n      }\n    }\n  }\n"): typeof import('./graphql').FailingTaskRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LastLines($id: ID!, $taskRunId: ID) {\n    flowRun(id: $id) { logs(last: 3, filter: { taskRunId: $taskRunId, level: INFO }) { nodes { cursor time level message taskRunId source } } }\n  }\n"): typeof import('./graphql').LastLinesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelFlowRun($input: CancelFlowRunInput!) {\n    cancelFlowRun(input: $input) { __typename ... on CancelFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').CancelFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryFlowRun($input: RetryFlowRunInput!) {\n    retryFlowRun(input: $input) { __typename ... on RetryFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').RetryFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RetryPreview($id: ID!, $fromTask: String!) { flowRun(id: $id) { retryPreview(fromTask: $fromTask) { problem reused reusedCount again againCount } } }\n"): typeof import('./graphql').RetryPreviewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PauseFlowRun($input: PauseFlowRunInput!) {\n    pauseFlowRun(input: $input) { __typename ... on PauseFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').PauseFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SuspendFlowRun($input: SuspendFlowRunInput!) {\n    suspendFlowRun(input: $input) { __typename ... on SuspendFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').SuspendFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeFlowRun($input: ResumeFlowRunInput!) {\n    resumeFlowRun(input: $input) { __typename ... on ResumeFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } ... on ValidationError { issues { path message } } }\n  }\n"): typeof import('./graphql').ResumeFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetFlowRunState($input: SetFlowRunStateInput!) {\n    setFlowRunState(input: $input) {\n      __typename\n      ... on SetFlowRunStateSuccess { flowRun { ...FlowRunRow } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n"): typeof import('./graphql').SetFlowRunStateDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateFlowRun($input: CreateFlowRunInput!) {\n    createFlowRun(input: $input) {\n      __typename\n      ... on CreateFlowRunSuccess { existed warnings flowRun { id uuid name } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message expected } }\n    }\n  }\n"): typeof import('./graphql').CreateFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FilterChoices {\n    deployments(first: 200) { nodes { fullName flow { name } tags } }\n    workPools(first: 100) { nodes { name } }\n  }\n"): typeof import('./graphql').FilterChoicesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteFlowRun($input: DeleteFlowRunInput!) {\n    deleteFlowRun(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteFlowRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LastRunRow on LastRun { uuid name stateType stateName startTime endTime }\n"): typeof import('./graphql').LastRunRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Flows($first: Int!, $after: String, $filter: FlowFilter) {\n    flows(first: $first, after: $after, filter: $filter) {\n      nodes { id uuid name createdAt deployments { id uuid name fullName isPaused } lastRuns { ...LastRunRow } }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').FlowsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Flow($id: ID!) {\n    flow(id: $id) {\n      id uuid name createdAt\n      deployments {\n        id uuid name fullName description isPaused tags updatedAt\n        flow { id name } workPool { id uuid name } version { number entrypoint createdAt } lastRuns { ...LastRunRow }\n      }\n    }\n  }\n"): typeof import('./graphql').FlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteFlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Home($from: DateTime!, $to: DateTime!, $steps: Int!, $now: DateTime!) {\n    flowRunHistogram(from: $from, to: $to, steps: $steps) { from to step isExact series { stateType counts } }\n    failed: flowRuns(first: 200, filter: { state: { type: { in: [FAILED, CRASHED] } }, startTime: { after: $from } }) {\n      totalCount totalCountIsExact\n      nodes { ...FlowRunRow }\n    }\n    waiting: flowRuns(first: 200, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { before: $now } }) {\n      totalCount totalCountIsExact\n      nodes { ...FlowRunRow }\n    }\n    paused: flowRuns(first: 20, filter: { state: { type: { in: [PAUSED] } } }) { totalCount totalCountIsExact nodes { ...FlowRunRow } }\n    running: flowRuns(first: 1, filter: { state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) { totalCount totalCountIsExact }\n    next: flowRuns(first: 8, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { after: $now } }) { nodes { ...FlowRunRow } }\n    any: flowRuns(first: 1) { nodes { id } }\n    deployments(first: 1) { nodes { fullName } }\n    workPools(first: 50) {\n      nodes { id uuid name isPaused status concurrencyLimit slotsUsed waitingCount workers { status slots slotsUsed } }\n    }\n  }\n"): typeof import('./graphql').HomeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Changes($topics: [ChangeTopic!]!, $since: String) { changes(topics: $topics, since: $since) { cursor reset topics } }\n"): typeof import('./graphql').ChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Logs($id: ID!, $after: String) {\n    flowRun(id: $id) {\n      logs(first: 200, after: $after) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }\n    }\n  }\n"): typeof import('./graphql').LogsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TaskLogs($flowRunId: ID!, $taskRunId: ID!, $after: String) {\n    flowRun(id: $flowRunId) {\n      logs(first: 200, after: $after, filter: { taskRunId: $taskRunId }) { nodes { cursor time level message taskRunId source } pageInfo { hasNextPage endCursor } }\n    }\n  }\n"): typeof import('./graphql').TaskLogsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment OperationRow on Operation {\n    id kind state isStopping createdBy totalCount processedCount changedCount refusedCount refusals { flowRunId message }\n  }\n"): typeof import('./graphql').OperationRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Operations { operations(first: 20) { nodes { ...OperationRow } } }\n"): typeof import('./graphql').OperationsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopOperation($input: StopOperationInput!) {\n    stopOperation(input: $input) { __typename ... on StopOperationSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').StopOperationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelFlowRuns($input: CancelFlowRunsInput!) {\n    cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').CancelFlowRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryFlowRuns($input: RetryFlowRunsInput!) {\n    retryFlowRuns(input: $input) { __typename ... on RetryFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').RetryFlowRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteFlowRuns($input: DeleteFlowRunsInput!) {\n    deleteFlowRuns(input: $input) { __typename ... on DeleteFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteFlowRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ScheduleCard on Schedule {\n    id uuid slug words isPaused cron dayOr interval anchor rrule timezone onGap onOverlap start end catchUp maxLateness overlap parameters createdAt\n    nextInstants(first: 10)\n  }\n"): typeof import('./graphql').ScheduleCardFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Schedules($deploymentId: ID!) { deployment(id: $deploymentId) { schedules { ...ScheduleCard } } }\n"): typeof import('./graphql').SchedulesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateSchedule($input: CreateScheduleInput!) {\n    createSchedule(input: $input) {\n      __typename\n      ... on CreateScheduleSuccess { schedule { id } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').CreateScheduleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateSchedule($input: UpdateScheduleInput!) {\n    updateSchedule(input: $input) {\n      __typename\n      ... on UpdateScheduleSuccess { schedule { id } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').UpdateScheduleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PauseSchedule($input: PauseScheduleInput!) {\n    pauseSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').PauseScheduleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeSchedule($input: ResumeScheduleInput!) {\n    resumeSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').ResumeScheduleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteSchedule($input: DeleteScheduleInput!) {\n    deleteSchedule(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteScheduleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceAccounts($first: Int!, $after: String) {\n    serviceAccounts(first: $first, after: $after) {\n      nodes { id uuid name description role createdAt createdBy apiKeys { id lastUsedAt expiresAt revokedAt } }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').ServiceAccountsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceAccount($id: ID!) {\n    serviceAccount(id: $id) { id uuid name description role createdAt createdBy apiKeys { ...ApiKeyRow } }\n  }\n"): typeof import('./graphql').ServiceAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateServiceAccount($input: CreateServiceAccountInput!) {\n    createServiceAccount(input: $input) {\n      __typename\n      ... on CreateServiceAccountSuccess { serviceAccount { uuid name } }\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n"): typeof import('./graphql').CreateServiceAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateServiceAccount($input: UpdateServiceAccountInput!) {\n    updateServiceAccount(input: $input) {\n      __typename\n      ... on Error { message code hint }\n      ... on ValidationError { issues { message } }\n    }\n  }\n"): typeof import('./graphql').UpdateServiceAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteServiceAccount($input: DeleteServiceAccountInput!) {\n    deleteServiceAccount(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteServiceAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindRuns($filter: FlowRunFilter) { flowRuns(first: 6, filter: $filter, orderBy: CREATED_DESC) { nodes { id uuid name flow { name } state { type name } } } }\n"): typeof import('./graphql').FindRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NamedThings { deployments(first: 200) { nodes { id uuid fullName } } workPools(first: 100) { nodes { uuid name } } flows(first: 100) { nodes { uuid name } } }\n"): typeof import('./graphql').NamedThingsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindUuid($id: ID!) { flowRun(id: $id) { uuid name } deployment(id: $id) { uuid fullName } workPool(id: $id) { uuid name } flow(id: $id) { uuid name } }\n"): typeof import('./graphql').FindUuidDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindNode($id: ID!) { node(id: $id) { __typename id ... on FlowRun { uuid name } ... on TaskRun { name } ... on Deployment { uuid fullName } ... on WorkPool { uuid name } ... on Flow { uuid name } } }\n"): typeof import('./graphql').FindNodeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer { actor permissions workspace { id uuid name handle } }\n  }\n"): typeof import('./graphql').ViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Timeline($id: ID!, $after: String) {\n    flowRun(id: $id) {\n      timeline(after: $after) { origin end cursor hasMore total ids names stateTypes stateNames segments upstream messages }\n    }\n  }\n"): typeof import('./graphql').TimelineDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TaskRun($id: ID!) {\n    taskRun(id: $id) {\n      id uuid name taskKey runCount tags startTime endTime runTime upstream\n      state { id type name message timestamp error { name message stack } }\n      stateHistory { id type name message timestamp error { name message stack } }\n      childFlowRun { uuid name }\n    }\n  }\n"): typeof import('./graphql').TaskRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TaskRunPage($id: ID!) {\n    taskRun(id: $id) {\n      id uuid name taskKey dynamicKey runCount tags startTime endTime runTime upstream flowRunId parentTaskRunId\n      state { id type name message timestamp isFinal error { name message stack } result { type reference } cachedFrom { taskRunId } }\n      stateHistory { id type name message timestamp isFinal error { name message stack } }\n      childFlowRun { uuid name flow { id name } state { type name } }\n    }\n  }\n"): typeof import('./graphql').TaskRunPageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FlowRunOfTask($id: ID!) { flowRun(id: $id) { id uuid name flow { id name } deployment { uuid fullName } state { id type name isFinal } } }\n"): typeof import('./graphql').FlowRunOfTaskDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment VariableRow on Variable { id uuid name value tags updatedAt updatedBy }\n"): typeof import('./graphql').VariableRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Variables($first: Int!, $after: String, $filter: VariableFilter) {\n    variables(first: $first, after: $after, filter: $filter) {\n      nodes { ...VariableRow }\n      totalCount totalCountIsExact\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').VariablesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateVariable($input: CreateVariableInput!) {\n    createVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n"): typeof import('./graphql').CreateVariableDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateVariable($input: UpdateVariableInput!) {\n    updateVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }\n  }\n"): typeof import('./graphql').UpdateVariableDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteVariable($input: DeleteVariableInput!) {\n    deleteVariable(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteVariableDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WorkPools($after: String) {\n    workPools(first: 20, after: $after) {\n      nodes {\n        id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount\n        workers { id name status version hostname slots slotsUsed lastSeenAt }\n      }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql').WorkPoolsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WorkPool($id: ID!, $filter: [ID!]!) {\n    workPool(id: $id) {\n      id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount createdAt baseJobTemplate hasOwnJobTemplate\n      queues { id uuid name priority isPaused concurrencyLimit slotsUsed waitingCount }\n      workers { id uuid name status version hostname labels slots slotsUsed lastSeenAt }\n    }\n    holding: flowRuns(first: 100, filter: { workPool: { id: $filter }, state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) {\n      nodes { ...FlowRunRow worker { id name } }\n    }\n    waiting: flowRuns(first: 20, filter: { workPool: { id: $filter }, state: { type: { in: [SCHEDULED] } } }, orderBy: SCHEDULED_TIME_ASC) {\n      nodes { ...FlowRunRow workQueue { name } why { waitingFor { kind message until hint } } }\n    }\n  }\n"): typeof import('./graphql').WorkPoolDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateWorkPool($input: CreateWorkPoolInput!) {\n    createWorkPool(input: $input) {\n      __typename\n      ... on CreateWorkPoolSuccess { workPool { uuid name } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').CreateWorkPoolDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateWorkPool($input: UpdateWorkPoolInput!) {\n    updateWorkPool(input: $input) {\n      __typename\n      ... on UpdateWorkPoolSuccess { workPool { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').UpdateWorkPoolDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateWorkQueue($input: CreateWorkQueueInput!) {\n    createWorkQueue(input: $input) {\n      __typename\n      ... on CreateWorkQueueSuccess { workQueue { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').CreateWorkQueueDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateWorkQueue($input: UpdateWorkQueueInput!) {\n    updateWorkQueue(input: $input) {\n      __typename\n      ... on UpdateWorkQueueSuccess { workQueue { id } }\n      ... on Error { message code hint path }\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql').UpdateWorkQueueDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteWorkPool($input: DeleteWorkPoolInput!) {\n    deleteWorkPool(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteWorkPoolDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DrainWorker($input: DrainWorkerInput!) {\n    drainWorker(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DrainWorkerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteWorkQueue($input: DeleteWorkQueueInput!) {\n    deleteWorkQueue(input: $input) { __typename ... on Error { message code hint } }\n  }\n"): typeof import('./graphql').DeleteWorkQueueDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
