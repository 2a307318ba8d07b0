/** What one waits for: commands, imports, servers; and what everything takes of memory and disk while idle. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startPrefect } from './peers/prefect/peer.ts'
import { prefectPrograms } from './peers/prefect/server.ts'
import { type BenchReport, environment, type Row } from './report.ts'
import { summarise } from './statistics.ts'
import { memoryOf, startWeir } from './weir.ts'

const ROOT = path.dirname(import.meta.dirname)
const run = promisify(execFile)

async function timed(tries: number, act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let attempt = 0; attempt <= tries; attempt += 1) {
    const begin = performance.now()
    await act()
    if (attempt > 0) times.push(performance.now() - begin)
  }
  return times
}

/** The same waits with Prefect: each row under the name of ours that it stands beside. */
async function startOfPrefect(rows: Row[]): Promise<{ ratios: BenchReport['ratios']; note: string }> {
  const ratios: BenchReport['ratios'] = []
  const beside = (name: string, value: number, unit?: string) => {
    const own = rows.find((row) => row.name === name)?.value
    rows.push({ name: `Prefect: ${name}`, value, unit })
    if (own !== undefined) ratios.push({ name, ratio: value / (typeof own === 'number' ? own : own.p50) })
  }
  const programs = prefectPrograms()
  const bare = summarise(await timed(3, () => run(programs.python, ['-c', '']))).p50
  beside('weir --version', summarise(await timed(3, () => run(programs.prefect, ['--version']))).p50)
  beside("import 'weirflow' (beyond node)", summarise(await timed(3, () => run(programs.python, ['-c', 'import prefect']))).p50 - bare)
  const prefect = await startPrefect({ pollSeconds: 1 })
  try {
    beside('server ready, fresh', prefect.waited.server)
    beside('worker start → ONLINE', prefect.waited.worker)
    const runs: number[] = []
    for (let attempt = 0; attempt < 3; attempt += 1) runs.push((await prefect.trigger()).completed)
    beside('weir deployment run hello --watch', summarise(runs).p50)
    await sleep(12_000)
    const [server, worker] = prefect.pids() as [number, number]
    beside('memory idle (PSS): control plane with its supervisor', memoryOf([server]), 'MiB')
    beside('memory idle (PSS): worker with 2 spares', memoryOf([worker]), 'MiB')
  } finally {
    await prefect.stop()
  }
  return { ratios, note: `beside us ${prefect.version}; its run is timed from an API call, ours from the start of the command` }
}

export async function start(options: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const node = (...args: string[]) => run(process.execPath, args, { cwd: ROOT })
  const bare = summarise(await timed(7, () => node('--input-type=module', '-e', '')))
  rows.push({ name: 'node itself', value: bare })
  rows.push({
    name: 'weir --version',
    value: summarise(await timed(7, () => node(path.join('sdk', 'bin', 'weir.mjs'), '--version'))),
    target: [{ atMost: 120 }],
  })
  const imported = summarise(await timed(7, () => node('--input-type=module', '-e', "await import('weirflow')")))
  rows.push({ name: "import 'weirflow' (beyond node)", value: imported.p50 - bare.p50, target: [{ atMost: 60 }] })

  const { startControlPlane } = (await import(path.join(ROOT, 'server', 'dist', 'index.mjs'))) as typeof import('../server/index.ts')
  const home = mkdtempSync(path.join(os.tmpdir(), 'weir-bench-start-'))
  const fresh: number[] = []
  const warm: number[] = []
  for (let attempt = 0; attempt < 3; attempt += 1) {
    for (const [times, clean] of [
      [fresh, true],
      [warm, false],
    ] as const) {
      const begin = performance.now()
      const plane = await startControlPlane({ home, port: 0, clean })
      times.push(performance.now() - begin)
      await plane.stop()
    }
  }
  rmSync(home, { recursive: true, force: true })
  rows.push({ name: 'server ready, fresh', value: summarise(fresh), target: [{ atMost: 1_500 }] })
  rows.push({ name: 'server ready, warm', value: summarise(warm), target: [{ atMost: 600 }] })

  const weir = await startWeir()
  try {
    await weir.weir('work-pool', 'create', 'bench', '--type', 'process')
    await weir.startWorker('bench', '--spares', '2')
    await weir.weir('deploy', 'examples/hello/flow.ts:hello', '--name', 'bench', '--pool', 'bench')
    rows.push({
      name: 'weir deployment run hello --watch',
      value: summarise(await timed(5, () => weir.weir('deployment', 'run', 'hello/bench', '--watch'))),
    })
    const listed = summarise(await timed(7, () => weir.weir('flow-run', 'ls')))
    const answered = summarise(
      await timed(7, () =>
        weir.ask(
          '{ flowRuns(first: 20) { totalCount nodes { uuid name flow { name } deployment { fullName } state { type name message timestamp } } } }',
        ),
      ),
    )
    rows.push({ name: 'weir flow-run ls (beyond the API)', value: listed.p50 - answered.p50, target: [{ atMost: 120 }] })
    await sleep(12_000)
    const [workerd, postgres, worker] = weir.pids() as [number, number, number]
    rows.push({ name: 'memory idle (PSS): workerd', value: memoryOf([workerd]), unit: 'MiB' })
    rows.push({ name: 'memory idle (PSS): PostgreSQL', value: memoryOf([postgres]), unit: 'MiB' })
    rows.push({ name: 'memory idle (PSS): worker with 2 spares', value: memoryOf([worker]), unit: 'MiB' })
    rows.push({
      name: 'memory idle (PSS): control plane with its supervisor',
      value: memoryOf([workerd, postgres, weir.planePid]),
      unit: 'MiB',
      target: [{ atMost: 200 }],
    })
    const online: number[] = []
    for (const pool of ['a', 'b', 'c', 'd', 'e']) {
      await weir.weir('work-pool', 'create', pool, '--type', 'process')
      const begin = performance.now()
      await weir.startWorker(pool, '--spares', '2')
      online.push(performance.now() - begin)
    }
    rows.push({ name: 'worker start → ONLINE', value: summarise(online), target: [{ atMost: 300 }] })
  } finally {
    await weir.stop()
  }
  const size = (folder: string) => Number(execFileSync('du', ['-sk', path.join(ROOT, folder)], { encoding: 'utf8' }).split('\t')[0]) / 1024
  rows.push({ name: 'size of sdk/dist', value: size('sdk/dist'), unit: 'MiB' })
  rows.push({ name: 'size of server/dist', value: size('server/dist'), unit: 'MiB' })
  const peer = options.peer ? await startOfPrefect(rows) : undefined
  return {
    bench: 'start',
    rows,
    ratios: peer?.ratios ?? [],
    notes: peer ? [peer.note] : [],
    notMeasured: ['npm install over a network', 'cold disk'],
    environment: environment(),
  }
}
