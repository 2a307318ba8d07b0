/** How a case is run on our own engine, and what is told of it: in the form of observed.json. `boom` is the error that fails a case. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { State } from '../../core/states.ts'
import { UsageError } from '../../sdk/errors.ts'
import { type Flow, flow, type FlowOptions, type Retries, task } from '../../sdk/index.ts'
import { runFlow, type RunFlowOptions } from '../../sdk/testing.ts'
import { startFlow } from '../sdk/support/start-flow.ts'

/** How a run of a flow or task ended. `says`: nothing, something, or what went wrong (`boom`). */
export interface SeenRun {
  type: string
  name: string
  says: 'nothing' | 'something' | 'what'
  attempts: number
  /** Names of its states since it began, in order. */
  way: string[]
}

/** What a case came to, in the form of observed.json. */
export interface SeenCase {
  flows: (SeenRun & { flow: string })[]
  tasks: (SeenRun & { task: string })[]
  hooks?: string[]
  /** The flow cannot even be made. */
  refused?: true
}

type Body = () => unknown
type Options = Omit<FlowOptions<undefined, Record<never, never>>, 'parameters' | 'name'>

/** A flow called `case`. */
export const theFlow = (body: Body, options: Options = {}) => flow({ name: 'case', ...options }, body)
/** A flow called `child`. */
export const child = (body: Body, options: Options = {}) => flow({ name: 'child', ...options }, body)
/** A flow called `grandchild`. */
export const grandchild = (body: Body, options: Options = {}) => flow({ name: 'grandchild', ...options }, body)

/** Throws. */
export const boom = (): never => {
  throw new Error('boom')
}
/** Task `a`, which throws. */
export const fails = task({ name: 'a' }, async (): Promise<number> => boom())
/** Task `a`, which completes. */
export const one = task({ name: 'a' }, () => 1)
/** Task `b`, which takes whatever it gets. */
export const follows = task({ name: 'b' }, (..._values: unknown[]) => 2)
/** Task `c`, which takes whatever it gets. */
export const followsLast = task({ name: 'c' }, (..._values: unknown[]) => 3)
/** Task `a`, which throws for 2. */
export const oddOnly = task({ name: 'a' }, (n: number) => (n === 2 ? boom() : n))

/** Fails this many times, then says how often it was called. */
export function unsteady(times: number): () => number {
  let calls = 0
  return () => {
    calls += 1
    return calls <= times ? boom() : calls
  }
}
/** Task `a`, which fails this many times. */
export const unsteadyTask = (times: number, retries: Retries = 0) => task({ name: 'a', retries }, unsteady(times))

const said = (message: string | null): SeenRun['says'] =>
  message === null || message === '' ? 'nothing' : message.includes('boom') ? 'what' : 'something'

/** A run is PENDING before it begins, in the record or by itself: that is no part of its way. */
const wayOf = (states: readonly State[]): string[] => states.map(({ name }) => name).filter((name, at) => at > 0 || name !== 'Pending')

/** What a case may need besides its flow. */
interface Around {
  /** What was called, told with the rest. */
  hooks?: string[]
  /** Answers the pauses. */
  answer?: RunFlowOptions['answer']
}

/** Runs a flow, and tells what it and all its runs came to. */
export async function see(run: Flow<never, never, unknown>, parameters?: unknown, { hooks, answer }: Around = {}): Promise<SeenCase> {
  const { state, states, subflows, taskRuns } = await runFlow(run, parameters as never, answer ? { answer } : {})
  const seenOf = (name: string, all: typeof states) => {
    const last = all.at(-1) ?? state
    const attempts = all.filter((each) => each.type === 'RUNNING' && each.details.resumes === undefined).length
    return { flow: name, type: last.type, name: last.name, says: said(last.message), attempts, way: wayOf(all) }
  }
  const order = ['case', 'child', 'grandchild']
  const sortKey = (seen: SeenRun & { flow: string }) => [order.indexOf(seen.flow), seen.type, seen.way].join(' ')
  const taskKey = (seen: SeenRun & { task: string }) => [seen.task, seen.type, seen.name, seen.attempts, seen.way].join(' ')
  return {
    flows: [seenOf('case', states), ...subflows.map((subflow) => seenOf(subflow.flowName, subflow.states))].sort((a, b) =>
      sortKey(a) < sortKey(b) ? -1 : 1,
    ),
    // The task run that stands for a subflow is the subflow itself: Prefect's engine does not announce it either.
    tasks: taskRuns
      .filter(({ taskName }) => !order.includes(taskName))
      .map(({ taskName, state: last, states: all, attempts }) => {
        return { task: taskName, type: last.type, name: last.name, says: said(last.message), attempts, way: wayOf(all) }
      })
      .sort((a, b) => (taskKey(a) < taskKey(b) ? -1 : 1)),
    ...(hooks ? { hooks } : {}),
  }
}

/** Runs this as the flow `case`. */
export async function seeFlow(body: Body, options?: Options, around?: Around): Promise<SeenCase> {
  let made: unknown
  try {
    made = theFlow(body, options)
  } catch (error) {
    if (error instanceof UsageError) return { flows: [], tasks: [], refused: true }
    throw error
  }
  return see(made as never, undefined, around)
}

/** The same with a hook of each kind, which are told in the order in which they were called. */
export async function seeHooks(
  body: Body,
  options: Options = {},
  parameters: { schema: z.ZodObject; given: unknown } | null = null,
  answer?: RunFlowOptions['answer'],
): Promise<SeenCase> {
  const called: string[] = []
  const hook = (name: string) => [
    (_flow: unknown, _run: unknown, state: { type: string }) => {
      called.push(`${name} ${state.type}`)
    },
  ]
  const hooked = flow(
    {
      name: 'case',
      ...options,
      ...(parameters ? { parameters: parameters.schema } : {}),
      onRunning: hook('running'),
      onCompletion: hook('completion'),
      onFailure: hook('failure'),
      onCancellation: hook('cancellation'),
      onCrashed: hook('crashed'),
    } as Options,
    body,
  )
  return see(hooked as never, parameters?.given, { hooks: called, answer })
}

/** A flow that is told to stop while it runs, or while its subflow does. */
export async function seeStopped(reason: Error, where: 'flow' | 'subflow' = 'flow'): Promise<SeenCase> {
  const controller = new AbortController()
  const stop = async () => {
    controller.abort(reason)
    await sleep(2_000)
  }
  const inner = child(stop)
  const ways = new Map<string, { flow: string; runCount: number; states: State[] }>()
  const recorder = {
    flowRunState({ id, flowName, runCount }: { id: string; flowName: string; runCount: number }, state: State) {
      ways.set(id, { flow: flowName, runCount, states: [...(ways.get(id)?.states ?? []), state] })
    },
  }
  const stopped = theFlow(where === 'flow' ? stop : async () => void (await inner()))
  await startFlow(stopped, { around: { recorder, signal: controller.signal } })
  const flows = [...ways.values()].map(({ flow: name, runCount, states }) => {
    const last = states.at(-1) as State
    return { flow: name, type: last.type, name: last.name, says: said(last.message), attempts: runCount, way: wayOf(states) }
  })
  return { flows: flows.sort((a, b) => (a.flow < b.flow ? -1 : 1)), tasks: [] }
}
