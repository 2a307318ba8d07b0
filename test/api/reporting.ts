/** A runner for tests: starts a run by itself and reports on it through the real /reports. */
import { sql } from 'drizzle-orm'
import { newId } from '../../core/ids.ts'
import type { Directive, Fact, LogLine, TaskRunFact } from '../../core/protocol/reports.ts'
import { PROTOCOL_VERSION } from '../../core/protocol/version.ts'
import { makeState, type StateType } from '../../core/states.ts'
import { sqlStatement } from '../../db/statement.ts'
import { type Ask, send, system } from './support.ts'

export interface Runner {
  id: string
  uuid: string
  /** Sends facts as the next report of the run; throws when it is not acknowledged. */
  report(...facts: Fact[]): Promise<void>
  /** Sends an empty report, and answers what the runner is told. */
  hear(): Promise<Directive[]>
  /** Ends the run. */
  end(type: StateType, message?: string): Promise<void>
}

/** A run of the flow `script`, RUNNING, with its runner. */
export async function startRunner(ask: Ask, name?: string): Promise<Runner> {
  const uuid = newId()
  const { data, errors } = await ask(
    `mutation ($input: StartFlowRunInput!) { startFlowRun(input: $input) {
      ... on StartFlowRunSuccess { runToken stateId flowRun { id } } ... on Error { message } } }`,
    { input: { id: uuid, flowName: 'script', name } },
  )
  if (errors) throw new Error(JSON.stringify(errors))
  const { runToken, flowRun } = data.startFlowRun as { runToken: string; flowRun: { id: string } }
  let { stateId } = data.startFlowRun as { stateId: string }
  let n = 0
  const tell = async (facts: Fact[]): Promise<Directive[]> => {
    n++
    const response = await send('/reports', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${runToken}` },
      body: JSON.stringify({
        protocol: PROTOCOL_VERSION,
        sentAt: Date.now(),
        sessionId: null,
        reports: [{ flowRunId: uuid, epoch: 1, n, stateId, runToken, facts }],
        holderFacts: [],
      }),
    })
    const answer = (await response.json()) as { runs?: { acknowledged: number; stateId: string; directives: Directive[]; refused?: unknown }[] }
    const [run] = answer.runs ?? []
    if (run?.acknowledged !== n || run.refused) throw new Error(`report ${n} was answered ${response.status} ${JSON.stringify(answer)}`)
    stateId = run.stateId
    return run.directives
  }
  const report = async (...facts: Fact[]) => void (await tell(facts))
  const end = (type: StateType, message?: string) =>
    report({ kind: 'flow-run-state', state: makeState({ id: newId(), type, timestamp: Date.now(), message: message ?? null }), runCount: 1 })
  return { id: flowRun.id, uuid, report, hear: () => tell([]), end }
}

/** Makes the run of a script look like one of the workspace's deployment: a worker could take it again. */
export const asOneOfADeployment = (workspaceId: string, flowRunId: string): Promise<unknown> =>
  system.inWorkspace(workspaceId).run(
    sqlStatement(
      () => sql`update flow_runs r set deployment_id = d.id, deployment_version_id = d.version_id, work_pool_id = d.work_pool_id, work_pool_type = 'process', work_queue_id = d.work_queue_id
        from deployments d where d.workspace_id = ${workspaceId}::uuid and r.workspace_id = d.workspace_id and r.id = ${flowRunId}::uuid`,
      () => undefined,
    ),
  )

/** Log lines of the flow itself. */
export const logsFact = (flowRunId: string, ...messages: string[]): Fact => ({
  kind: 'logs',
  flowRunId,
  lines: messages.map((message): LogLine => ({ time: Date.now(), level: message.startsWith('!') ? 'error' : 'info', message })),
})

/** A task run that took a second and is COMPLETED. */
export function taskRunFact(flowRunId: string, name: string, upstream: string[] = []): TaskRunFact {
  const ended = Date.now()
  const state = (type: StateType, timestamp: number) => makeState({ id: newId(), type, timestamp })
  return {
    kind: 'task-run',
    taskRunId: newId(),
    flowRunId,
    name,
    taskKey: name,
    dynamicKey: '0',
    tags: [],
    runCount: 1,
    states: [state('PENDING', ended - 1_500), state('RUNNING', ended - 1_000), state('COMPLETED', ended)],
    startTime: ended - 1_000,
    endTime: ended,
    runTime: 1_000,
    upstream,
    parentTaskRunId: null,
  }
}

/** A markdown artifact of the flow itself. */
export const artifactFact = (flowRunId: string, key: string): Fact => ({
  kind: 'artifact',
  artifactId: newId(),
  flowRunId,
  taskRunId: null,
  key,
  type: 'markdown',
  description: null,
  data: `# ${key}`,
  time: Date.now(),
})
