/** `RunWrite`s in the form that the SQL function `apply_changes` takes: flat lists, one for each table, every element naming the run that it stands or falls with. */
import { formatInstant, type Instant } from '../../core/instant.ts'
import { type ArtifactFact, type ChildFlowRunFact, type EventFact, LOG_LEVELS, type LogLine, type TaskRunFact } from '../../core/protocol/reports.ts'
import { isFinal, type State } from '../../core/states.ts'
import { type ChangedPart, FLOW_RUNS_TOPIC, flowRunTopic } from '../../core/topics.ts'
import { lineForRecord, tableForRecord } from '../name-order.ts'
import { eventRow } from '../queries/events/event-row.ts'
import type { RunWrite } from './run-write.ts'
import { stateRow, timesOf } from './state-row.ts'

/** Only the first write of a run counts. */
export function payloadOf(writes: readonly RunWrite[]) {
  const payload = {
    runs: [] as object[],
    states: [] as object[],
    task_runs: [] as object[],
    logs: [] as object[],
    artifacts: [] as object[],
    events: [] as object[],
    children: [] as object[],
    changes: [] as object[],
  }
  const seen = new Set<string>()
  for (const write of writes) {
    const run = write.change.flowRunId
    if (seen.has(run)) continue
    seen.add(run)
    const facts = new FactsOfRun(write)
    payload.runs.push(runRow(write, facts.count))
    for (const state of write.change.states) payload.states.push({ run, flow_run_id: run, ...stateRow(state), is_history: false })
    for (const state of write.change.history) payload.states.push({ run, flow_run_id: run, ...stateRow(state), is_history: true })
    for (const [id, { fact, position }] of facts.children) {
      payload.children.push({ run, position, ...childRow(fact) })
      for (const state of fact.states) payload.states.push({ run, flow_run_id: id, ...stateRow(state), is_history: false })
    }
    for (const { fact, position } of facts.taskRuns.values()) payload.task_runs.push({ run, position, ...taskRunRow(fact) })
    for (const { flowRunId, lines, chunkId, position } of facts.logs)
      payload.logs.push({ run, position, flow_run_id: flowRunId, chunk_id: chunkId, ...chunkRow(lines) })
    for (const { fact, position } of facts.artifacts.values()) payload.artifacts.push({ run, position, ...artifactRow(fact) })
    for (const fact of facts.events.values())
      payload.events.push({ run, ...eventRow({ ...fact, id: fact.eventId, occurred: fact.occurred ?? fact.time }) })
    for (const { topic, flowRunId, changed } of changesOf(write)) payload.changes.push({ run, topic, flow_run_id: flowRunId, changed })
  }
  return payload
}

/** What listeners hear of a write: rows of `changes`, and the topics to ring. */
export function changesOf(write: RunWrite): { topic: string; flowRunId: string; changed: ChangedPart[] }[] {
  const parts = new Map<string, Set<ChangedPart>>()
  const note = (flowRunId: string, part: ChangedPart) => parts.set(flowRunId, (parts.get(flowRunId) ?? new Set()).add(part))
  const { flowRunId, states, history } = write.change
  if (states.length + history.length > 0) note(flowRunId, 'state')
  if (write.output?.length) note(flowRunId, 'logs')
  for (const fact of write.facts ?? []) note(fact.flowRunId, PART[fact.kind])
  const rows = [...parts].map(([id, changed]) => ({ topic: flowRunTopic(id), flowRunId: id, changed: [...changed] }))
  const moved = [
    ...(states.length > 0 ? [flowRunId] : []),
    ...new Set((write.facts ?? []).filter((fact) => fact.kind === 'child-flow-run').map((fact) => fact.flowRunId)),
  ]
  return [...rows, ...moved.map((id) => ({ topic: FLOW_RUNS_TOPIC, flowRunId: id, changed: ['state' as const] }))]
}

const PART = { 'task-run': 'task-runs', logs: 'logs', artifact: 'artifacts', event: 'events', 'child-flow-run': 'state' } as const

/** The facts of one write: for each row the last word, all numbered by their place in the report. */
class FactsOfRun {
  readonly taskRuns = new Map<string, { fact: TaskRunFact; position: number }>()
  readonly artifacts = new Map<string, { fact: ArtifactFact; position: number }>()
  readonly events = new Map<string, EventFact>()
  readonly children = new Map<string, { fact: ChildFlowRunFact; position: number }>()
  readonly logs: { flowRunId: string; lines: LogLine[]; chunkId: string | null; position: number }[] = []
  count = 0

