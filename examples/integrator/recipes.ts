/** What integrators do most, each in a function: with plain fetch, and types made from the schema. test/api/integrator.worker.test.ts runs them all. */
import { type Client, successOf } from './client.ts'
import { graphql } from './generated/index.ts'
import type { FlowRunFilter } from './generated/graphql.ts'

/** What an operator can meet; every result's error has these. */
export const Problem = graphql(`
  fragment Problem on Error { code message path hint }
`)

/** 1. Who am I, and what may I do? */
export const whoAmI = async (client: Client) =>
  (await client.ask(graphql(`query WhoAmI { viewer { actor permissions workspace { name handle } } }`), {})).viewer

/** 2. What can be run? Every page of it. */
export async function* deployments(client: Client) {
  const pageAfter = async (after: string | null) =>
    (
      await client.ask(
        graphql(`
          query Deployments($after: String) {
            deployments(first: 100, after: $after) { nodes { id fullName isPaused parameterSchema } pageInfo { hasNextPage endCursor } }
          }
        `),
        { after },
      )
    ).deployments
  let page = await pageAfter(null)
  yield* page.nodes
  while (page.pageInfo.hasNextPage) {
    page = await pageAfter(page.pageInfo.endCursor ?? null)
    yield* page.nodes
  }
}

/** 3. Run it, once: the same key of the same order again is the same run. */
export async function runOnce(client: Client, deploymentName: string, parameters: Record<string, unknown>, idempotencyKey: string) {
  const { createFlowRun } = await client.ask(
    graphql(`
      mutation RunOnce($input: CreateFlowRunInput!) {
        createFlowRun(input: $input) {
          __typename
          ... on CreateFlowRunSuccess { existed flowRun { id name url } }
          ...Problem
        }
      }
    `),
    { input: { deploymentName, parameters, idempotencyKey } },
  )
  return successOf(createFlowRun)
}

/** 4. Wait for its end, through cut connections and streams that end after ten minutes. */
export async function waitForEnd(client: Client, id: string, onState: (name: string) => void = () => {}) {
  const document = graphql(`
    subscription WaitForEnd($id: ID!, $since: String) {
      flowRunChanged(id: $id, since: $since) { cursor flowRun { state { type name message } endTime } }
    }
  `)
  const messages = client.follow(document, {
    variablesAfter: (since) => ({ id, since }),
    cursorOf: ({ flowRunChanged }) => flowRunChanged.cursor,
  })
  for await (const { flowRunChanged } of messages) {
    const run = flowRunChanged.flowRun
    if (!run) break
    onState(run.state.name)
    if (run.endTime !== null) return run.state
  }
  throw new Error('the run was deleted')
}

/** 5. What did it print? All lines, in order. */
export async function* logLines(client: Client, id: string) {
  const document = graphql(`
    subscription LogLines($id: ID!, $after: String) {
      logs(flowRunId: $id, after: $after) { cursor complete logs { time level message } }
    }
  `)
  const messages = client.follow(document, { variablesAfter: (after) => ({ id, after }), cursorOf: ({ logs }) => logs.cursor })
  for await (const { logs } of messages) {
    yield* logs.logs
    if (logs.complete) return
  }
}

/** 6. What has failed since yesterday? */
export const failedSince = async (client: Client, after: string) =>
  (
    await client.ask(
      graphql(`
        query Failed($filter: FlowRunFilter) {
          flowRuns(first: 50, filter: $filter) { totalCount nodes { id name flow { name } state { name message } endTime } }
        }
      `),
      { filter: { state: { type: { in: ['FAILED', 'CRASHED'] } }, createdAt: { after } } },
    )
  ).flowRuns

/** 7. Why does it not run? */
export const whyWaiting = async (client: Client, id: string) =>
  (await client.ask(graphql(`query WhyWaiting($id: ID!) { flowRun(id: $id) { state { name } why { waitingFor { kind message hint } } } }`), { id }))
    .flowRun?.why.waitingFor

/** 8. Stop it; run it again. */
export const cancel = async (client: Client, id: string, reason: string) =>
  successOf(
    (
      await client.ask(
        graphql(`
          mutation Cancel($id: ID!, $reason: String) {
            cancelFlowRun(input: { id: $id, reason: $reason }) { __typename ... on CancelFlowRunSuccess { flowRun { state { type } } } ...Problem }
          }
        `),
        { id, reason },
      )
    ).cancelFlowRun,
  )

export const retry = async (client: Client, id: string) =>
  successOf(
    (
      await client.ask(
        graphql(`
          mutation Retry($id: ID!) {
            retryFlowRun(input: { id: $id }) { __typename ... on RetryFlowRunSuccess { flowRun { state { type } } } ...Problem }
          }
        `),
        { id },
      )
    ).retryFlowRun,
  )

/** 9. Cancel a thousand by filter: look first, then follow how far it is. */
export async function cancelAll(client: Client, filter: FlowRunFilter, onProgress: (done: number, of: number) => void = () => {}) {
  const document = graphql(`
    mutation CancelAll($input: CancelFlowRunsInput!) {
      cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { matchedCount operation { id } } ...Problem }
    }
  `)
  const { matchedCount } = successOf((await client.ask(document, { input: { filter, dryRun: true } })).cancelFlowRuns)
  onProgress(0, matchedCount)
  const { operation } = successOf((await client.ask(document, { input: { filter, reason: 'by filter' } })).cancelFlowRuns)
  const progress = graphql(`
    query Progress($id: ID!) { operation(id: $id) { state totalCount processedCount changedCount refusedCount refusals { flowRunId message } } }
  `)
  for (;;) {
    const now = (await client.ask(progress, { id: operation?.id ?? '' })).operation
    if (!now) throw new Error('the operation is gone')
    onProgress(now.processedCount, now.totalCount)
    if (now.state !== 'RUNNING') return now
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** 10. Keep a value where flows read it. */
export const setVariable = async (client: Client, name: string, value: unknown) =>
  successOf(
    (
      await client.ask(
        graphql(`
          mutation SetVariable($name: String!, $value: JSON) {
            setVariable(input: { name: $name, value: $value }) { __typename ... on SetVariableSuccess { created variable { id value } } ...Problem }
          }
        `),
        { name, value },
      )
    ).setVariable,
  )

/** 11. A key for a status page, which can do nothing but look at runs. */
export const statusPageKey = async (client: Client, expiresAt: string) =>
  successOf(
    (
      await client.ask(
        graphql(`
          mutation StatusPageKey($input: CreateApiKeyInput!) {
            createApiKey(input: $input) { __typename ... on CreateApiKeySuccess { key } ...Problem }
          }
        `),
        { input: { name: 'status page', role: 'VIEWER', scopes: ['flow-runs:read', 'flow-runs:list', 'workspaces:read'], expiresAt } },
      )
    ).createApiKey,
  )
