/** What the home page asks. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** Everything on it, at once. `now` divides what waits from what is to come. */
export const homeDocument = graphql(`
  query Home($from: DateTime!, $to: DateTime!, $steps: Int!, $now: DateTime!) {
    flowRunHistogram(from: $from, to: $to, steps: $steps) { from to step isExact series { stateType counts } }
    failed: flowRuns(first: 200, filter: { state: { type: { in: [FAILED, CRASHED] } }, startTime: { after: $from } }) {
      totalCount totalCountIsExact
      nodes { ...FlowRunRow }
    }
    waiting: flowRuns(first: 200, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { before: $now } }) {
      totalCount totalCountIsExact
      nodes { ...FlowRunRow }
    }
    paused: flowRuns(first: 20, filter: { state: { type: { in: [PAUSED] } } }) { totalCount totalCountIsExact nodes { ...FlowRunRow } }
    running: flowRuns(first: 1, filter: { state: { type: { in: [PENDING, RUNNING, CANCELLING] } } }) { totalCount totalCountIsExact }
    next: flowRuns(first: 8, orderBy: SCHEDULED_TIME_ASC, filter: { state: { type: { in: [SCHEDULED] } }, scheduledTime: { after: $now } }) { nodes { ...FlowRunRow } }
    any: flowRuns(first: 1) { nodes { id } }
    deployments(first: 1) { nodes { fullName } }
    workPools(first: 50) {
      nodes { id uuid name isPaused status concurrencyLimit slotsUsed waitingCount workers { status slots slotsUsed } }
    }
  }
`)
