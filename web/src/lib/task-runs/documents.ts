/** What the pages ask of task runs. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** The task runs of a run as columns, those that have changed since a cursor. */
export const timelineDocument = graphql(`
  query Timeline($id: ID!, $after: String) {
    flowRun(id: $id) {
      timeline(after: $after) { origin end cursor hasMore total ids names stateTypes stateNames segments upstream messages }
    }
  }
`)

/** One task run with its states. */
export const taskRunDocument = graphql(`
  query TaskRun($id: ID!) {
    taskRun(id: $id) {
      id uuid name taskKey runCount tags startTime endTime runTime upstream
      state { id type name message timestamp error { name message stack } }
      stateHistory { id type name message timestamp error { name message stack } }
      childFlowRun { uuid name }
    }
  }
`)

/** A task run as its own page shows it. */
export const taskRunPageDocument = graphql(`
  query TaskRunPage($id: ID!) {
    taskRun(id: $id) {
      id uuid name taskKey dynamicKey runCount tags startTime endTime runTime upstream flowRunId parentTaskRunId
      state { id type name message timestamp isFinal error { name message stack } result { type reference } cachedFrom { taskRunId } }
      stateHistory { id type name message timestamp isFinal error { name message stack } }
      childFlowRun { uuid name flow { id name } state { type name } }
    }
  }
`)

/** The flow run that a task run is part of. */
export const flowRunOfTaskDocument = graphql(`
  query FlowRunOfTask($id: ID!) { flowRun(id: $id) { id uuid name flow { id name } deployment { uuid fullName } state { id type name isFinal } } }
`)
