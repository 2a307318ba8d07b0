/** What the pages ask of work pools. Few at a time: each comes with its workers, of which there may be many. */
import type { WorkPoolQuery } from '#lib/graphql/generated/graphql.ts'
import { graphql } from '#lib/graphql/generated/index.ts'

/** A pool as its page shows it, with its queues and workers. */
export type PoolDetail = NonNullable<WorkPoolQuery['workPool']>
/** A lane of it. */
export type WorkQueue = PoolDetail['queues'][number]
/** A run that holds one of its slots. */
export type HoldingRun = WorkPoolQuery['holding']['nodes'][number]
/** A run that waits for one. */
export type WaitingRun = WorkPoolQuery['waiting']['nodes'][number]

/** A page of the work pools with their workers. */
export const workPoolsDocument = graphql(`
  query WorkPools($after: String) {
    workPools(first: 20, after: $after) {
      nodes {
        id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount
        workers { id name status version hostname slots slotsUsed lastSeenAt }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** One pool with its queues and workers, the runs that hold its slots, and the first of those that wait, with their reasons. */
export const workPoolDocument = graphql(`
  query WorkPool($id: ID!, $filter: [ID!]!) {
    workPool(id: $id) {
      id uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount createdAt baseJobTemplate hasOwnJobTemplate
      queues { id uuid name priority isPaused concurrencyLimit slotsUsed waitingCount }
      workers { id uuid name status version hostname labels slots slotsUsed lastSeenAt }
    }
    holding: flowRuns(first: 100, filter: { workPool: { id: $filter }, state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) {
      nodes { ...FlowRunRow worker { id name } }
    }
    waiting: flowRuns(first: 20, filter: { workPool: { id: $filter }, state: { type: { in: [SCHEDULED] } } }, orderBy: SCHEDULED_TIME_ASC) {
      nodes { ...FlowRunRow workQueue { name } why { waitingFor { kind message until hint } } }
    }
  }
`)

/** Makes a pool. */
export const createWorkPoolDocument = graphql(`
  mutation CreateWorkPool($input: CreateWorkPoolInput!) {
    createWorkPool(input: $input) {
      __typename
      ... on CreateWorkPoolSuccess { workPool { uuid name } }
      ... on Error { message code hint path }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** Pauses or resumes a pool, sets its limit or its description. */
export const updateWorkPoolDocument = graphql(`
  mutation UpdateWorkPool($input: UpdateWorkPoolInput!) {
    updateWorkPool(input: $input) {
      __typename
      ... on UpdateWorkPoolSuccess { workPool { id } }
      ... on Error { message code hint path }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** Makes a queue of a pool. */
export const createWorkQueueDocument = graphql(`
  mutation CreateWorkQueue($input: CreateWorkQueueInput!) {
    createWorkQueue(input: $input) {
      __typename
      ... on CreateWorkQueueSuccess { workQueue { id } }
      ... on Error { message code hint path }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** Pauses or resumes a queue, sets its priority or its limit. */
export const updateWorkQueueDocument = graphql(`
  mutation UpdateWorkQueue($input: UpdateWorkQueueInput!) {
    updateWorkQueue(input: $input) {
      __typename
      ... on UpdateWorkQueueSuccess { workQueue { id } }
      ... on Error { message code hint path }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** Takes a pool away that nothing names any more. */
export const deleteWorkPoolDocument = graphql(`
  mutation DeleteWorkPool($input: DeleteWorkPoolInput!) {
    deleteWorkPool(input: $input) { __typename ... on Error { message code hint } }
  }
`)

/** Tells a worker to leave. */
export const drainWorkerDocument = graphql(`
  mutation DrainWorker($input: DrainWorkerInput!) {
    drainWorker(input: $input) { __typename ... on Error { message code hint } }
  }
`)

/** Takes a queue away that nothing names any more. */
export const deleteWorkQueueDocument = graphql(`
  mutation DeleteWorkQueue($input: DeleteWorkQueueInput!) {
    deleteWorkQueue(input: $input) { __typename ... on Error { message code hint } }
  }
`)
