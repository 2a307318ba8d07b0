/**
 * Runners that are booted ahead, so that neither Node's start nor the SDK's import stands between an assignment and user code.
 *
 * 1. Each is used for one run and thrown away, unless the deployment says `reuse`.
 * 2. There are never more of them than free slots; at least `--spares`, more while runs start fast.
 * 3. A *loaded* spare has imported the module of a deployment. It serves runs of exactly the same key (SDK version, entrypoint, folder, content hash,
 *    environment, flags) and is thrown away when a file it loaded has changed.
 * 4. A *plain* spare serves anything that starts with the same flags and start-up environment; everything else gets a fresh process.
 * 5. Only so many boot at a time: more would only slow each other down. A run that comes meanwhile waits for the next one, or for one that is given back.
 */
import { availableParallelism } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { environmentOf, isReadAtStart } from '../../core/job-variables.ts'
import type { AssignedDeployment } from '../../core/protocol/assignment.ts'
import { hasReferences } from '../references/has-references.ts'
import type { MessageToWorker } from '../runner/ipc.ts'
import { type LoadedFiles, stampOf } from '../runner/loaded-files.ts'
import { AwaitedRunner } from './awaited-runner.ts'
import type { ProcessEnd } from './explain-exit.ts'
import type { RunnerProcess } from './runner-process.ts'

/** What a run needs of its process. */
export interface Demand {
  /** Equal keys may share a loaded spare. */
  key: string
  /** Flags and variables that Node reads only while it starts, as a comparable text. */
  bootKey: string
  nodeFlags: string[]
  bootEnv: Record<string, string>
  directory: string
  entrypoint: string
  env: Record<string, string>
  preload: boolean
  reuse: boolean
}

/** A taken runner: whose messages and end go to the taker from now on. */
export interface Taken {
  runner: RunnerProcess
  /** How it was got, for the log and the benches. */
  kind: 'reused' | 'loaded' | 'plain' | 'fresh' | 'awaited'
  handlers: Handlers
}

/** Where a runner's messages go; replaced when it is taken. */
interface Handlers {
  onMessage(message: MessageToWorker): void
  onEnd(end: ProcessEnd): void
  onOutput(full: boolean): void
}

/** A run that waits for a runner. */
interface Waiting {
  demand: Demand
  runner: AwaitedRunner
  handlers: Handlers
}

/** The store of booted runners. Whoever takes one owns it. */
export interface Spares {
  take(demand: Demand): Taken
  /** A `reuse` runner is free again. Answers false when it is not wanted (any more): the caller ends it. */
  giveBack(taken: Taken, demand: Demand, files: LoadedFiles): boolean
  /** Free slots have changed. */
  setRoom(free: number): void
  /** How many stand by, and how many of them have a module loaded. */
  count(): { ready: number; loaded: number; booting: number }
  /** Ends all of them and boots no more. */
  close(): void
}

interface SparesOptions {
  /** `--spares`. */
  atLeast: number
  boot(nodeFlags: string[], bootEnv: Record<string, string>, handlers: Handlers): RunnerProcess
  /** A spare died before it was used: what it said. */
  onTrouble(message: string): void
}

interface Spare {
  runner: RunnerProcess
  handlers: Handlers
  bootKey: string
  state: 'booting' | 'ready' | 'loading' | 'loaded'
  key: string | null
  /** Has served a run before, and came back then (`performance.now()`). */
  returnedAt: number | null
  /** What it has loaded; while it is loading, its entry file. */
  files: LoadedFiles
}

