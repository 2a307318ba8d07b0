/**
 * What `npm start` does once the packages are there: builds what changed, starts a control plane, a worker and the examples, runs the main example, and
 * serves until Ctrl-C. With `--once` it ends after the run: 0 when it COMPLETED.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAnotherSignal } from '../../core/another-signal.ts'
import { buildAll } from '../build/build.mjs'
import { hashOf } from '../build/stamp.mjs'
import type { ControlPlane, ControlPlaneError } from '../index.ts'
import { EXAMPLES, MAIN_EXAMPLE } from './examples.ts'
import { type Flags, readFlags } from './read-flags.ts'
import { runWeirLines, startWeir } from './weir.ts'
import { workerKey } from './worker-key.ts'

const root = dirname(dirname(import.meta.dirname))
const POOL = 'local'
/** What the worker may take to end its runs when everything ends. With the control plane's own end it stays below five seconds. */
const WORKER_GRACE = 3000

const say = (text: string) => process.stdout.write(`${text}\n`)
const tell = (text: string) => process.stderr.write(`${text}\n`)

function flagsOrEnd(): Flags {
  try {
    return readFlags(process.argv.slice(2), process.env)
  } catch (error) {
    tell((error as Error).message)
    process.exit(2)
  }
}

/** What was started, to be ended the other way round, once. What comes after the end is ended at once. */
class Started {
  #parts: (() => Promise<void>)[] = []
  #ended: Promise<void> | null = null
  async add(end: () => Promise<void>): Promise<void> {
    if (this.#ended) await end()
    else this.#parts.unshift(end)
  }
  get ending(): boolean {
    return this.#ended !== null
  }
  end(): Promise<void> {
    this.#ended ??= (async () => {
      for (const end of this.#parts) await end().catch((error: Error) => tell(error.message))
    })()
    return this.#ended
  }
}

async function main(): Promise<number> {
  // Before anything is built.
  const flags = flagsOrEnd()
  const started = new Started()
  const interrupted = Promise.withResolvers<number>()
  let serving = false
  let first: number | null = null
  // Ending what serves is what Ctrl-C is for; ending a start or a `--once` run cuts it off. The second one does not wait for anything.
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const, ['SIGHUP', 129] as const])
    process.on(signal, () => {
      first ??= performance.now()
      if (isAnotherSignal(first, performance.now())) process.exit(code) // the leashes end the rest
      interrupted.resolve(serving ? 0 : code)
    })
  process.on('disconnect', () => interrupted.resolve(129)) // whoever started us was killed
  const serve = async () => {
    const code = await run(flags, started)
    if (code !== null) return code
    serving = true
    return await interrupted.promise
  }
  try {
    return await Promise.race([serve(), interrupted.promise])
  } catch (error) {
    const { message, hint, code } = error as ControlPlaneError
    tell(`\nerror: ${message}${code ? ` (${code})` : ''}${hint ? `\nhint:  ${hint}` : ''}`)
    return 1
  } finally {
    await started.end()
  }
}

/** Starts everything and runs the main example. The exit code of `--once`; null = it serves now. */
async function run(flags: Flags, started: Started): Promise<number | null> {
  const begin = performance.now()
  await buildAll((name) => tell(`building ${name} …`))
  const plane = await startPlane(flags)
  await started.add(() => plane.stop())
  tell(`Control plane ready in ${((performance.now() - begin) / 1000).toFixed(2)} s: ${plane.url}`)
  const environment = { WEIR_HOME: plane.home, WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey }
  await deployExamples(plane, environment)

  const log = join(plane.home, 'logs', 'worker.log')
  const worker = startWeir(
    ['worker', 'start', '--pool', POOL, '--name', 'laptop'],
    { ...environment, WEIR_API_KEY: await workerKey(plane) },
    { file: log },
  )
  await started.add(() => worker.stop(WORKER_GRACE))
  const lost = worker.ended.then((code) => {
    if (!started.ending) tell(`The worker has ended (code ${code}). What it said is in ${log}.`)
    return 1
  })
  const example = startWeir(['deployment', 'run', MAIN_EXAMPLE, '--watch'], environment, 'ours')
  await started.add(() => example.stop(500))
  const code = await Promise.race([example.ended, lost])
  if (flags.once) return code === 0 ? 0 : 1
  say(`\nOpen the workspace (the link signs you in, once, within 15 minutes):\n  ${plane.signInUrl}\n`)
  say(`API ${plane.url}/graphql · key in ${join(plane.home, 'local.key')} · Ctrl-C ends everything.`)
  return null
}

/** The built package, as its users have it. */
async function startPlane({ fresh, port, timeScale }: Flags): Promise<ControlPlane> {
  const { startControlPlane } = (await import(join(root, 'server', 'dist', 'index.mjs'))) as typeof import('../index.ts')
  return await startControlPlane({ port, clean: fresh, log: tell, timeScale })
}

/** Deploys the examples, unless the very same were deployed to this home before. */
async function deployExamples(plane: ControlPlane, environment: Record<string, string>): Promise<void> {
  const stamp = join(plane.home, 'examples.stamp')
  const hash = hashOf(root, ['examples', 'sdk', 'core'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  const lines = [
    ['work-pool', 'create', POOL, '--type', 'process', '--if-missing'],
    ...EXAMPLES.map(({ file, flow, name }) => ['deploy', `${file}:${flow}`, '--name', name, '--pool', POOL]),
  ]
  if ((await runWeirLines(lines, environment)) !== 0) throw new Error('The examples cannot be deployed: what was said is above.')
  writeFileSync(stamp, hash)
  tell(`Deployed ${EXAMPLES.map(({ name }) => name).join(', ')} to the pool ${POOL}.`)
}

process.exit(await main())