  constructor({ change, facts = [], output = [] }: RunWrite) {
    for (const fact of facts) {
      this.count += 1
      const position = this.count
      if (fact.kind === 'task-run') this.taskRuns.set(fact.taskRunId, { fact, position })
      else if (fact.kind === 'artifact') this.artifacts.set(fact.artifactId, { fact, position })
      else if (fact.kind === 'event') this.events.set(fact.eventId, fact)
      else if (fact.kind === 'logs' && fact.lines.length > 0)
        this.logs.push({ flowRunId: fact.flowRunId, lines: fact.lines, chunkId: null, position })
      else if (fact.kind === 'child-flow-run') {
        const before = this.children.get(fact.flowRunId)?.fact.states ?? []
        this.children.set(fact.flowRunId, { fact: { ...fact, states: [...before, ...fact.states] }, position })
      }
    }
    for (const { chunkId, lines } of output) {
      if (lines.length === 0) continue
      this.count += 1
      this.logs.push({ flowRunId: change.flowRunId, lines, chunkId, position: this.count })
    }
  }
}

const instantText = (instant: Instant | null | undefined) => (instant === null || instant === undefined ? null : formatInstant(instant))

function runRow({ change, infrastructureId, exit }: RunWrite, factCount: number) {
  const { guard, holder } = change
  return {
    id: change.flowRunId,
    guard_state_id: guard.stateId,
    guard_epoch: guard.epoch,
    guard_last_n: guard.lastN ?? null,
    guards_heard_at: guard.heardAt !== undefined,
    guard_heard_at: instantText(guard.heardAt),
    ...movedTo(change.states),
    lease: change.lease,
    holder_kind: holder?.kind ?? null,
    holder_session_id: holder?.kind === 'worker' ? holder.sessionId : null,
    heard: change.heard ?? false,
    raise_epoch: change.raiseEpoch,
    last_n: change.lastN ?? null,
    run_count: change.runCount ?? null,
    scheduled_time: instantText(change.scheduledTime),
    clock_shift: change.clockShift ?? null,
    infrastructure_id: infrastructureId ?? null,
    exit: exit ?? null,
    fact_count: factCount,
  }
}

/** Where a list of states takes a run, and the times that it adds; all null when the list is empty. */
function movedTo(states: readonly State[]) {
  const [first] = states
  const last = states.at(-1)
  const times = timesOf(states)
  return {
    state: last ? stateRow(last) : null,
    first_timestamp: first ? formatInstant(first.timestamp) : null,
    is_final: last ? isFinal(last.type) : null,
    start_time: instantText(times.startTime),
    waiting_ms: times.waiting,
    starting_ms: times.starting,
    running_ms: times.running,
  }
}

const childRow = (fact: ChildFlowRunFact) => ({
  id: fact.flowRunId,
  parent_flow_run_id: fact.parentFlowRunId,
  parent_task_run_id: fact.parentTaskRunId,
  flow_name: fact.flowName,
  name: fact.name,
  parameters: fact.parameters,
  tags: [...new Set(fact.tags)],
  run_count: fact.runCount,
  created_at: formatInstant(fact.createdAt),
  ...movedTo(fact.states),
})

function taskRunRow(fact: TaskRunFact) {
  const state = fact.states.at(-1)
  return {
    id: fact.taskRunId,
    flow_run_id: fact.flowRunId,
    name: fact.name,
    task_key: fact.taskKey,
    dynamic_key: fact.dynamicKey,
    tags: fact.tags,
    run_count: fact.runCount,
    state_type: state?.type,
    state_name: state?.name,
    states: fact.states,
    called_at: instantText(fact.states[0]?.timestamp),
    start_time: instantText(fact.startTime),
    end_time: instantText(fact.endTime),
    run_time: fact.runTime,
    upstream: fact.upstream,
    parent_task_run_id: fact.parentTaskRunId,
    child_flow_run_id: fact.childFlowRunId ?? null,
    cache_key: fact.cacheKey ?? null,
  }
}

const chunkRow = (lines: LogLine[]) => ({
  lines: lines.map(lineForRecord),
  line_count: lines.length,
  highest_level: lines.reduce((highest, line) => Math.max(highest, LOG_LEVELS.indexOf(line.level)), 0),
  first_time: instantText(lines[0]?.time),
})

const artifactRow = (fact: ArtifactFact) => ({
  id: fact.artifactId,
  flow_run_id: fact.flowRunId,
  task_run_id: fact.taskRunId,
  key: fact.key,
  type: fact.type,
  description: fact.description,
  data: fact.type === 'table' ? tableForRecord(fact.data) : fact.data,
  time: formatInstant(fact.time),
})