/** What one run of this deployment needs. `version` is the SDK's. */
export function demandOf(deployment: AssignedDeployment, version: string): Demand {
  const { env: given = {} } = deployment.jobVariables
  const env = environmentOf(deployment.jobVariables)
  const flags = deployment.jobVariables['nodeFlags']
  const nodeFlags = Array.isArray(flags) ? flags.filter((flag): flag is string => typeof flag === 'string') : []
  const bootEnv = Object.fromEntries(
    Object.entries(given)
      .filter((entry): entry is [string, string] => isReadAtStart(entry[0]) && typeof entry[1] === 'string')
      .sort(),
  )
  const bootKey = JSON.stringify([nodeFlags, bootEnv])
  return {
    key: JSON.stringify([version, deployment.entrypoint, deployment.path, deployment.contentHash, Object.entries(env).sort(), nodeFlags]),
    bootKey,
    nodeFlags,
    bootEnv,
    directory: deployment.path,
    entrypoint: deployment.entrypoint,
    env,
    // What an environment refers to only a run may read.
    preload: deployment.preload && !hasReferences(given),
    reuse: deployment.reuse,
  }
}

const PLAIN_BOOT_KEY = JSON.stringify([[], {}])
/** Starts of the last seconds say how many spares the near future needs. */
const RATE_WINDOW = 10_000
/** A moment for the run that was just given a spare, before the next one boots beside it. */
const REFILL_DELAY = 25
/** A runner that waits for another run of its deployment is ended after so long, unless it is one of the spares that are wanted anyway. */
const REUSE_KEPT = 60_000
const LONGEST_TROUBLE_WAIT = 30_000
/** Booting costs processor time and little else. */
const BOOTS_AT_ONCE = 2 * availableParallelism()

