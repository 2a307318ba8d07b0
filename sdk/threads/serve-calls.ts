/**
 * The inside of a task thread: imports the modules of tasks, runs one attempt after the other, and hands everything that is to be recorded to the process it
 * belongs to. Tasks and subflows that a task calls run in its thread.
 */
import type { MessagePort } from 'node:worker_threads'
import { asyncRunner } from '../async-runner.ts'
import type { FinishedTaskRun } from '../durable/durable-work.ts'
import { isThenable } from '../engine/await-or-abandon.ts'
import { capturePrints } from '../engine/capture-prints.ts'
import { FlowRunScope, type Session } from '../engine/flow-run-scope.ts'
import { judgeResult } from '../engine/judge-result.ts'
import { Slots } from '../engine/slots.ts'
import { type TaskContext, type TaskDefinition, type TaskOrigin, withContext } from '../engine/task-definition.ts'
import { onlyServeTasks, findMade, lookUpMade } from '../engine/task-origin.ts'
import { TaskRunRecord } from '../engine/task-run-record.ts'
import { UsageError } from '../errors.ts'
import { Pauses } from '../pauses/pauses.ts'
import { onHidden } from '../redaction/hidden-values.ts'
import { reviveResults } from '../results/described-results.ts'
import { runScopes } from '../run-context.ts'
import { registerTypeScriptLoader } from '../runner/typescript-loader.ts'
import { tags } from '../tags.ts'
import { transfersOf } from '../transfer.ts'
import { underLocks } from '../transactions/take-lock.ts'
import { transactionScopes } from '../transactions/transaction-scope.ts'
import { carryError, reviveError } from './carry-error.ts'
import { findUncloneable } from './find-uncloneable.ts'
import type { CallMessage, MessageFromThread, MessageToThread } from './messages.ts'
import { ThreadTransaction } from './thread-transaction.ts'
import { type Question, ThreadWork } from './thread-work.ts'

