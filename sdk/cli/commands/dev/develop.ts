/**
 * `weir dev`: one terminal for writing flows. Watches a folder, saves each flow as the deployment `FLOW/dev` when a file changes, runs one on a key, follows it,
 * and shows the line that failed. A worker of the pool lives in the same process.
 *
 * 1. One thing at a time: a save while another is being deployed is one more deployment after it; runs wait for their turn.
 * 2. Nothing that is wrong in a file ends the command.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, statSync, watch } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, relative, resolve, sep } from 'node:path'
import { folderOf } from '../../../deployments/deploy-options.ts'
import { startWorker } from '../../../worker/start-worker.ts'
import { wrongUse } from '../../failure.ts'
import { nearest } from '../../nearest.ts'
import { readVersion, runnerMain } from '../../package-files.ts'
import { readEnvFiles } from '../../read-env-files.ts'
import { type ParameterSchema, readParameters } from '../../read-parameters.ts'
import { successOf } from '../../read-result.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import type { CommonOptions, Session } from '../../session.ts'
import { say, styleError } from '../../terminal.ts'
import { FIND, RUN_DEPLOYMENT, SAVE } from '../deployment/documents.ts'
import { followFlowRun } from '../flow-run/follow-flow-run.ts'
import { readTimeScale } from '../read-time-scale.ts'
import { CREATE } from '../work-pool/documents.ts'
import { findFlowFiles, mayMatter } from './find-flow-files.ts'
import { listenToKeys } from './keys.ts'
import { openControlPlane } from './open-control-plane.ts'
import { type FoundFlow, readFlows } from './read-flows.ts'
import { showFailures } from './show-failure.ts'

interface Options extends CommonOptions {
  run?: string | true
  param?: string[]
  params?: string
  envFile?: string[]
  pool: string
}

const DEPLOYMENT = 'dev'
/** Editors write a file in several steps. */
const SETTLE = 80
/** What runs have to end when the command ends, in milliseconds. */
const STOP_GRACE = 2_000

/** Ends with `q`, Ctrl-C or SIGTERM, exit code 0. */
export async function execute([folder]: string[], options: Options): Promise<number> {
  readEnvFiles(options.envFile)
  const place = placeOf(folder)
  const { session, close } = await openControlPlane(options)
  const { client, settings } = session
  successOf((await client.ask(CREATE, { input: { name: options.pool, type: 'process', ifMissing: true } })).createWorkPool)
  const worker = startWorker({
    apiUrl: settings.apiUrl as string,
    apiKey: settings.apiKey ?? '',
    workPool: options.pool,
    name: `dev-${hostname()}-${process.pid}`,
    limit: 4,
    spares: 1,
    queues: [],
    labels: {},
    home: settings.home,
    runnerMain: runnerMain(),
    version: readVersion(),
    timeScale: readTimeScale(),
    onNote({ level, message }) {
      if (level === 'warn' || level === 'error') say(`${styleError('yellow', '▲')} ${safeLine(message)}`)
    },
  })
  const desk = new Desk(session, place, options)
  const end = Promise.withResolvers<void>()
  const keys = listenToKeys((key) => (key === 'q' ? end.resolve() : desk.press(key)))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end.resolve())
  const root = statSync(place).isFile() ? dirname(place) : place
  let settling: NodeJS.Timeout | undefined
  const watcher = watch(root, { recursive: true }, (_event, path) => {
    if (!mayMatter(path)) return
    clearTimeout(settling)
    settling = setTimeout(() => desk.saved(path), SETTLE)
  })
  try {
    await Promise.race([worker.ready, worker.refused])
    desk.saved(null)
    await Promise.race([end.promise, worker.dismissed.then(() => worker.drain()), worker.refused])
  } finally {
    watcher.close()
    keys.close()
    await worker.stop(STOP_GRACE)
    await close()
  }
  return process.exit(0)
}

function placeOf(folder: string | undefined): string {
  const place = resolve(folder ?? (existsSync('flows') ? 'flows' : '.'))
  if (!existsSync(place)) throw wrongUse('FOLDER_MISSING', `There is no folder ${place}.`, 'Name the folder of your flows: weir dev flows')
  return realpathSync(place)
}

class Desk {
  readonly #session: Session
  readonly #place: string
  readonly #options: Options
  #flows: FoundFlow[] = []
  /** Files that cannot be imported as they are. */
  #broken: ReadonlySet<string> = new Set()
  /** What was last saved of each flow, so that only what changed is told. */
  readonly #told = new Map<string, string>()
  #last: string | null = null
  #work: Promise<void> = Promise.resolve()
  #deployWaits = false

  constructor(session: Session, place: string, options: Options) {
    this.#session = session
    this.#place = place
    this.#options = options
  }

  /** A file was saved; null = the beginning. */
  saved(path: string | null): void {
    if (this.#deployWaits) return
    this.#deployWaits = true
    this.#then(async () => {
      this.#deployWaits = false
      const begin = performance.now()
      const changed = await this.#deployAll()
      const took = Math.round(performance.now() - begin)
      if (path === null) this.#tellKeys()
      else
        say(
          styleError(
            'dim',
            `${safeLine(path)} saved, ${changed.length === 0 ? 'no deployment changed' : `deployed ${changed.join(', ')}`} (${took} ms)`,
          ),
        )
      const { run } = this.#options
      if (run === undefined || (path === null && run === true)) return
      const wanted = run === true ? (this.#ofFile(path) ?? changed[0]) : run
      if (wanted !== undefined) await this.#run(wanted)
    })
  }

