/** What a task costs: light tasks one after another and mapped, in one process that reports to the API; and how long until all of them are visible there. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPrefect } from './peers/prefect/peer.ts'
import { type BenchReport, environment, type Row } from './report.ts'
import { percentile, summarise } from './statistics.ts'
import { type BenchedWeir, startWeir } from './weir.ts'

const CASES = [
  { kind: 'steps', count: 40, tries: 7, peerTries: 3, body: 15, visible: 150 },
  { kind: 'steps', count: 1_000, tries: 5, peerTries: 1, body: 200, visible: 150 },
  { kind: 'mapped', count: 1_000, tries: 5, peerTries: 1, body: 200, visible: 150 },
  { kind: 'mapped', count: 10_000, tries: 3, peerTries: 0, body: 2_000, visible: 1_000 },
] as const

export async function steps({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const ratios: BenchReport['ratios'] = []
  const notes: string[] = []
  const inTheFlow = new Map<string, number>()
  const weir = await startWeir()
  try {
    for (const { kind, count, tries, body, visible } of CASES) {
      const bodies: number[] = []
      const lags: number[] = []
      const memories: number[] = []
      for (let run = 0; run < tries; run += 1) {
        const result = await runSteps(weir, kind, count)
        bodies.push(result.body)
        lags.push(result.lag)
        memories.push(result.memory)
      }
      const name = nameOf(kind, count)
      inTheFlow.set(name, percentile(bodies, 0.5))
      rows.push({ name: `${name}, in the flow`, value: summarise(bodies), target: [{ atMost: body }] })
      rows.push({ name: `${name}, end → all visible`, value: summarise(lags), target: [{ atMost: visible }] })
      if (count === 10_000) rows.push({ name: `${name}, memory of the process`, value: summarise(memories), unit: 'MiB', target: [{ atMost: 300 }] })
    }
  } finally {
    await weir.stop()
  }
  // After ours: its server goes on recording what a flow has told it when the flow has long ended.
  const prefect = peer ? await startPrefect() : null
  try {
    for (const { kind, count, peerTries } of CASES) {
      if (!prefect || peerTries === 0) continue
      const theirs = Array.from({ length: peerTries }, () => prefect.steps(kind, count))
      const name = nameOf(kind, count)
      rows.push({ name: `Prefect, ${name}, in the flow`, value: summarise(theirs) })
      ratios.push({ name: `prefect-${kind}-${count}`, ratio: percentile(theirs, 0.5) / (inTheFlow.get(name) as number) })
    }
    if (prefect) notes.push(prefect.version)
  } finally {
    await prefect?.stop()
  }
  return {
    bench: 'steps',
    rows,
    ratios,
    notes,
    notMeasured: ['results written to a store', 'a network between runner and control plane'],
    environment: environment(),
  }
}

const nameOf = (kind: string, count: number) => `${count.toLocaleString('en')} ${kind === 'steps' ? 'steps' : 'mapped'}`

const ENDED = 'query ($id: ID!) { flowRun(id: $id) { state { type } } }'
const ALL = 'query ($id: ID!) { flowRun(id: $id) { timeline { total } } }'

async function runSteps(weir: BenchedWeir, kind: string, count: number): Promise<{ body: number; lag: number; memory: number }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'flows', 'steps.ts'), kind, String(count)], {
    env: { ...process.env, ...weir.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const over = once(child, 'close')
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    over.then(([code]) => Promise.reject(new Error(`the flow's process ended with ${code} and said nothing`))),
  ])) as [string]
  const { body, flowRunId, endedAt, memory } = JSON.parse(line) as { body: number; flowRunId: string; endedAt: number; memory: number }
  // The process says so itself when the flow has ended, and may still be delivering. What the last report says is seen last.
  const visible = async () => {
    const { flowRun } = await weir.ask<{ flowRun: { state: { type: string } } }>(ENDED, { id: flowRunId })
    if (flowRun.state.type !== 'COMPLETED') return false
    const whole = await weir.ask<{ flowRun: { timeline: { total: number } } }>(ALL, { id: flowRunId })
    return whole.flowRun.timeline.total >= count
  }
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (await visible()) {
      const lag = Date.now() - endedAt
      await over
      return { body, lag, memory }
    }
    await sleep(5)
  }
  throw new Error(`run ${flowRunId} of ${count} ${kind} did not become visible`)
}
