/** How much the record takes in: task runs with their states and log lines, in report batches of full size, from a few senders at once. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '../core/ids.ts'
import type { Fact, ReportAnswer } from '../core/protocol/reports.ts'
import { PROTOCOL_VERSION } from '../core/protocol/version.ts'
import { makeState } from '../core/states.ts'
import { ingestOfPrefect } from './peers/prefect/ingest.ts'
import { type BenchReport, environment, NOBODY, type Row } from './report.ts'
import { type BenchedWeir, memoryOf, startWeir } from './weir.ts'

const SENDERS = 4
const SECONDS = Number(process.env.WEIR_BENCH_SECONDS ?? 15)
const TASK_RUNS_A_REPORT = 1_000
const LINES_A_REPORT = 5_000
/** PENDING, RUNNING, COMPLETED. */
const STATES_A_TASK_RUN = 3

export async function ingest({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const ours = { states: 0, lines: 0 }
  const weir = await startWeir()
  try {
    const workerd = [weir.pids()[0] as number]
    await send(weir, 2, taskRuns) // warms the isolate and the prepared statements
    const before = memoryOf(workerd)
    const states = await send(weir, SECONDS, taskRuns)
    ours.states = states * STATES_A_TASK_RUN
    rows.push({ name: 'task-run states', value: ours.states, unit: 'per s', target: [{ atLeast: 20_000 }] })
    rows.push({ name: 'task runs (rows of the table)', value: states, unit: 'per s' })
    ours.lines = await send(weir, SECONDS, logLines)
    rows.push({ name: 'log lines', value: ours.lines, unit: 'per s', target: [{ atLeast: 50_000 }] })
    rows.push({ name: 'memory (PSS) of workerd, before', value: before, unit: 'MiB' })
    rows.push({ name: 'memory (PSS) of workerd, after', value: memoryOf(workerd), unit: 'MiB' })
  } finally {
    await weir.stop()
  }
  const beside = peer ? await ingestOfPrefect(ours) : NOBODY
  return {
    bench: 'ingest',
    rows: [...rows, ...beside.rows],
    ratios: beside.ratios,
    notes: [
      ...beside.notes,
      `${SENDERS} senders with a run each, ${TASK_RUNS_A_REPORT} finished task runs or ${LINES_A_REPORT} lines a report, ${SECONDS} s each`,
    ],
    notMeasured: ['events', 'a network between sender and control plane'],
    environment: environment(),
  }
}

/** Things stored a second: every sender sends its next report when the last one is acknowledged. */
async function send(weir: BenchedWeir, seconds: number, make: (flowRunId: string) => { facts: Fact[]; count: number }): Promise<number> {
  let stored = 0
  const begin = performance.now()
  const end = begin + seconds * 1_000
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      const runner = await startRunner(weir)
      while (performance.now() < end) {
        const { facts, count } = make(runner.flowRunId)
        await runner.report(facts)
        stored += count
      }
      await runner.report([{ kind: 'flow-run-state', state: makeState({ id: newId(), type: 'COMPLETED', timestamp: Date.now() }), runCount: 1 }])
    }),
  )
  return stored / ((performance.now() - begin) / 1_000)
}

const taskRuns = (flowRunId: string): { facts: Fact[]; count: number } => {
  const ended = Date.now()
  const state = (type: 'PENDING' | 'RUNNING' | 'COMPLETED', timestamp: number) => makeState({ id: newId(), type, timestamp })
  const facts = Array.from(
    { length: TASK_RUNS_A_REPORT },
    (): Fact => ({
      kind: 'task-run',
      taskRunId: newId(),
      flowRunId,
      name: 'light',
      taskKey: 'light',
      dynamicKey: randomUUID(),
      tags: [],
      runCount: 1,
      states: [state('PENDING', ended - 2), state('RUNNING', ended - 1), state('COMPLETED', ended)],
      startTime: ended - 1,
      endTime: ended,
      runTime: 1,
      upstream: [],
      parentTaskRunId: null,
    }),
  )
  return { facts, count: facts.length }
}

const logLines = (flowRunId: string): { facts: Fact[]; count: number } => ({
  facts: [
    {
      kind: 'logs',
      flowRunId,
      lines: Array.from({ length: LINES_A_REPORT }, (_, n) => ({
        time: Date.now(),
        level: 'info',
        message: `line ${n}: read 2922 rows from weather.csv`,
      })),
    },
  ],
  count: LINES_A_REPORT,
})

/** A run that started by itself, and whoever reports on it. */
async function startRunner(weir: BenchedWeir): Promise<{ flowRunId: string; report(facts: Fact[]): Promise<void> }> {
  const flowRunId = newId()
  const { startFlowRun } = await weir.ask<{ startFlowRun: { runToken: string; stateId: string } }>(
    'mutation ($input: StartFlowRunInput!) { startFlowRun(input: $input) { ... on StartFlowRunSuccess { runToken stateId } ... on Error { message } } }',
    { input: { id: flowRunId, flowName: 'bench-ingest' } },
  )
  const { runToken } = startFlowRun
  let { stateId } = startFlowRun
  let n = 0
  const report = async (facts: Fact[]): Promise<void> => {
    n += 1
    for (;;) {
      const response = await fetch(`${weir.url}/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${runToken}` },
        body: JSON.stringify({
          protocol: PROTOCOL_VERSION,
          sentAt: Date.now(),
          sessionId: null,
          reports: [{ flowRunId, epoch: 1, n, stateId, runToken, facts }],
          holderFacts: [],
        }),
      })
      if (response.status === 503 || response.status === 429) {
        await sleep(50)
        continue
      }
      const answer = (await response.json()) as ReportAnswer
      const run = answer.runs?.[0]
      if (run?.acknowledged !== n || run.refused)
        throw new Error(`report ${n} was answered ${response.status} ${JSON.stringify(answer).slice(0, 500)}`)
      stateId = run.stateId ?? stateId
      return
    }
  }
  return { flowRunId, report }
}