  press(key: string): void {
    const flow = /^[1-9]$/.test(key) ? this.#flows[Number(key) - 1] : undefined
    if (flow) this.#then(() => this.#run(flow.name))
    else if (key === 'r') {
      const name = this.#last ?? (this.#flows.length === 1 ? this.#flows[0]?.name : undefined)
      if (name === undefined) this.#tellKeys()
      else this.#then(() => this.#run(name))
    } else if (key !== '') this.#tellKeys()
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: Error & { hint?: string }) => {
      say(`${styleError('red', 'error')}: ${safeText(error.message)}`)
      if (error.hint) say(`${styleError('dim', 'hint')}:  ${safeText(error.hint)}`)
    })
  }

  #ofFile(path: string | null): string | undefined {
    return path === null ? undefined : this.#flows.find(({ file }) => file.endsWith(`${sep}${path}`) || file === resolve(this.#place, path))?.name
  }

  #tellKeys(): void {
    if (this.#flows.length === 0) return say(`No flow in ${this.#place} yet: export const etl = flow({ name: 'etl' }, async () => { … })`)
    for (const [index, { name, file, exportName }] of this.#flows.entries())
      say(
        `  ${styleError('bold', index < 9 ? String(index + 1) : ' ')}  ${safeLine(name)}  ${styleError('dim', `${relative(process.cwd(), file)}:${exportName}`)}`,
      )
    say(styleError('dim', `watching ${relative(process.cwd(), this.#place) || '.'} · 1–9 run · r run again · q quit`))
  }

  /** Names of the flows whose deployment changed. */
  async #deployAll(): Promise<string[]> {
    const read = await readFlows(findFlowFiles(this.#place))
    for (const one of read) if ('problem' in one) say(`${styleError('red', '✕')} ${relative(process.cwd(), one.file)}: ${safeText(one.problem)}`)
    // A file that is broken just now keeps its flows: they are there again with the next save.
    const broken = new Set(read.flatMap((one) => ('problem' in one ? [one.file] : [])))
    this.#broken = broken
    this.#flows = [...read.flatMap((one) => ('flows' in one ? one.flows : [])), ...this.#flows.filter(({ file }) => broken.has(file))]
    const changed: string[] = []
    for (const flow of this.#flows.filter(({ file }) => !broken.has(file))) if (await this.#deploy(flow)) changed.push(flow.name)
    return changed
  }

  async #deploy({ file, exportName, name, description, tags, parameterSchema }: FoundFlow): Promise<boolean> {
    const path = folderOf(file)
    const input = {
      flowName: name,
      name: DEPLOYMENT,
      description,
      tags,
      entrypoint: `${relative(path, file).split(sep).join('/')}:${exportName}`,
      path,
      contentHash: createHash('sha256').update(readFileSync(file)).digest('hex'),
      parameters: {},
      parameterSchema,
      workPoolName: this.#options.pool,
      workQueueName: null,
      jobVariables: {},
      concurrencyLimit: null,
      reuse: false,
      preload: true,
    }
    const text = JSON.stringify(input)
    if (this.#told.get(name) === text) return false
    successOf((await this.#session.client.ask(SAVE, { input })).saveDeployment)
    this.#told.set(name, text)
    return true
  }

  async #run(name: string): Promise<void> {
    const { client } = this.#session
    const flow = this.#flows.find((one) => one.name === name)
    if (!flow) {
      const names = this.#flows.map((one) => one.name)
      throw wrongUse(
        'NO_FLOW',
        `There is no flow "${name}" in ${this.#place}.`,
        names.length > 0 ? `Did you mean "${nearest(name, names) ?? names[0]}"?` : undefined,
      )
    }
    this.#last = name
    if (this.#broken.has(flow.file)) return say(`${safeLine(name)} is not run: ${relative(process.cwd(), flow.file)} cannot be read as it is`)
    const { param, params } = this.#options
    const { deployment } = await client.ask(FIND, { name: `${name}/${DEPLOYMENT}` })
    if (!deployment) throw wrongUse('NOT_FOUND', `The deployment ${name}/${DEPLOYMENT} is gone.`, 'Save a file again.')
    const input = {
      deploymentId: deployment.uuid,
      parameters: readParameters(param, params, flow.parameterSchema as ParameterSchema | null),
      name: null,
      tags: [],
      scheduledTime: null,
      idempotencyKey: null,
    }
    const { flowRun } = successOf((await client.ask(RUN_DEPLOYMENT, { input })).createFlowRun)
    say(`\n${styleError('bold', safeLine(flowRun.name))} of ${safeLine(name)}  ${styleError('dim', flowRun.url)}`)
    const code = await followFlowRun(client, flowRun.uuid, this.#session.json)
    if (code !== 0) await showFailures(client, flowRun.uuid, process.cwd())
  }
}
