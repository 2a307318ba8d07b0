/**
 * One simulated world per seed: people start, cancel and retry runs while everything fails that can fail; then the faults stop, and everything must settle.
 * `npm run simulate -- --seeds 1000 --steps 5000 --seed 1` for more than `npm test` does; with `--schedules 3` schedules make runs as well.
 */
import { pathToFileURL } from 'node:url'
import { NO_RETRIES } from '../../core/retry-policy.ts'
import { type CatchUp, CATCH_UPS, type Overlap, OVERLAPS } from '../../core/schedules/occurrence-policy.ts'
import { isFinal } from '../../core/states.ts'
import { Cloud } from './cloud.ts'
import { drawTheme, Faults, type Theme } from './faults.ts'
import { Machine } from './machine.ts'
import { Network } from './network.ts'
import type { NewRun } from './record.ts'
import { SAFEGUARDS, type Safeguards } from './safeguards.ts'
import { Truth, Violation } from './truth.ts'
import { World } from './world.ts'

export interface Simulated {
  seed: number
  steps: number
  runs: number
  /** By final state. */
  ends: Map<string, number>
}

/** What the world may take to settle once the faults have stopped, for each run that has not ended then (they may all want the same slot). */
const SETTLING_STEPS = 10_000
const SETTLING_TIME = 3_600_000
/** A run that could be claimed is, before the sweep has come by twice. */
const CLAIM_TIME = 150_000
const LOOK_EVERY = 5_000
/** What was left behind is made before the sweep has come by three times. */
const FILL_TIME = 200_000

interface Simulate {
  seed: number
  steps: number
  safeguards?: Safeguards
  /** What the world is like, as far as it is not left to chance. */
  theme?: Partial<Theme>
  /** Told what happens, line by line. */
  trace?: ((line: string) => void) | null
}

/** Throws a `Violation` whose message names the seed. */
export function simulate({ seed, steps, safeguards = SAFEGUARDS, theme = {}, trace = null }: Simulate): Simulated {
  const world = new World(seed)
  world.trace = trace
  try {
    return new Simulation(world, safeguards, theme).run(seed, steps)
  } catch (error) {
    if (error instanceof Error)
      error.message = `${error.message}\n  at step ${world.steps}; again with: npm run simulate -- --seeds 1 --steps ${steps} --seed ${seed}${theme.schedules ? ` --schedules ${theme.schedules}` : ''}`
    throw error
  }
}

class Simulation {
  readonly world: World
  readonly truth: Truth
  readonly cloud: Cloud
  readonly network: Network
  readonly machines: Machine[] = []
  readonly faults: Faults
  #peopleRest = false
  readonly #theme: Theme

