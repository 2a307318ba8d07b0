/**
 * Between the machines of users and the cloud. Requests may be lost, late, or arrive twice; their answers as well. Sockets keep their order while they live,
 * may die without telling either side, and stall while the machine is cut off.
 */
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'
import type { Life, World } from './world.ts'

/** A machine's way out. */
export interface Link {
  cut: boolean
}

export class Network {
  /** Share of messages that get lost. */
  loss = 0.01
  #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** A request and its answer; null = none came within `timeout`. `serve` may be called twice, or long after the client has given up. */
  request<T>(client: Life, link: Link, timeout: number, serve: (answer: (value: T) => void) => void, done: (value: T | null) => void): void {
    const { random } = this.#world
    let over = false
    const end = (value: T | null) => {
      if (over) return
      over = true
      done(value)
    }
    this.#world.after(timeout, client, () => end(null))
    const deliver = () => {
      if (link.cut) return
      serve((value) => {
        if (link.cut || random.chance(this.loss)) return
        this.#world.after(this.#delay(), client, () => end(value))
      })
    }
    if (link.cut || random.chance(this.loss)) return
    this.#world.after(this.#delay(), null, deliver)
    if (random.chance(0.02)) this.#world.after(random.between(0, 30_000), null, deliver)
  }

  open(worker: Life, link: Link): Socket {
    return new Socket(this.#world, worker, link)
  }

  #delay(): number {
    const { random } = this.#world
    return random.chance(0.02) ? random.between(100, 8_000) : random.between(2, 60)
  }
}

export class Socket {
  readonly id: string
  /** Each side's own belief. */
  openAtWorker = true
  openAtPool = true
  onWorkerMessage: (message: PoolMessage) => void = () => {}
  onWorkerClose: () => void = () => {}
  onPoolMessage: (message: WorkerMessage) => void = () => {}
  onPoolClose: () => void = () => {}
  /** The object that serves it; a wiped one serves nobody. */
  served: Life | null = null
  readonly worker: Life
  readonly #link: Link
  #world: World
  #toPool = 0
  #toWorker = 0
  #stuckUntil = 0

  constructor(world: World, worker: Life, link: Link) {
    this.#world = world
    this.worker = worker
    this.#link = link
    this.id = world.newId()
  }

  /** Whether a ping would be answered. */
  get answers(): boolean {
    return this.openAtPool && !this.#link.cut && this.served !== null && !this.served.over
  }

  /** What its worker says from now on arrives so much later. */
  hold(length: number): void {
    this.#stuckUntil = this.#world.now + length
  }

  toPool(message: WorkerMessage): void {
    this.#toPool = Math.max(this.#stuckUntil, this.#arrival(this.#toPool))
    this.#deliver(this.#toPool, null, () => {
      if (this.openAtPool && this.served && !this.served.over) this.onPoolMessage(message)
    })
  }

  toWorker(message: PoolMessage): void {
    this.#toWorker = this.#arrival(this.#toWorker)
    this.#deliver(this.#toWorker, this.worker, () => {
      if (this.openAtWorker) this.onWorkerMessage(message)
    })
  }

  /** In order: never before what was sent earlier. */
  #arrival(previous: number): number {
    const { random, now } = this.#world
    const delay = random.chance(0.01) ? random.between(100, 15_000) : random.between(1, 40)
    return Math.max(previous + 0.001, now + delay)
  }

  #deliver(at: number, life: Life | null, act: () => void): void {
    this.#world.after(at - this.#world.now, life, () => {
      if (!this.openAtWorker && !this.openAtPool) return
      if (this.#link.cut) this.#deliver(this.#world.now + 1_000, life, act)
      else act()
    })
  }

  /** The worker's side is gone; the other side learns it at once, later, or never. */
  closeByWorker(): void {
    this.openAtWorker = false
    this.#tell(this.served, () => {
      if (!this.openAtPool) return
      this.openAtPool = false
      this.onPoolClose()
    })
  }

  closeByPool(): void {
    this.openAtPool = false
    this.#tell(this.worker, () => {
      if (!this.openAtWorker) return
      this.openAtWorker = false
      this.onWorkerClose()
    })
  }

  #tell(life: Life | null, act: () => void): void {
    this.#world.after(this.#world.random.between(1, 40), life, () => {
      if (!this.#link.cut) act()
    })
  }
}
