/**
 * The threads of one attempt of one flow run. Threads are started when they are needed, used again while they live, and ended with the attempt. Slots see to
 * it that there are never more of them than the runner allows.
 */
import { slotsClientOf } from '../concurrency/slots-client.ts'
import { graceAfterAbort } from '../engine/grace.ts'
import { hideValue } from '../redaction/hidden-values.ts'
import type { FlowRunScope } from '../engine/flow-run-scope.ts'
import type { PlacedAttempt, TaskPlace, TaskSeat } from '../engine/task-place.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { TaskRunRecord } from '../engine/task-run-record.ts'
import { RunCancelled, UsageError } from '../errors.ts'
import { writeLog } from '../logger.ts'
import { type DescribedStore, describeResults, reviveStore } from '../results/described-results.ts'
import type { ResultStore } from '../results/result-store.ts'
import { Cancelled, Completed } from '../states.ts'
import { tagsAround } from '../tags.ts'
import { heldAround } from '../transactions/take-lock.ts'
import { type TransactionScope, transactionScopes } from '../transactions/transaction-scope.ts'
import { transfersOf } from '../transfer.ts'
import { reviveError } from './carry-error.ts'
import { findUncloneable } from './find-uncloneable.ts'
import type { CallMessage, MessageFromThread, TaskRunFields } from './messages.ts'
import { TaskThread } from './task-thread.ts'
import { describeTransaction, hearTransaction } from './thread-transaction.ts'
import { threadMain } from './thread-main.ts'
import { answerQuestion, describeWork } from './thread-work.ts'

/** Before the flow gives up waiting for its tasks, so that it is not the task's deafness that counts. */
const BEFORE_FLOW = 500
/** Between two looks for a new credential, and how often. */
const RENEWAL = { every: 250, times: 40 }

/** `memory`: megabytes of heap for each thread; null = as much as Node gives. */
export class ThreadPlace implements TaskPlace {
  readonly keepsTime = false
  readonly #flowRun: FlowRunScope
  readonly #memory: number | null
  readonly #idle: TaskThread[] = []
  readonly #all = new Set<TaskThread>()
  /** What tasks and subflows that run in threads have told of themselves. */
  readonly #records = new Map<string, TaskRunRecord>()
  /** Of transactions that tasks in threads have a part in. */
  readonly #stores = new Map<string, ResultStore>()

  constructor(flowRun: FlowRunScope, memory: number | null) {
    this.#flowRun = flowRun
    this.#memory = memory
  }

  async seat(task: TaskDefinition): Promise<TaskSeat> {
    const { origin } = task
    if (!origin)
      throw new UsageError(`task "${task.name}" cannot run in a thread: it was made by code without a file`, 'Make it at the top level of a module.')
    const thread = this.#take(origin.key)
    if (!thread.loaded.has(origin.key)) {
      let problem: unknown
      await thread.ask(`task "${task.name}" could not be loaded`, { type: 'load', origin, taskName: task.name }, [], (answer) => {
        if (answer.type !== 'loaded') return false
        problem = answer.error && reviveError(answer.error)
        return true
      })
      if (problem) {
        this.#idle.push(thread)
        throw problem
      }
      thread.loaded.add(origin.key)
    }
    return {
      run: (attempt) => this.#run(thread, origin.key, attempt),
      leave: () => this.#release(thread),
    }
  }

