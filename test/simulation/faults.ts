/** What goes wrong, drawn by lot: on the users' side, on ours, and in between. */
import type { Cloud } from './cloud.ts'
import type { Machine } from './machine.ts'
import type { Network } from './network.ts'
import type { World } from './world.ts'

/** What a world is like. Worlds differ (swarm testing): where everything goes wrong at once, nothing rare has time to happen. */
export interface Theme {
  /** What goes wrong. */
  faults: string[]
  /** Mean milliseconds between two faults. */
  every: number
  /** Share of sleeps, cuts and outages that last longer than half a minute. */
  longShare: number
  /** Share of runs whose deployment fences them and tries crashes again; share of those that may start again. */
  stopShare: number
  startAgainShare: number
  /** Share of pools whose runners propose RUNNING and wait, as outside process pools. */
  proposingShare: number
  /** How often people retry and force runs, lower limits and pause queues: 0 never, 1 often. */
  meddling: number
  /** Share of attempts that take minutes, and of those that fail. */
  slowShare: number
  failShare: number
  /** Schedules that make runs as well. */
  schedules: number
  /** Share of new runs that a running one starts. */
  childShare: number
}

const FAULTS = [
  'worker killed',
  'power off',
  'runner killed',
  'machine asleep',
  'cut off',
  'clock set',
  'worker drained',
  'object wiped',
  'object hibernated',
  'object doubled',
  'deploy',
  'isolates ended',
  'database refused',
  'all of us away',
  'messages lost',
  'hello held back',
] as const
type FaultName = (typeof FAULTS)[number]

export const drawTheme = ({ random }: World): Theme => ({
  faults: FAULTS.filter(() => random.chance(0.35)),
  every: random.pick([5_000, 15_000, 40_000]) as number,
  longShare: random.pick([0.1, 0.5, 0.9]) as number,
  stopShare: random.pick([0, 0.4, 1]) as number,
  startAgainShare: random.pick([0, 0.3, 1]) as number,
  proposingShare: 0.2,
  meddling: random.pick([0, 0.3, 1]) as number,
  slowShare: random.pick([0.05, 0.2, 0.6]) as number,
  failShare: random.pick([0.1, 0.3, 0.6]) as number,
  schedules: 0,
  childShare: 0,
})

export class Faults {
  #world: World
  #cloud: Cloud
  #network: Network
  #machines: readonly Machine[]
  #stopped = false
  readonly #theme: Theme

  constructor(world: World, cloud: Cloud, network: Network, machines: readonly Machine[], theme: Theme) {
    this.#world = world
    this.#cloud = cloud
    this.#network = network
    this.#machines = machines
    this.#theme = theme
    this.#next()
  }

  #next(): void {
    const { random } = this.#world
    this.#world.after(random.between(0, 2 * this.#theme.every), null, () => {
      if (this.#stopped) return
      this.#strike()
      this.#next()
    })
  }

  #strike(): void {
    const name = this.#world.random.pick(this.#theme.faults)
    if (name === undefined) return
    this.#world.tell(() => `fault: ${name}`)
    this.#act(name as FaultName)
  }

  #act(fault: FaultName): void {
    const cloud = this.#cloud
    const { random } = this.#world
    const machine = random.pick(this.#machines)
    const pool = random.pick([...cloud.pools.keys()])
    const length = random.chance(this.#theme.longShare) ? random.between(30_000, 300_000) : random.between(1_000, 30_000)
    switch (fault) {
      case 'worker killed':
        machine?.killWorker()
        break
      case 'power off':
        machine?.crash()
        break
      case 'runner killed':
        random.pick(machine?.worker?.runners() ?? [])?.kill()
        break
      case 'machine asleep':
        machine?.sleep(length)
        break
      case 'cut off':
        machine?.cut(length)
        break
      case 'clock set':
        machine?.step(random.between(-300_000, 300_000))
        break
      case 'worker drained':
        machine?.worker?.drain()
        break
      case 'object wiped':
        if (pool !== undefined) cloud.wipe(pool, random.chance(0.5))
        break
      case 'object hibernated':
        if (pool !== undefined) cloud.hibernate(pool)
        break
      case 'object doubled':
        if (pool !== undefined) cloud.double(pool)
        break
      case 'deploy':
        cloud.deploy()
        break
      case 'isolates ended':
        cloud.endIsolates()
        break
      case 'database refused':
        this.#refuseDatabase(length)
        break
      case 'all of us away':
        this.#goAway(length)
        break
      case 'messages lost':
        this.#lose(length)
        break
      case 'hello held back':
        machine?.worker?.holdBackHello(random.between(2_000, 40_000))
    }
  }

  #refuseDatabase(length: number): void {
    this.#cloud.database.refused = true
    this.#world.after(length, null, () => {
      this.#cloud.database.refused = false
    })
  }

  #goAway(length: number): void {
    this.#cloud.goAway()
    this.#world.after(length, null, () => {
      this.#cloud.away = false
    })
  }

  #lose(length: number): void {
    this.#network.loss = 0.15
    this.#world.after(length, null, () => {
      this.#network.loss = 0.01
    })
  }

  /** No more faults, and what is broken is mended. */
  stop(): void {
    this.#stopped = true
    this.#network.loss = 0
    this.#cloud.away = false
    this.#cloud.database.refused = false
    for (const machine of this.#machines) {
      machine.wake()
      machine.mend()
      machine.startWorker()
    }
  }
}
