import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Beside } from '../../report.ts'
import { type PrefectServer, startPrefectServer } from './server.ts'

const SENDERS = 4
const SECONDS = 8
const EVENTS_A_REQUEST = 500
const LINES_A_REQUEST = 500

/** The doors that its own client uses: events of task runs, which a service of its server records; log lines. `ours`: a second. */
export async function ingestOfPrefect(ours: { states: number; lines: number }): Promise<Beside> {
  const server = await startPrefectServer()
  try {
    const lines = await send(async () => {
      await server.call('POST', '/logs/', logLines())
      return LINES_A_REQUEST
    })
    const begin = performance.now()
    const sent = await send(async () => {
      await server.call('POST', '/events', finishedTaskRuns())
      return EVENTS_A_REQUEST
    })
    const { recorded, at } = await recordedTaskRuns(server)
    const states = recorded / ((at - begin) / 1_000)
    return {
      rows: [
        { name: 'Prefect: task-run states recorded', value: states, unit: 'per s' },
        { name: 'Prefect: log lines', value: lines, unit: 'per s' },
      ],
      ratios: [
        { name: 'Prefect: task-run states', ratio: ours.states / states },
        { name: 'Prefect: log lines', ratio: ours.lines / lines },
      ],
      notes: [
        `${server.version}: ${SENDERS} senders, ${EVENTS_A_REQUEST} events or ${LINES_A_REQUEST} lines a request, ${SECONDS} s each; ${Math.round(sent)} events a second were taken, ${recorded} recorded`,
      ],
    }
  } finally {
    await server.stop()
  }
}

/** Things taken a second. */
async function send(one: () => Promise<number>): Promise<number> {
  let taken = 0
  const begin = performance.now()
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (performance.now() - begin < SECONDS * 1_000) taken += await one()
    }),
  )
  return taken / ((performance.now() - begin) / 1_000)
}

/** How many there are once no more come for five seconds, and when the last had come. */
async function recordedTaskRuns({ call }: PrefectServer): Promise<{ recorded: number; at: number }> {
  let recorded = -1
  let at = performance.now()
  while (performance.now() - at < 5_000) {
    const count = await call<number>('POST', '/task_runs/count', {})
    if (count > recorded) {
      recorded = count
      at = performance.now()
    }
    await sleep(250)
  }
  return { recorded, at }
}

/** Task runs that ended, each told of by its last state. */
const finishedTaskRuns = (): object[] =>
  Array.from({ length: EVENTS_A_REQUEST }, () => {
    const taskRunId = randomUUID()
    const now = new Date().toISOString()
    return {
      id: randomUUID(),
      occurred: now,
      event: 'prefect.task-run.Completed',
      resource: { 'prefect.resource.id': `prefect.task-run.${taskRunId}`, 'prefect.resource.name': 'light', 'prefect.orchestration': 'client' },
      related: [],
      payload: {
        intended: { from: 'RUNNING', to: 'COMPLETED' },
        initial_state: { type: 'RUNNING', name: 'Running', message: '', state_details: {} },
        validated_state: { type: 'COMPLETED', name: 'Completed', message: '', state_details: {}, data: null },
        task_run: {
          name: 'light',
          task_key: 'light',
          dynamic_key: taskRunId,
          run_count: 1,
          start_time: now,
          end_time: now,
          tags: [],
          task_inputs: {},
        },
      },
    }
  })

const logLines = (): object[] =>
  Array.from({ length: LINES_A_REQUEST }, (_, n) => ({
    name: 'prefect.flow_runs',
    level: 20,
    message: `line ${n}: read 2922 rows from weather.csv`,
    timestamp: new Date().toISOString(),
    flow_run_id: RUN,
  }))

const RUN = randomUUID()
