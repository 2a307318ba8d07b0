/** The cases of prefect/nested_cases.py, by the same names: subflows, hooks of tasks and subflows, and processes that end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { RunTerminated } from '../../sdk/engine/run-stopped.ts'
import { Cancelled, Failed, flow, RunCancelled, task, type TaskOptions } from '../../sdk/index.ts'
import { boom, child, fails, follows, grandchild, see, type SeenCase, seeFlow, seeStopped, unsteady } from './see-flow.ts'

const choosy = flow({ name: 'child', parameters: z.object({ n: z.int() }) }, ({ n }) => n)
const misfit = { n: 'boom' } as never

/** Task `a` with a hook of each kind, run by `body`; what was called. */
async function seeTaskHooks(
  fn: () => unknown,
  options: TaskOptions = {},
  body = async (hooked: () => Promise<unknown>): Promise<unknown> => await hooked(),
): Promise<SeenCase> {
  const called: string[] = []
  const hook = (name: string) => [
    (_task: unknown, _run: unknown, state: { type: string; name: string }) => {
      called.push(`${name} ${state.type} ${state.name}`)
    },
  ]
  const hooks = { onRunning: hook('running'), onCompletion: hook('completion'), onFailure: hook('failure') }
  const hooked = task({ name: 'a', ...options, ...hooks }, fn)
  return seeFlow(() => body(hooked), {}, { hooks: called })
}
const whateverComes = async (hooked: () => Promise<unknown>) => {
  await hooked().catch(() => {})
  return 1
}

/** Hooks of task `a` in the subflow `child`, of that, and of the flow. */
async function seeHooksInOrder(kinds: ('onRunning' | 'onCompletion' | 'onFailure')[], fn: () => unknown): Promise<SeenCase> {
  const called: string[] = []
  const hooks = (name: string) =>
    Object.fromEntries(
      kinds.map((kind) => [kind, [(_of: unknown, _run: unknown, state: { type: string }) => void called.push(`${name} ${state.type}`)]]),
    )
  const inside = task({ name: 'a', ...hooks('a') }, fn)
  const inner = child(async () => void (await inside()), hooks('child'))
  return seeFlow(async () => void (await inner()), hooks('case'), { hooks: called })
}

export const nestedCases: Record<string, () => Promise<SeenCase>> = {
  'flow-times-out-while-subflow-runs': () => {
    const inner = child(() => sleep(5_000))
    return seeFlow(async () => void (await inner()), { timeout: '20ms' })
  },
  'subflow-time-out-is-thrown': () => seeFlow(async () => void (await child(() => sleep(5_000), { timeout: '20ms' })())),
  'grandchild-is-caught-by-child': () =>
    seeFlow(async () => {
      const inner = child(async () => void (await grandchild(boom)().catch(() => {})))
      await inner()
    }),
  'grandchild-is-caught-by-case': () =>
    seeFlow(async () => {
      const inner = child(async () => void (await grandchild(boom)()))
      await inner().catch(() => {})
    }),
  'subflow-returns-failed-future': () =>
    seeFlow(async () => {
      await child(() => fails.submit()).run({}, { returnState: true })
      return 1
    }),
  'subflow-retries-are-used-up': () => seeFlow(async () => void (await child(boom, { retries: 1 })().catch(() => {}))),
  'subflow-and-parent-are-retried': () => {
    const inner = child(boom, { retries: 1 })
    return seeFlow(async () => void (await inner()), { retries: 1 })
  },
  'task-with-completed-subflow-is-retried': () => {
    const inner = child(() => 1)
    const body = unsteady(1)
    const caller = task({ name: 'a', retries: 1 }, async () => {
      await inner()
      body()
    })
    return seeFlow(async () => await caller())
  },
  'task-with-failed-subflow-is-retried': () => {
    const inner = child(unsteady(1))
    const caller = task({ name: 'a', retries: 1 }, async () => void (await inner()))
    return seeFlow(async () => await caller())
  },
  'subflow-parameters-misfit-is-caught': () => seeFlow(async () => void (await choosy(misfit).catch(() => {}))),
  'subflow-parameters-misfit-as-state': () =>
    seeFlow(async () => {
      await choosy.run(misfit, { returnState: true })
      return 1
    }),
  'parameters-misfit-is-not-retried': () => see(choosy.with({ name: 'case', retries: 2 } as never) as never, misfit),
  'subflow-fails-and-is-called-again': () => {
    const inner = child(unsteady(1))
    return seeFlow(async () => {
      await inner.run({}, { returnState: true })
      await inner()
    })
  },
  'subflow-takes-failed-state': () => {
    const inner = flow({ name: 'child' }, (_parameters: { n: unknown }) => 1)
    return seeFlow(async () => {
      await inner({ n: await fails.submit().wait() })
      return 1
    })
  },

  'task-hooks-of-completed': () => seeTaskHooks(() => 1),
  'task-hooks-of-retried': () => seeTaskHooks(unsteady(1), { retries: 1 }),
  'task-hooks-of-retried-after-delay': () => seeTaskHooks(unsteady(1), { retries: { count: 1, delay: '5ms' } }),
  'task-hooks-of-retries-used-up': () => seeTaskHooks(boom, { retries: 1 }),
  'task-hooks-of-failed-state': () => seeTaskHooks(() => Failed({ name: 'Rejected', message: 'boom' }), {}, whateverComes),
  'task-hooks-of-cancelled-state': () => seeTaskHooks(() => Cancelled({ message: 'boom' }), {}, whateverComes),
  'task-hooks-of-timed-out': () => seeTaskHooks(() => sleep(5_000), { timeout: '20ms' }, whateverComes),
  'task-hooks-of-never-started': () =>
    seeTaskHooks(
      () => 1,
      {},
      async (hooked) => {
        const takes = hooked as unknown as typeof follows
        await takes.submit(follows.submit(fails.with({ name: 'b' }).submit())).wait()
        return 1
      },
    ),
  'task-hook-throws': () => {
    const called: string[] = []
    const hooked = task({ name: 'a', onCompletion: [boom, () => void called.push('second')] }, () => 1)
    return seeFlow(async () => await hooked(), {}, { hooks: called })
  },
  'first-of-two-hooks-throws': () => {
    const called: string[] = []
    return seeFlow(boom, { onFailure: [boom, () => void called.push('second')] }, { hooks: called })
  },
  'hooks-in-order': () => seeHooksInOrder(['onRunning', 'onCompletion'], () => 1),
  'hooks-in-order-of-failures': () => seeHooksInOrder(['onFailure'], boom),

  'subflow-interrupted': () => seeStopped(new RunCancelled('it was interrupted from the terminal (Ctrl-C)'), 'subflow'),
  'subflow-terminated': () => seeStopped(new RunTerminated('SIGTERM'), 'subflow'),
}