  constructor(world: World, safeguards: Safeguards, theme: Partial<Theme>) {
    this.world = world
    this.truth = new Truth(world)
    this.cloud = new Cloud(world, this.truth, safeguards)
    this.network = new Network(world)
    const { random } = world
    const { record } = this.cloud
    this.#theme = { ...drawTheme(world), ...theme }
    const pools = random.chance(0.3) ? ['pool-1', 'pool-2'] : ['pool-1']
    for (const pool of pools) {
      this.cloud.workPoolTypes.set(pool, random.chance(this.#theme.proposingShare) ? 'docker' : 'process')
      record.limits.set(pool, { max: random.integer(1, 6), holders: new Set() })
      for (const [index, name] of ['high', 'low'].entries()) {
        record.queues.push({ id: `${pool}/${name}`, priority: index + 1, isPaused: false })
        if (random.chance(0.3)) record.limits.set(`${pool}/${name}`, { max: random.integer(1, 3), holders: new Set() })
      }
      for (let number = random.integer(1, 4); number > 0; number--) {
        const start = {
          world,
          cloud: this.cloud,
          network: this.network,
          truth: this.truth,
          theme: this.#theme,
          name: `${pool}-worker-${number}`,
          workPoolId: pool,
        }
        this.machines.push(new Machine({ ...start, slots: random.integer(1, 3) }))
      }
    }
    record.limits.set('deployment', { max: random.integer(1, 4), holders: new Set() })
    record.holderWasWellFor = ({ id, epoch, holder, state }) => {
      const machine = this.machines.find(({ worker }) => holder?.kind === 'worker' && worker?.sessionId === holder.sessionId)
      if (!machine || machine.asleep || machine.link.cut || machine.worker?.life.over) return 0
      if (state.type !== 'PENDING' && !machine.worker?.holding.some((run) => run.flowRunId === id && run.epoch === epoch)) return 0
      return world.now - machine.wellSince
    }
    this.faults = new Faults(world, this.cloud, this.network, this.machines, this.#theme)
    this.#people(pools)
    for (let number = 1; number <= this.#theme.schedules; number++) this.#schedule(`schedule-${number}`, random.pick(pools) as string)
  }

  run(seed: number, steps: number): Simulated {
    while (this.world.steps < steps && this.world.step()) {}
    this.#peopleRest = true
    this.faults.stop()
    this.#settleSchedules()
    this.#settle()
    const ends = new Map<string, number>()
    for (const { facts } of this.cloud.record.runs.values()) ends.set(facts.state.name, (ends.get(facts.state.name) ?? 0) + 1)
    return { seed, steps: this.world.steps, runs: this.cloud.record.runs.size, ends }
  }

  /** Invariant 10: what an absence has left behind is made within some minutes. Then people pause every schedule. */
  #settleSchedules(): void {
    const { world, cloud } = this
    const { rows } = cloud.record.schedules
    const end = world.now + FILL_TIME
    const isFilled = () => [...rows.values()].every((row) => row.isPaused || row.filledUntil > world.now)
    while (!isFilled() && world.now < end && world.step()) {}
    if (!isFilled())
      throw new Violation('schedules are filled', [...rows.values()].map((row) => `${row.id} until ${row.filledUntil - world.now}`).join('; '))
    for (const row of rows.values()) if (!row.isPaused) cloud.record.schedules.pause(row.id, true)
  }

  #schedule(id: string, workPoolId: string): void {
    const { random } = this.world
    const { record } = this.cloud
    const { workQueueId, limitIds, policy, workPoolType } = this.#newRun(workPoolId)
    record.schedules.create({
      id,
      workPoolId,
      interval: random.integer(5, 40),
      catchUp: random.pick(CATCH_UPS) as CatchUp,
      maxLateness: random.pick([10_000, 60_000, 300_000]) as number,
      overlap: random.pick(OVERLAPS) as Overlap,
      newRun: (runId, at) => ({ id: runId, workPoolId, workPoolType, workQueueId, limitIds, policy, scheduledTime: at }),
    })
    this.cloud.schedule(() => {}, workPoolId)
    const meddle = () => {
      if (this.#peopleRest) return
      const { isPaused = false } = record.schedules.rows.get(id) ?? {}
      this.cloud.schedule(() => record.schedules.pause(id, !isPaused), workPoolId)
      // Sometimes while the filling that follows is still under way.
      this.world.after(random.chance(0.4) ? random.between(0, 40) : random.between(0, isPaused ? 120_000 : 900_000), null, meddle)
    }
    this.world.after(random.between(0, 600_000), null, meddle)
  }

  /** Invariant 9. */
  #settle(): void {
    const { world, cloud } = this
    const open = 1 + [...cloud.record.runs.values()].filter(({ facts }) => !isFinal(facts.state.type)).length
    const [lastStep, end] = [world.steps + open * SETTLING_STEPS, world.now + open * SETTLING_TIME]
    const waitingSince = new Map<string, number>()
    const leftSince = new Map<string, number>()
    let lookAt = world.now
    while (!this.#isSettled() && world.steps < lastStep && world.now < end && world.step()) {
      if (world.now < lookAt) continue
      lookAt = world.now + LOOK_EVERY
      const left = new Set(cloud.record.listLeftChildren().map(({ id }) => id))
      for (const id of leftSince.keys()) if (!left.has(id)) leftSince.delete(id)
      for (const id of left) {
        const since = leftSince.get(id) ?? world.now
        leftSince.set(id, since)
        if (world.now - since > CLAIM_TIME)
          throw new Violation('children are cancelled with their parent', `${id} goes on after ${world.now - since} ms`)
      }
      const able = new Set(
        cloud.record
          .claimable()
          .filter(({ facts }) => this.#hasRoom(facts.workPoolId))
          .map(({ facts }) => facts.id),
      )
      for (const id of waitingSince.keys()) if (!able.has(id)) waitingSince.delete(id)
      for (const id of able) {
        const since = waitingSince.get(id) ?? world.now
        waitingSince.set(id, since)
        if (world.now - since > CLAIM_TIME)
          throw new Violation('room is used', `${id} waits for ${world.now - since} ms, although there is room for it`)
      }
    }
    if (!this.#isSettled()) throw new Violation('everything settles', this.#describeRest())
  }

  #hasRoom = (workPoolId: string | null): boolean =>
    this.machines.some((machine) => machine.workPoolId === workPoolId && (machine.worker?.room ?? 0) > 0)

  /** Every run has ended or waits because somebody paused its queue, every slot is free, no worker holds anything. */
  #isSettled(): boolean {
    const { record } = this.cloud
    if (!record.isSettled) return false
    for (const { holders } of record.limits.values()) if (holders.size > 0) return false
    return this.machines.every(({ worker }) => worker?.isIdle)
  }

  #describeRest(): string {
    const rest = [...this.cloud.record.runs.values()].filter(({ facts }) => facts.holder !== null || !isFinal(facts.state.type))
    const runs = rest.map(({ facts }) => `${facts.id} is ${facts.state.name} in epoch ${facts.epoch}, held by ${JSON.stringify(facts.holder)}`)
    const slots = [...this.cloud.record.limits]
      .filter(([, { holders }]) => holders.size > 0)
      .map(([id, { holders }]) => `${id} is held by ${[...holders].join(', ')}`)
    const workers = this.machines
      .filter(({ worker }) => !worker?.isIdle)
      .map(({ name, worker }) => `${name} holds ${JSON.stringify(worker?.holding)}`)
    return [...runs, ...slots, ...workers].join('; ') || 'something is not idle'
  }

  #people(pools: readonly string[]): void {
    const { random } = this.world
    this.world.after(random.chance(0.2) ? random.between(10, 300) : random.between(500, 20_000), null, () => {
      if (this.#peopleRest) return
      this.#people(pools)
      const run = random.pick([...this.cloud.record.runs.keys()])
      const act = random.next()
      const { meddling } = this.#theme
      if (act < 0.1 && run) this.cloud.cancel(run)
      else if (act < 0.1 + 0.07 * meddling && run) this.cloud.retry(run)
      else if (act < 0.1 + 0.09 * meddling && run) this.cloud.force(run)
      else if (act < 0.1 + 0.12 * meddling) this.#changeSettings()
      else if (act < 0.1 + 0.2 * meddling) this.#suspend(random.pick(this.#running)?.facts.id)
      else {
        const asked = { ...this.#newRun(random.pick(pools) as string), ...this.#startedBy() }
        this.cloud.create(asked)
        // The same request again: its answer did not arrive.
        if (random.chance(0.05)) this.world.after(random.between(0, 5_000), null, () => this.cloud.create(asked))
      }
    })
  }

  get #running() {
    return [...this.cloud.record.runs.values()].filter(({ facts }) => facts.state.type === 'RUNNING')
  }

  /** Asks a run for its process, and lets it go on later. */
  #suspend(flowRunId: string | undefined): void {
    if (flowRunId === undefined) return
    const { world, cloud } = this
    cloud.suspend(flowRunId)
    const goOn = () => {
      const facts = cloud.record.runs.get(flowRunId)?.facts
      if (!facts || isFinal(facts.state.type) || (facts.state.type === 'SCHEDULED' && facts.holder === null)) return
      if (facts.state.type === 'PAUSED') cloud.resume(flowRunId)
      world.after(world.random.between(1_000, 60_000), null, goOn)
    }
    world.after(world.random.between(1_000, 60_000), null, goOn)
  }

  /** Perhaps a run that runs; then the new one is its child. */
  #startedBy(): { parentId?: string } {
    const { random } = this.world
    const { childShare } = this.#theme
    if (childShare === 0 || !random.chance(childShare)) return {}
    const parent = random.pick(this.#running)
    return parent ? { parentId: parent.facts.id } : {}
  }

  /** A limit is lowered or raised, a queue paused or resumed. Some stay paused for good. */
  #changeSettings(): void {
    const { random } = this.world
    const { limits, queues } = this.cloud.record
    const limit = random.pick([...limits.values()])
    const max = random.integer(1, 5)
    const queue = random.pick(queues)
    if (random.chance(0.5)) {
      this.cloud.change(() => {
        if (limit) limit.max = max
      })
    } else {
      const isPaused = random.chance(0.4)
      this.cloud.change(() => {
        if (queue) queue.isPaused = isPaused
      })
    }
  }

