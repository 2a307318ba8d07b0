/** Deployments that are made in code: a program deploys, serves and runs its own flows, against the built control plane. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlPlane } from '../../server/index.ts'
import { ask, BUILT_SERVER } from '../support/control-plane.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const WEIR = join(import.meta.dirname, '..', '..', 'sdk', 'bin', 'weir.mjs')
const folder = mkdtempSync(join(tmpdir(), 'weir-deployments-'))
const running = new Set<ChildProcess>()
let plane: ControlPlane

beforeAll(async () => {
  const { startTestControlPlane } = (await import(/* @vite-ignore */ BUILT_SERVER)) as typeof import('../../server/index.ts')
  plane = await startTestControlPlane()
  symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(folder, 'flows'))
  writeFileSync(
    join(folder, 'flows', 'letters.ts'),
    `import { flow, logger } from 'weirflow'
    export const letters = flow({ name: 'letters' }, async ({ word = 'abc' }: { word?: string }) => logger().info(word.length + ' letters'))
    `,
  )
})

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await plane.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  child: ChildProcess
  /** Resolves when stderr has shown this text. */
  said(wanted: string): Promise<void>
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

/** A program of this text, in the folder. */
function start(name: string, text: string): Started {
  writeFileSync(join(folder, name), text)
  return startFile(name)
}

function startFile(file: string, words: string[] = []): Started {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('WEIR_')))
  const env = { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: plane.home, WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey }
  const child = spawn(process.execPath, [file, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => {
    stderr += chunk
    for (const listener of listeners) listener()
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => {
      running.delete(child)
      for (const listener of listeners) listener()
      resolve({ code, stdout, stderr })
    }),
  )
  const said = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.includes(wanted)) resolve()
        else if (child.exitCode !== null) reject(new Error(`ended without saying "${wanted}":\n${stderr}`))
      }
      listeners.add(look)
      look()
    })
  return { child, said, ended }
}

test('a program deploys its flows, and a second time nothing changes; what the control plane refuses is thrown', async () => {
  const program = start(
    'deploy.ts',
    `
    import { deploy, flow, flowFrom } from 'weirflow'
    import { z } from 'zod'
    export const etl = flow({ name: 'etl', parameters: z.object({ n: z.int() }) }, ({ n }) => n)
    const letters = await flowFrom({ source: 'flows', entrypoint: 'letters.ts:letters' })
    const refused = await etl.deploy({ name: 'nightly', pool: 'nowhere' }).catch((error) => error)
    console.log(refused.name, refused.code, refused.message)
    const wrong = await etl.deploy({ name: 'nightly', pool: 'local', parameters: { n: 'x' } as never }).catch((error) => error)
    console.log(wrong.name, wrong.message)
    // All of them are checked before the first one is saved.
    const half = await deploy([etl.toDeployment({ name: 'first' }), letters.toDeployment({ name: 'second', cron: 'daily' })], { pool: 'local' }).catch((error) => error)
    console.log(half.name, half.message)
    const both = () => deploy([etl.toDeployment({ name: 'nightly', cron: '0 3 * * *', parameters: { n: 1 } }), letters.toDeployment({ name: 'here' })], { pool: 'local' })
    for (let time = 0; time < 2; time++) console.log(JSON.stringify((await both()).map(({ id, ...rest }) => rest)))
    `,
  )
  await ask(plane, 'mutation { createWorkPool(input: { name: "local", type: "process" }) { __typename } }')
  const { code, stdout, stderr } = await program.ended
  expect(code, stderr).toBe(0)
  const [refused, wrong, half, first, second] = stdout.trim().split('\n')
  expect(refused).toMatch(/^DeploymentRefused \w+ .*"nowhere"/)
  expect(wrong).toMatch(/^DeploymentRefused deployment etl\/nightly: parameters\.n: /)
  expect(wrong?.match(/\bn: /g)).toHaveLength(1)
  expect(half).toMatch(/^UsageError schedule of deployment "letters\/second": cron: "daily"/)
  const { unsaved } = await ask<{ unsaved: unknown }>(plane, '{ unsaved: deployment(name: "etl/first") { id } }')
  expect(unsaved).toBe(null)
  expect(JSON.parse(first as string)).toEqual([
    { fullName: 'etl/nightly', version: 1, created: true, changed: true },
    { fullName: 'letters/here', version: 1, created: true, changed: true },
  ])
  expect(JSON.parse(second as string)).toEqual([
    { fullName: 'etl/nightly', version: 1, created: false, changed: false },
    { fullName: 'letters/here', version: 1, created: false, changed: false },
  ])
  const { deployment } = await ask<{ deployment: { version: { entrypoint: string; path: string }; schedules: unknown[] } }>(
    plane,
    '{ deployment(name: "letters/here") { version { entrypoint path } } }',
  )
  expect(deployment.version).toMatchObject({ entrypoint: 'flows/letters.ts:letters', path: folder })
})