/** Boots the first ones when it is told how much room there is. `onTrouble` gets a sentence when spares keep dying before they are ready. */
export function keepSpares({ atLeast, boot, onTrouble }: SparesOptions): Spares {
  const spares = new Set<Spare>()
  const starts: { key: string; at: number }[] = []
  const demands = new Map<string, Demand>()
  const queue: Waiting[] = []
  /** The process behind an awaited runner, and where its messages are sent from. */
  const arrivals = new WeakMap<RunnerProcess, { runner: RunnerProcess; handlers: Handlers }>()
  let boots = 0
  let room = 0
  let closed = false
  let refillTimer: NodeJS.Timeout | null = null
  let troubles = 0
  let bootTime = 300

  const recent = () => {
    const since = performance.now() - RATE_WINDOW
    while (starts[0] && starts[0].at < since) starts.shift()
    return starts
  }
  /** As many as start while one boots, twice over; 100 starts/s with 200 ms of boot ask for 40. */
  const target = () => Math.min(room, Math.max(atLeast, Math.ceil((recent().length / (RATE_WINDOW / 1000)) * (bootTime / 1000) * 2)))

  const discard = (spare: Spare) => {
    spares.delete(spare)
    spare.handlers.onEnd = () => {}
    spare.handlers.onMessage = () => {}
    spare.runner.kill()
  }
  const refillSoon = (delay = REFILL_DELAY) => {
    if (closed || refillTimer) return
    refillTimer = setTimeout(() => {
      refillTimer = null
      refill()
    }, delay)
    refillTimer.unref()
  }
  const refill = () => {
    if (closed || queue.length > 0) return
    const wanted = target()
    for (const spare of surplus(wanted)) discard(spare)
    const booting = [...spares].filter((spare) => spare.state === 'booting').length
    const missing = Math.min(wanted - spares.size, Math.max(1, availableParallelism()) - booting)
    for (let i = 0; i < missing; i++) add()
    loadHottest()
  }
  /** Booted ahead beyond what the near future needs; and runners for reuse that nobody wanted for a while, or that have no slot any more. */
  const surplus = (wanted: number) => {
    const order = { booting: 0, loading: 1, ready: 2, loaded: 3 }
    const since = performance.now() - REUSE_KEPT
    const returned = [...spares].filter((spare) => spare.returnedAt !== null && spare.returnedAt > since)
    const others = [...spares].filter((spare) => !returned.includes(spare)).sort((a, b) => order[a.state] - order[b.state])
    const allowed = Math.max(0, wanted - returned.length)
    return [...returned.slice(0, Math.max(0, returned.length - room)), ...others.slice(0, Math.max(0, others.length - allowed))]
  }
  const start = (nodeFlags: string[], bootEnv: Record<string, string>): { runner: RunnerProcess; handlers: Handlers } => {
    const handlers = noHandlers()
    let isBooting = true
    boots++
    const booted = () => {
      if (!isBooting) return
      isBooting = false
      boots--
      serveQueue()
    }
    const runner = boot(nodeFlags, bootEnv, {
      onMessage: (message) => {
        handlers.onMessage(message)
        if (message.type === 'ready') booted()
      },
      onEnd: (end) => {
        handlers.onEnd(end)
        booted()
      },
      onOutput: (full) => handlers.onOutput(full),
    })
    return { runner, handlers }
  }
  /** For as many as there are runners, or as may boot; first come, first served. */
  const serveQueue = () => {
    for (const waiting of [...queue]) {
      const spare = find(waiting.demand)
      if (spare) spares.delete(spare)
      else if (boots >= BOOTS_AT_ONCE) continue
      arrive(waiting, spare ?? start(waiting.demand.nodeFlags, waiting.demand.bootEnv))
    }
    if (queue.length === 0) refillSoon()
  }
  const arrive = (waiting: Waiting, { runner, handlers }: { runner: RunnerProcess; handlers: Handlers }) => {
    queue.splice(queue.indexOf(waiting), 1)
    arrivals.set(waiting.runner, { runner, handlers })
    handlers.onMessage = (message) => waiting.handlers.onMessage(message)
    handlers.onEnd = (end) => waiting.handlers.onEnd(end)
    handlers.onOutput = (full) => waiting.handlers.onOutput(full)
    waiting.runner.arrive(runner)
  }
  const wait = (demand: Demand): Taken => {
    const handlers = noHandlers()
    const runner = new AwaitedRunner((signal) => {
      queue.splice(queue.indexOf(waiting), 1)
      setImmediate(() => handlers.onEnd({ code: null, signal, stderr: '', pastLimit: null }))
    })
    const waiting: Waiting = { demand, runner, handlers }
    queue.push(waiting)
    return { runner, kind: 'awaited', handlers }
  }
  const add = () => {
    const spare: Spare = {
      ...start([], {}),
      bootKey: PLAIN_BOOT_KEY,
      state: 'booting',
      key: null,
      returnedAt: null,
      files: {},
    }
    watchIdle(spare)
    spares.add(spare)
  }
  const watchIdle = (spare: Spare) => {
    spare.handlers.onOutput = () => {}
    spare.handlers.onMessage = (message) => {
      if (message.type !== 'ready') return
      if (spare.state === 'booting') {
        spare.state = 'ready'
        troubles = 0
        bootTime = spare.runner.bootTime ?? bootTime
        refill()
      } else if (spare.state === 'loading' && message.preloaded === spare.key) {
        spare.state = 'loaded'
        spare.files = message.files ?? {}
      } else if (spare.state === 'loading') {
        // The run itself will say what is wrong with the module; booting and loading it again and again would say nothing.
        demands.delete(spare.key as string)
        discard(spare)
        refillSoon()
      }
    }
    spare.handlers.onEnd = ({ code, signal, stderr }) => {
      spares.delete(spare)
      if (closed) return
      troubles++
      onTrouble(
        `a spare runner ended unused (${signal ?? `exit code ${code}`})${stderr ? `: ${stderr.trim().split('\n').slice(-3).join(' · ')}` : ''}`,
      )
      refillSoon(Math.min(LONGEST_TROUBLE_WAIT, 500 * 2 ** troubles))
    }
  }
  /** Ready spares import the modules that were asked for most lately; one stays plain when there are several deployments, or spares enough. */
  const loadHottest = () => {
    const ready = [...spares].filter((spare) => spare.state === 'ready')
    if (ready.length === 0) return
    const counts = new Map<string, number>()
    for (const { key } of recent()) if (demands.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1)
    if (counts.size === 0) for (const key of demands.keys()) counts.set(key, 1)
    const wanted = target()
    const keepPlain = wanted > 2 || (wanted === 2 && demands.size > 1) ? 1 : 0
    const loadable = [...spares].filter((spare) => spare.state !== 'booting').length - keepPlain
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
    for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      const have = [...spares].filter((spare) => spare.key === key).length
      const share = Math.max(1, Math.round((loadable * count) / all))
      const loading = [...spares].filter((spare) => spare.key !== null).length
      for (let i = have, total = loading; i < share && total < loadable; i++, total++) {
        const spare = ready.pop()
        if (!spare) return
        load(spare, demands.get(key) as Demand)
      }
    }
  }
  const load = (spare: Spare, demand: Demand) => {
    spare.state = 'loading'
    spare.key = demand.key
    const entry = fileOf(demand)
    spare.files = { [entry]: stampOf(entry) }
    spare.runner.send({ type: 'preload', key: demand.key, path: demand.directory, entrypoint: demand.entrypoint, env: demand.env })
  }
  const isFresh = (spare: Pick<Spare, 'files'>) => Object.entries(spare.files).every(([file, seen]) => stampOf(file) === seen)

  const find = (demand: Demand): Spare | undefined => {
    for (const state of ['loaded', 'loading'] as const) {
      for (const spare of [...spares]) {
        if (spare.state !== state || spare.key !== demand.key) continue
        if (isFresh(spare)) return spare
        discard(spare)
      }
    }
    return (['ready', 'booting'] as const).flatMap((state) =>
      [...spares].filter((spare) => spare.state === state && spare.bootKey === demand.bootKey),
    )[0]
  }

  return {
    take(demand) {
      // What is reused comes back and needs no successor.
      if (!demand.reuse && starts.push({ key: demand.key, at: performance.now() }) > 10_000) starts.shift()
      if (demand.preload && demand.bootKey === PLAIN_BOOT_KEY) {
        demands.delete(demand.key)
        demands.set(demand.key, demand)
        // A new version of a deployment has a new key; the oldest keys are forgotten.
        if (demands.size > 32) demands.delete(demands.keys().next().value as string)
      }
      const spare = find(demand)
      if (spare) spares.delete(spare)
      refillSoon()
      if (!spare && (boots >= BOOTS_AT_ONCE || queue.length > 0)) return wait(demand)
      if (!spare) return { ...start(demand.nodeFlags, demand.bootEnv), kind: 'fresh' }
      const kind = spare.key === null ? 'plain' : spare.returnedAt !== null ? 'reused' : 'loaded'
      return { runner: spare.runner, kind, handlers: spare.handlers }
    },
    giveBack(taken, demand, files) {
      const { runner, handlers } = arrivals.get(taken.runner) ?? taken
      const next = queue.find(({ demand: { key } }) => key === demand.key)
      if (next && isFresh({ files })) {
        arrive(next, { runner, handlers })
        return true
      }
      if (closed || room < 1) return false
      // It is worth more than one that has loaded nothing yet.
      const lesser = spares.size < room ? null : [...spares].find(({ state }) => state === 'booting' || state === 'ready')
      if (lesser) discard(lesser)
      else if (lesser === undefined) return false
      const spare: Spare = {
        runner,
        handlers,
        bootKey: demand.bootKey,
        state: 'loaded',
        key: demand.key,
        returnedAt: performance.now(),
        files,
      }
      watchIdle(spare)
      spares.add(spare)
      setTimeout(refill, REUSE_KEPT).unref()
      return true
    },
    setRoom(free) {
      room = free
      if (free < spares.size) refill()
      else refillSoon()
    },
    count() {
      const all = [...spares]
      return {
        ready: all.filter((spare) => spare.state !== 'booting').length,
        loaded: all.filter((spare) => spare.state === 'loaded').length,
        booting: all.filter((spare) => spare.state === 'booting').length,
      }
    },
    close() {
      closed = true
      if (refillTimer) clearTimeout(refillTimer)
      for (const spare of spares) discard(spare)
    },
  }
}

const noHandlers = (): Handlers => ({ onMessage: () => {}, onEnd: () => {}, onOutput: () => {} })

/** The entry file of a demand, absolute. */
function fileOf({ directory, entrypoint }: Demand): string {
  const colon = entrypoint.lastIndexOf(':')
  const file = colon > 1 ? entrypoint.slice(0, colon) : entrypoint
  return isAbsolute(file) ? file : join(directory, file)
}
