/**
 * One worker thread and what it does at the moment. A thread that does not end when it is told to is terminated, whatever it computes; one that dies takes
 * only its own attempt with it.
 */
import { Worker } from 'node:worker_threads'
import type { MessageFromThread, MessageToThread } from './messages.ts'
import { WeirError } from '../errors.ts'
import { summarizeError } from '../engine/describe-error.ts'
import { carryError } from './carry-error.ts'

/** The thread of a task ended under it. */
export class ThreadDied extends WeirError {
  constructor(what: string, why: string, options: { cause?: unknown; hint?: string } = {}) {
    super('thread_died', `${what}: ${why}`, options)
  }
}

/** Milliseconds in which a thread whose event loop turns has heard of an abort. One that computes hears nothing and need not be waited for. */
const HEARING = 400

/** Megabytes for values that live shortly: Node's own measure is for a whole process, and a flow has many threads. */
const YOUNG = 16

/** Of one message that is answered. */
interface Asked {
  what: string
  hear(message: MessageFromThread): void
  fail(error: Error): void
}

/** Started at once. `onEnd` is told when it is gone, for whatever reason. */
export class TaskThread {
  readonly #worker: Worker
  readonly #memory: number | null
  /** Keys of the tasks that it has loaded. */
  readonly loaded = new Set<string>()
  /** Of named limits: what it has asked for and not given back. */
  readonly leases = new Set<string>()
  #asked: Asked | null = null
  #died: unknown = null
  #heard = false
  #ended = false

  constructor(main: URL, memory: number | null, onEnd: () => void) {
    this.#memory = memory
    this.#worker = new Worker(main, {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG, ...(memory === null ? {} : { maxOldGenerationSizeMb: memory }) },
    })
    this.#worker.on('message', (message: MessageFromThread) => {
      if (message.type === 'aborting') this.#heard = true
      else if (message.type === 'lease') this.leases[message.isOver ? 'delete' : 'add'](message.id)
      else this.#asked?.hear(message)
    })
    this.#worker.on('error', (error) => {
      this.#died = error
    })
    this.#worker.on('exit', (code) => {
      this.#ended = true
      onEnd()
      this.#asked?.fail(this.#whyDead(this.#asked.what, code))
    })
    this.#worker.unref()
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** Sends a message and gives its answers to `hear` until that says `true`; rejects when the thread dies first, or the message cannot be cloned. */
  ask(what: string, message: MessageToThread, moved: readonly unknown[], hear: (answer: MessageFromThread) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      // A process that waits for an answer stays alive for it.
      this.#worker.ref()
      const settle = (then: () => void) => {
        this.#asked = null
        this.#worker.unref()
        then()
      }
      this.#asked = { what, hear: (answer) => hear(answer) && settle(resolve), fail: (error) => settle(() => reject(error)) }
      if (this.#ended) return this.#asked.fail(this.#whyDead(what, 1))
      try {
        this.#worker.postMessage(message, moved as never)
      } catch (error) {
        settle(() => reject(error as Error))
      }
    })
  }

  say(message: MessageToThread): void {
    if (!this.#ended) this.#worker.postMessage(message)
  }

  /** Tells what runs to end; what has not ended after `patience` milliseconds, or does not even hear, is terminated. Answers how to call that off. */
  abort(reason: unknown, patience: number, onTerminate: () => void): () => void {
    this.#heard = false
    this.say({ type: 'abort', reason: carryError(reason) })
    let timer = setTimeout(
      () => {
        if (!this.#heard || patience <= HEARING) return end()
        timer = setTimeout(end, patience - HEARING)
      },
      Math.min(HEARING, patience),
    )
    const end = () => {
      onTerminate()
      this.terminate()
    }
    return () => clearTimeout(timer)
  }

  /** Ends it now, in the middle of whatever it does. */
  terminate(): void {
    void this.#worker.terminate()
  }

  #whyDead(what: string, code: number): ThreadDied {
    const error = this.#died
    if (error === null) return new ThreadDied(what, `its thread ended by itself (process.exit(${code}))`)
    if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      const limit = this.#memory === null ? '' : ` (it may use ${this.#memory} MB)`
      return new ThreadDied(what, `its thread ran out of memory${limit}`, {
        hint: 'threadRunner({ memory }) sets how many megabytes of heap each thread may use.',
      })
    }
    return new ThreadDied(what, `an error that nobody caught ended its thread: ${summarizeError(error)}`, { cause: error })
  }
}