  close(): void {
    for (const thread of this.#all) thread.terminate()
  }

  /** One that knows the task, if there is one. */
  #take(key: string): TaskThread {
    const at = this.#idle.findLastIndex((thread) => thread.loaded.has(key))
    const [known] = this.#idle.splice(at < 0 ? this.#idle.length - 1 : at, 1)
    if (known) return known
    const thread: TaskThread = new TaskThread(threadMain('threads', import.meta.url), this.#memory, () => {
      this.#all.delete(thread)
      this.#giveBackSlots(thread)
      const idle = this.#idle.indexOf(thread)
      if (idle >= 0) this.#idle.splice(idle, 1)
    })
    this.#all.add(thread)
    return thread
  }

  /** A thread that has ended gives nothing back itself. */
  #giveBackSlots({ leases }: TaskThread): void {
    const { controlPlane } = this.#flowRun.session
    if (controlPlane && leases.size > 0) slotsClientOf(controlPlane).giveBack(leases)
  }

  #release(thread: TaskThread): void {
    if (!thread.hasEnded) this.#idle.push(thread)
  }

  async #run(thread: TaskThread, key: string, attempt: PlacedAttempt): Promise<unknown> {
    const { task, args, context, record, isLast } = attempt
    const { signal } = context
    const transaction = transactionScopes.getStore() ?? null
    let ending: Extract<MessageFromThread, { type: 'returned' | 'state' | 'threw' }> | undefined
    let callOff = () => {}
    let terminated = false
    const abort = () => {
      const patience = Math.max(0, Math.min(graceAfterAbort(signal.reason), Number.POSITIVE_INFINITY))
      callOff = thread.abort(signal.reason, patience > BEFORE_FLOW * 2 ? patience - BEFORE_FLOW : patience, () => {
        terminated = true
        writeLog({ flowRun: this.#flowRun, taskRun: record }, 'warn', 'it did not heed its abort signal; its thread was ended', undefined, 'weir')
      })
    }
    try {
      const message = this.#callOf(key, record, args, transaction)
      const asked = thread.ask(`task run ${record.name}`, message, isLast ? transfersOf(args) : [], (answer) => {
        if (answer.type === 'returned' || answer.type === 'state' || answer.type === 'threw') {
          ending = answer
          return true
        }
        this.#hear(thread, answer, transaction)
        return false
      })
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
      await asked
    } catch (error) {
      if (terminated) throw signal.reason instanceof Error ? signal.reason : new RunCancelled()
      throw isCloneError(error) ? whyNotSent(task, args, error as Error) : error
    } finally {
      signal.removeEventListener('abort', abort)
      callOff()
      this.#release(thread)
    }
    if (ending?.type === 'returned') return ending.value
    if (ending?.type === 'threw') throw reviveError(ending.error)
    const { type, ...state } = ending?.state ?? { type: 'CANCELLED' as const }
    return type === 'COMPLETED' ? Completed(state as object) : Cancelled(state as object)
  }

  #callOf(key: string, record: TaskRunRecord, args: readonly unknown[], transaction: TransactionScope | null): CallMessage {
    const { session, record: flowRun, about, logPrints, results, durable } = this.#flowRun
    return {
      type: 'call',
      key,
      args,
      taskRun: { ...record } as TaskRunFields,
      tagsAround: tagsAround(),
      locksAround: heldAround(),
      flowRun: {
        record: { ...flowRun },
        about,
        logPrints,
        logLevel: session.logLevel,
        prints: session.print !== null,
        apiUrl: session.controlPlane?.apiUrl ?? null,
        credential: session.controlPlane?.credential() ?? null,
        results: results && describeResults(results),
        durable: durable && { ...describeWork(durable.work), key: durable.key, within: durable.within },
        transaction: transaction && describeTransaction(transaction),
      },
    }
  }

  #hear(thread: TaskThread, message: MessageFromThread, transaction: TransactionScope | null): void {
    const { recorder, print, controlPlane } = this.#flowRun.session
    const work = this.#flowRun.durable?.work
    switch (message.type) {
      case 'task-run':
        return recorder.taskRun(this.#recordOf(message.fields))
      case 'flow-run-state':
        return recorder.flowRunState(message.record, message.state, false)
      case 'log':
        return recorder.log(message.flowRunId, message.line)
      case 'artifact':
        return recorder.artifact(message.fact)
      case 'event':
        return recorder.event(message.fact)
      case 'print':
        return print?.(message.line)
      case 'hide':
        return hideValue([...message.values])
      case 'ask':
        // In the order of asking: what is counted is counted now.
        if (work) void Promise.resolve(answerQuestion(work, message.question)).then((value) => thread.say({ type: 'answer', id: message.id, value }))
        return
      case 'finished':
        return work?.add(message.key, message.finished)
      case 'kept':
      case 'staged':
        if (work && message.type === 'staged') work.mayBeCommitted = true
        if (transaction) hearTransaction(transaction, message, (store) => this.#storeOf(store))
        return
      case 'renew':
        controlPlane?.renew?.()
        return this.#passOnCredential(thread, controlPlane?.credential() ?? null, RENEWAL.times)
    }
  }

  /** One for each place, however many task runs it has results of. */
  #storeOf(described: DescribedStore): ResultStore {
    const place = JSON.stringify(described)
    const store = this.#stores.get(place) ?? reviveStore(described)
    this.#stores.set(place, store)
    return store
  }

  /** The same record as before, so that a recorder which keeps records keeps one. */
  #recordOf(fields: TaskRunFields): TaskRunRecord {
    const record = this.#records.get(fields.id) ?? new TaskRunRecord(fields)
    const { name, runCount, startTime, endTime, runTime, upstream, childFlowRunId, durableKey } = fields
    record.states.splice(0, record.states.length, ...fields.states)
    Object.assign(record, { name, runCount, startTime, endTime, runTime, upstream, childFlowRunId, durableKey })
    if (endTime === null) this.#records.set(fields.id, record)
    else this.#records.delete(fields.id)
    return record
  }

  #passOnCredential(thread: TaskThread, old: string | null, times: number): void {
    const credential = this.#flowRun.session.controlPlane?.credential() ?? null
    if (credential !== old) return thread.say({ type: 'credential', credential })
    if (times > 0 && !thread.hasEnded) setTimeout(() => this.#passOnCredential(thread, old, times - 1), RENEWAL.every).unref()
  }
}

const isCloneError = (error: unknown): boolean => error instanceof Error && error.name === 'DataCloneError'

function whyNotSent(task: TaskDefinition, args: readonly unknown[], cause: Error): Error {
  const moved = transfersOf(args)
  for (const [at, argument] of args.entries()) {
    const place = findUncloneable(argument, moved)
    if (!place) continue
    const name = task.declared.names[at]
    return new UsageError(
      `argument ${at + 1}${name ? ` (${name})` : ''} of task "${task.name}" cannot be sent to a thread: ${place.path === '' ? 'it' : `its ${place.path.replace(/^\./, '')}`} is ${place.what}`,
      'Give it plain data: what structuredClone takes. What cannot be cloned is made inside of the task.',
    )
  }
  return new UsageError(`the arguments of task "${task.name}" cannot be sent to a thread: ${cause.message}`)
}