test('serve runs what is started for its deployment, and pauses it when it is told to stop', async () => {
  const server = start(
    'serve.ts',
    `
    import { flow, logger } from 'weirflow'
    export const greet = flow({ name: 'greet' }, async ({ name }: { name: string }) => logger().info('hello ' + name))
    if (import.meta.main) await greet.serve({ name: 'here', parameters: { name: 'nobody' }, limit: 1 })
    `,
  )
  await server.said('serving greet/here')
  const caller = start(
    'call.ts',
    `
    import { runDeployment } from 'weirflow'
    const { state } = await runDeployment('greet/here', { parameters: { name: 'Ada' }, timeout: '1m' })
    console.log(state.name)
    `,
  )
  const { stdout, stderr } = await caller.ended
  expect(stdout.trim(), stderr).toBe('Completed')
  server.child.kill('SIGINT')
  const { code, stderr: said } = await server.ended
  expect(code, said).toBe(0)
  const { deployment } = await ask<{ deployment: { isPaused: boolean; flowRuns: { nodes: { logs: { nodes: { message: string }[] } }[] } } }>(
    plane,
    '{ deployment(name: "greet/here") { isPaused flowRuns(first: 1) { nodes { logs(first: 10) { nodes { message } } } } } }',
  )
  expect(deployment.isPaused).toBe(true)
  expect(deployment.flowRuns.nodes[0]?.logs.nodes.map(({ message }) => message)).toContain('hello Ada')
})

test('the example serves two flows, one out of another folder, and another program waits for a run of it', async () => {
  const example = join(EXAMPLES, 'serve', 'flow.ts')
  const server = startFile(example)
  await server.said('serving machine-load/here, hello/here')
  const asked = await startFile(example, ['ask', 'Ada']).ended
  expect(asked.stdout, asked.stderr).toMatch(/^goes on: http\S+\nCompleted\n$/)
  server.child.kill('SIGINT')
  expect((await server.ended).code).toBe(0)
})

test('weir serve does the same from the command line, over a schedule', async () => {
  const server = startFile(WEIR, ['serve', 'flows/letters.ts:letters', '--name', 'served', '--limit', '1', '--interval', '1d', '-p', 'word=four'])
  await server.said('serving letters/served')
  type Served = { isPaused: boolean; schedules: { interval: number }[]; flowRuns: { nodes: { state: { type: string }; parameters: object }[] } }
  const look = async () =>
    (
      await ask<{ deployment: Served }>(
        plane,
        '{ deployment(name: "letters/served") { isPaused schedules { interval } flowRuns(first: 1) { nodes { state { type } parameters } } } }',
      )
    ).deployment
  const caller = startFile(WEIR, ['deployment', 'run', 'letters/served', '--watch'])
  const { code, stderr } = await caller.ended
  expect(code, stderr).toBe(0)
  expect(await look()).toMatchObject({ isPaused: false, schedules: [{ interval: 86_400 }], flowRuns: { nodes: [{ parameters: { word: 'four' } }] } })
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
  expect((await look()).isPaused).toBe(true)
})

test('the environments of an example are three deployments, each with its variables and its schedule', async () => {
  for (const name of ['laptop', 'staging', 'production', 'big', 'small'])
    await ask(plane, 'mutation Make($name: String!) { createWorkPool(input: { name: $name, type: "process" }) { __typename } }', { name })
  const { code, stdout, stderr } = await startFile(join(EXAMPLES, 'environments', 'flow.ts'), ['deploy']).ended
  expect(code, stderr).toBe(0)
  expect(stdout).toBe('orders/development, version 1\norders/staging, version 1\norders/production, version 1\n')
  const { deployment } = await ask<{
    deployment: { concurrencyLimit: number; workPool: { name: string }; jobVariables: unknown; schedules: unknown }
  }>(plane, '{ deployment(name: "orders/production") { concurrencyLimit workPool { name } jobVariables schedules { cron timezone } } }')
  expect(deployment).toMatchObject({
    concurrencyLimit: 1,
    workPool: { name: 'production' },
    jobVariables: { env: { SHOP_DRY_RUN: 'no' } },
    schedules: [{ cron: '0 3 * * *', timezone: 'Europe/Berlin' }],
  })
})

test('a parent has its children on two pools, and ends when they have', async () => {
  const { stdout, stderr } = await startFile(join(EXAMPLES, 'two-pools', 'flow.ts'), ['deploy']).ended
  expect(stdout, stderr).toContain('season/parent, version 1')
  const workers = ['big', 'small'].map((pool) => startFile(WEIR, ['worker', 'start', '--pool', pool, '--spares', '1']))
  await Promise.all(workers.map(({ said }) => said('ready: serves pool')))
  const caller = start(
    'season.ts',
    `
    import { runDeployment } from 'weirflow'
    const { flowRunId, state } = await runDeployment('season/parent', { parameters: { elsewhere: true, years: [2025, 2026] }, timeout: '90s' })
    console.log(JSON.stringify([flowRunId, state.name, state.message]))
    `,
  )
  const called = await caller.ended
  const [id, name, message] = JSON.parse(called.stdout || '[]')
  expect([name, message], called.stderr).toEqual(['Completed', null])
  const { flowRun } = await ask<{ flowRun: { childFlowRuns: { name: string; workPool: { name: string } }[] } }>(
    plane,
    'query Children($id: ID!) { flowRun(id: $id) { childFlowRuns { name workPool { name } } } }',
    { id },
  )
  expect(flowRun.childFlowRuns.map(({ workPool }) => workPool.name).sort()).toEqual(['big', 'big', 'small'])
  for (const { child } of workers) child.kill('SIGTERM')
  await Promise.all(workers.map(({ ended }) => ended))
})
