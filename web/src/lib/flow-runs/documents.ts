/** What the pages ask of flow runs. Row = what a list shows of each run. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** What a list shows of each run. */
export const flowRunRowFragment = graphql(`
  fragment FlowRunRow on FlowRun {
    id uuid name tags createdAt startTime endTime scheduledTime runCount
    flow { id name }
    deployment { id uuid name fullName }
    workPool { id uuid name }
    state { id type name message timestamp scheduledTime isFinal error { name message } }
  }
`)

/** A page of the list. */
export const flowRunsDocument = graphql(`
  query FlowRuns($first: Int!, $after: String, $filter: FlowRunFilter, $orderBy: FlowRunOrder) {
    flowRuns(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes { ...FlowRunRow }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** How many of the runs of a filter an action fits, before it is done to them. */
export const countFlowRunsDocument = graphql(`
  query CountFlowRuns($fitting: FlowRunFilter, $every: FlowRunFilter) {
    fitting: flowRuns(first: 1, filter: $fitting) { totalCount totalCountIsExact }
    every: flowRuns(first: 1, filter: $every) { totalCount totalCountIsExact }
  }
`)

/** What happens to the runs of a filter, from a cursor on. */
export const flowRunsChangedDocument = graphql(`
  subscription FlowRunsChanged($filter: FlowRunFilter, $since: String) {
    flowRunsChanged(filter: $filter, since: $since) { cursor reset others flowRuns { ...FlowRunRow } }
  }
`)

/** What the page of a run shows above its tabs. */
export const flowRunDetailFragment = graphql(`
  fragment FlowRunDetail on FlowRun {
    ...FlowRunRow
    epoch idempotencyKey createdBy parameters
    times { waiting starting running }
    state { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } }
    deployment { id uuid name fullName parameterSchema }
    deploymentVersion { uuid number entrypoint contentHash }
    flowVersion
    workPool { id uuid name type }
    workQueue { id name }
    worker { id name hostname status version }
    parentFlowRun { id uuid name }
    why { waitingFor { kind message since until hint holders { flowRunId name since } } }
    pause { key message deadline inputSchema defaults isSuspended }
  }
`)

/** One run, as its page shows it. */
export const flowRunDocument = graphql(`
  query FlowRun($id: ID!) { flowRun(id: $id) { ...FlowRunDetail } }
`)

/** What happens to one run, from a cursor on. */
export const flowRunChangedDocument = graphql(`
  subscription FlowRunChanged($id: ID!, $since: String) {
    flowRunChanged(id: $id, since: $since) { cursor reset changed flowRun { ...FlowRunDetail } }
  }
`)

/** All states of a run, and the runs that it started. */
export const stateHistoryDocument = graphql(`
  query FlowRunStates($id: ID!) {
    flowRun(id: $id) { stateHistory { id type name message timestamp scheduledTime isFinal by error { name message stack } exit { code signal stderr } } childFlowRuns { ...FlowRunRow } }
  }
`)

/** Everything that a run has shown to people, and the first of the events that it has emitted. */
export const findingsDocument = graphql(`
  query FlowRunFindings($id: ID!) {
    flowRun(id: $id) { artifacts { id key type description data taskRunId createdAt updatedAt } }
    events(first: 200, filter: { flowRun: $id }, orderBy: OCCURRED_ASC) {
      totalCount
      nodes { id uuid name occurred resource { id } payload taskRunId }
    }
  }
`)

/** The first task runs that failed or crashed, and how many there are. */
export const failingTaskRunsDocument = graphql(`
  query FailingTaskRuns($id: ID!) {
    flowRun(id: $id) {
      taskRuns(first: 5, filter: { state: { type: { in: [FAILED, CRASHED] } } }) {
        totalCount totalCountIsExact
        nodes { id name runCount endTime state { type name message error { name message stack } } }
      }
    }
  }
`)

/** The last log lines of a run, or of one of its task runs. */
export const lastLinesDocument = graphql(`
  query LastLines($id: ID!, $taskRunId: ID) {
    flowRun(id: $id) { logs(last: 3, filter: { taskRunId: $taskRunId, level: INFO }) { nodes { cursor time level message taskRunId source } } }
  }
`)

/** Asks a run to stop. */
export const cancelFlowRunDocument = graphql(`
  mutation CancelFlowRun($input: CancelFlowRunInput!) {
    cancelFlowRun(input: $input) { __typename ... on CancelFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }
  }
`)

/** Queues a run again. */
export const retryFlowRunDocument = graphql(`
  mutation RetryFlowRun($input: RetryFlowRunInput!) {
    retryFlowRun(input: $input) { __typename ... on RetryFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }
  }
`)

/** What a retry from a task would do. */
export const retryPreviewDocument = graphql(`
  query RetryPreview($id: ID!, $fromTask: String!) { flowRun(id: $id) { retryPreview(fromTask: $fromTask) { problem reused reusedCount again againCount } } }
`)

/** Sets a run aside that waits to be started. */
export const pauseFlowRunDocument = graphql(`
  mutation PauseFlowRun($input: PauseFlowRunInput!) {
    pauseFlowRun(input: $input) { __typename ... on PauseFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }
  }
`)

/** Asks a running run for its process. */
export const suspendFlowRunDocument = graphql(`
  mutation SuspendFlowRun($input: SuspendFlowRunInput!) {
    suspendFlowRun(input: $input) { __typename ... on SuspendFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } }
  }
`)

/** Lets a paused run go on. */
export const resumeFlowRunDocument = graphql(`
  mutation ResumeFlowRun($input: ResumeFlowRunInput!) {
    resumeFlowRun(input: $input) { __typename ... on ResumeFlowRunSuccess { flowRun { ...FlowRunRow } } ... on Error { message code hint } ... on ValidationError { issues { path message } } }
  }
`)

/** Says how a run has ended, whatever it is in. */
export const setFlowRunStateDocument = graphql(`
  mutation SetFlowRunState($input: SetFlowRunStateInput!) {
    setFlowRunState(input: $input) {
      __typename
      ... on SetFlowRunStateSuccess { flowRun { ...FlowRunRow } }
      ... on Error { message code hint }
      ... on ValidationError { issues { message } }
    }
  }
`)

/** Makes a run of a deployment. */
export const createFlowRunDocument = graphql(`
  mutation CreateFlowRun($input: CreateFlowRunInput!) {
    createFlowRun(input: $input) {
      __typename
      ... on CreateFlowRunSuccess { existed warnings flowRun { id uuid name } }
      ... on Error { message code hint path }
      ... on ValidationError { issues { path message expected } }
    }
  }
`)

/** What the chips of the filter offer. */
export const choicesDocument = graphql(`
  query FilterChoices {
    deployments(first: 200) { nodes { fullName flow { name } tags } }
    workPools(first: 100) { nodes { name } }
  }
`)

/** Takes a run away with all that belongs to it. */
export const deleteFlowRunDocument = graphql(`
  mutation DeleteFlowRun($input: DeleteFlowRunInput!) {
    deleteFlowRun(input: $input) { __typename ... on Error { message code hint } }
  }
`)

/** A run that has ended, as a bar of a strip. */
export const lastRunRow = graphql(`
  fragment LastRunRow on LastRun { uuid name stateType stateName startTime endTime }
`)