  #newRun(workPoolId: string): NewRun {
    const { random, now, newId } = this.world
    const workQueueId = `${workPoolId}/${random.chance(0.5) ? 'high' : 'low'}`
    const limitIds = [workPoolId, workQueueId, ...(random.chance(0.4) ? ['deployment'] : [])].filter((id) => this.cloud.record.limits.has(id))
    const retryDelay = random.pick([0, 2_000, 20_000, 50_000, 90_000]) ?? 0
    const stops = random.chance(this.#theme.stopShare)
    return {
      id: newId(),
      workPoolId,
      workPoolType: this.cloud.typeOf(workPoolId),
      workQueueId,
      limitIds,
      scheduledTime: random.chance(0.3) ? now + random.between(0, 60_000) : now,
      policy: {
        retries: random.chance(0.5) ? { count: random.integer(1, 2), delay: retryDelay, jitter: 0 } : NO_RETRIES,
        retryOnCrash: stops ? random.integer(0, 2) : 0,
        onContactLost: stops ? 'stop' : 'continue',
        startAgain: random.chance(this.#theme.startAgainShare),
      },
    }
  }
}

/** `--seeds N --steps N --seed S`: N seeds from S on. `--trace TEXT` tells every line that contains TEXT (`--trace ''`: all). */
function main(args: readonly string[]): void {
  const option = (name: string, otherwise: number) => {
    const at = args.indexOf(`--${name}`)
    return at < 0 ? otherwise : Number(args[at + 1])
  }
  const [seeds, steps, first, schedules] = [option('seeds', 300), option('steps', 2_000), option('seed', 1), option('schedules', 0)]
  const text = args.includes('--trace') ? (args[args.indexOf('--trace') + 1] ?? '') : null
  const trace = text === null ? null : (line: string) => line.includes(text) && console.log(line)
  const ends = new Map<string, number>()
  let taken = 0
  for (let seed = first; seed < first + seeds; seed++) {
    const simulated = simulate({ seed, steps, trace, theme: schedules > 0 ? { schedules } : {} })
    taken += simulated.steps
    for (const [name, count] of simulated.ends) ends.set(name, (ends.get(name) ?? 0) + count)
  }
  console.log(`${seeds} seeds, ${taken} steps, no violation; runs: ${[...ends].map(([name, count]) => `${count} ${name}`).join(', ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