/** Serves until the thread is ended from outside. */
export function serveCalls(port: MessagePort): void {
  onlyServeTasks()
  let controller = new AbortController()
  let credential: string | null = null
  let questions = 0
  const asked = new Map<number, (value: unknown) => void>()
  const say = (message: MessageFromThread, moved: readonly unknown[] = []) => port.postMessage(message, transfersOf(moved))

  onHidden((values) => say({ type: 'hide', values }))

  port.on('message', (message: MessageToThread) => {
    switch (message.type) {
      case 'load':
        return void load(message.origin, message.taskName)
      case 'call':
        controller = new AbortController()
        credential = message.flowRun.credential
        return void run(message, controller.signal)
      case 'abort':
        say({ type: 'aborting' })
        return controller.abort(reviveError(message.reason))
      case 'credential':
        credential = message.credential
        return
      case 'answer':
        asked.get(message.id)?.(message.value)
        asked.delete(message.id)
    }
  })

  const ask = (question: Question) =>
    new Promise<unknown>((resolve) => {
      asked.set(++questions, resolve)
      say({ type: 'ask', id: questions, question })
    })

  async function load(origin: TaskOrigin, taskName: string): Promise<void> {
    // As `weir run` and the runner load it; hooks of modules hold for one thread.
    registerTypeScriptLoader()
    try {
      if (!(await findMade(origin))) throw notMade(taskName, origin)
      say({ type: 'loaded', error: null })
    } catch (error) {
      say({ type: 'loaded', error: carryError(error) })
    }
  }

  async function run(message: CallMessage, signal: AbortSignal): Promise<void> {
    const task = lookUpMade(message.key) as TaskDefinition
    const record = recordOf(message)
    const flowRun = openScope(message, record, signal)
    const context: TaskContext = {
      signal,
      attempt: record.runCount,
      taskRunId: record.id,
      taskRunName: record.name,
      flowRunId: flowRun.record.id,
    }
    const scope = { flowRun, taskRun: record, signal, slot: null }
    const around = message.flowRun.transaction
    const transaction = around && new ThreadTransaction(around, flowRun.durable !== null, say)
    try {
      const work = async () => {
        const call = () => (task.fn as (...args: unknown[]) => unknown)(...withContext(task, message.args, context))
        const returned = transaction ? transactionScopes.run(transaction, call) : call()
        return judgeResult(isThenable(returned) ? await returned : returned, `task run ${record.name}`)
      }
      const judgement = await underLocks(message.locksAround, () => tags(message.tagsAround, () => runScopes.run(scope, work)))
      await flowRun.allEnded()
      if (judgement.type === 'FAILED') return say({ type: 'threw', error: carryError(judgement.error) })
      const { type, name, value } = judgement
      if (type === 'COMPLETED' && name === undefined && judgement.message === null) giveBack({ type: 'returned', value }, value, task.name)
      else giveBack({ type: 'state', state: { type, name: name ?? 'Completed', message: judgement.message, data: value } }, value, task.name)
    } catch (error) {
      flowRun.closing = true
      await flowRun.allEnded()
      say({ type: 'threw', error: carryError(error) })
    } finally {
      flowRun.ended = true
    }
  }

  function giveBack(message: MessageFromThread, value: unknown, taskName: string): void {
    try {
      say(message, [value])
    } catch (error) {
      const place = findUncloneable(value, transfersOf([value]))
      const why = place ? `${place.path === '' ? 'it' : `its ${place.path.replace(/^\./, '')}`} is ${place.what}` : (error as Error).message
      throw new UsageError(
        `what task "${taskName}" returned cannot leave its thread: ${why}`,
        'Return plain data: what structuredClone takes. Classes lose their methods, functions cannot go.',
      )
    }
  }

  function openScope({ flowRun }: CallMessage, taskRun: TaskRunRecord, signal: AbortSignal): FlowRunScope {
    const session: Session = {
      recorder: {
        taskRun: (record) => say({ type: 'task-run', fields: { ...record } }),
        flowRunState: (record, state) => say({ type: 'flow-run-state', record: { ...record }, state }),
        log: (flowRunId, line) => say({ type: 'log', flowRunId, line }),
        artifact: (fact) => say({ type: 'artifact', fact }),
        event: (fact) => say({ type: 'event', fact }),
      },
      print: flowRun.prints ? (line) => say({ type: 'print', line }) : null,
      logLevel: flowRun.logLevel,
      signal,
      mayRelease: false,
      permission: null,
      onStart: null,
      controlPlane:
        flowRun.apiUrl === null
          ? null
          : {
              apiUrl: flowRun.apiUrl,
              credential: () => credential,
              renew: () => say({ type: 'renew' }),
              onLease: (id, isOver) => say({ type: 'lease', id, isOver }),
            },
    }
    if (flowRun.logPrints) capturePrints()
    const { record, about, logPrints, results, durable } = flowRun
    const finish = (key: string, finished: FinishedTaskRun) => say({ type: 'finished', key, finished })
    // The run's lease is the flow's: who wants to pause does it there.
    const pauses = new Pauses({ resumption: null, isDurable: false, state: () => null, enter() {} })
    const within = taskRun.runCount > 1 ? `${taskRun.name}~${taskRun.runCount}` : taskRun.name
    return new FlowRunScope({
      record,
      about,
      session,
      signal,
      slots: new Slots(asyncRunner().concurrency),
      logPrints,
      results: results && reviveResults(results),
      parameters: record.parameters,
      calls: new Map(),
      pauses,
      durable: durable && { key: durable.key, within: durable.within, work: new ThreadWork(durable, ask, finish) },
      within,
      // What passes its limit in a thread is ended with the thread.
      retryAfter: null,
      above: null,
    })
  }
}

function recordOf({ taskRun }: CallMessage): TaskRunRecord {
  const { runCount, states, startTime, endTime, runTime, upstream, childFlowRunId, durableKey } = taskRun
  return Object.assign(new TaskRunRecord(taskRun), { runCount, states, startTime, endTime, runTime, upstream, childFlowRunId, durableKey })
}

const notMade = (name: string, { modules }: TaskOrigin) =>
  new UsageError(
    `task "${name}" is not made while ${modules[0]} is loaded, so a thread cannot find it`,
    'Make it at the top level of its module, not inside a function, and always: threads load the module anew.',
  )
