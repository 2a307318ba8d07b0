/** The cases of prefect/flow_cases.py, by the same names, for our own engine. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { RunTerminated } from '../../sdk/engine/run-stopped.ts'
import { allowFailure, Cancelled, Completed, Failed, type Flow, flow, RunCancelled, task, unmapped } from '../../sdk/index.ts'
import { attemptCases } from './attempt-cases.ts'
import { nestedCases } from './nested-cases.ts'
import { pauseCases } from './pause-cases.ts'
import { returnedCases } from './returned-cases.ts'
import {
  boom,
  child,
  fails,
  follows,
  followsLast,
  oddOnly,
  one,
  type SeenCase,
  see,
  seeFlow,
  seeHooks,
  seeStopped,
  unsteady,
  unsteadyTask,
} from './see-flow.ts'

export const flowCases: Record<string, () => Promise<SeenCase>> = {
  'flow-returns-value': () => seeFlow(() => 1),
  'flow-returns-nothing': () => seeFlow(() => {}),
  'flow-throws': () => seeFlow(boom),
  'flow-returns-completed-state': () => seeFlow(() => Completed()),
  'flow-returns-named-state': () => seeFlow(() => Completed({ name: 'Skipped', message: 'boom' })),
  'flow-returns-failed-state': () => seeFlow(() => Failed({ message: 'boom' })),
  'flow-returns-named-failed-state': () => seeFlow(() => Failed({ name: 'Rejected', message: 'boom' })),
  'flow-returns-cancelled-state': () => seeFlow(() => Cancelled({ message: 'boom' })),
  'flow-returns-completed-states': () => seeFlow(() => [Completed(), Completed()]),
  'flow-returns-states-one-failed': () => seeFlow(() => [Completed(), Failed({ message: 'boom' })]),
  'flow-returns-failed-state-in-object': () => seeFlow(() => ({ state: Failed({ message: 'boom' }) })),
  'flow-returns-failed-state-beside-value': () => seeFlow(() => [Failed({ message: 'boom' }), 1]),
  'flow-returns-completed-future': () => seeFlow(() => one.submit()),
  'flow-returns-failed-future': () => seeFlow(() => fails.submit()),
  'flow-returns-futures-one-failed': () => seeFlow(() => [fails.submit(), follows.submit()]),
  'flow-returns-futures-nested': () => seeFlow(() => [[fails.submit()], [follows.submit()]]),
  'flow-returns-failed-future-beside-value': () => seeFlow(() => [fails.submit(), 1]),
  'failed-future-is-not-read': () =>
    seeFlow(async () => {
      await fails.submit().wait()
      return 1
    }),
  'failed-future-is-read': () => seeFlow(async () => void (await fails.submit().result())),
  'failed-future-is-read-as-value': () =>
    seeFlow(async () => {
      await fails.submit().result({ raise: false })
      return 1
    }),

  'task-throws': () => seeFlow(async () => void (await fails())),
  'task-throws-caught': () =>
    seeFlow(async () => {
      await fails().catch(() => {})
      return 1
    }),
  'task-completes': () => seeFlow(async () => await one()),
  'task-returns-named-state': () =>
    seeFlow(async () => {
      await task({ name: 'a' }, () => Completed({ name: 'Skipped' }))
        .submit()
        .wait()
      return 1
    }),
  'task-returns-failed-state': () => seeFlow(() => task({ name: 'a' }, () => Failed({ message: 'boom' })).submit()),
  'task-returns-cancelled-state': () => seeFlow(() => task({ name: 'a' }, () => Cancelled({ message: 'boom' })).submit()),
  'nested-task-throws': () => seeFlow(async () => void (await task({ name: 'b' }, async () => await fails())())),
  'nested-task-throws-caught': () => seeFlow(async () => await task({ name: 'b' }, () => fails().catch(() => 1))()),
  'task-returns-failed-future': () => seeFlow(() => task({ name: 'b' }, () => [fails.submit()]).submit()),
  'mapped-task-fails-once': () => seeFlow(() => oddOnly.map([1, 2, 3])),
  'mapped-task-completes': () => seeFlow(() => task({ name: 'a' }, (n: number) => n).map([1, 2, 3])),
  'mapped-task-follows-mapped-failure': () => seeFlow(() => task({ name: 'b' }, (n: number) => n).map(oddOnly.map([1, 2]))),

  'upstream-failed': () => seeFlow(() => follows.submit(fails.submit())),
  'upstream-failed-called': () =>
    seeFlow(async () => {
      await follows(fails.submit())
      return 1
    }),
  'upstream-failed-chain': () => seeFlow(() => followsLast.submit(follows.submit(fails.submit()))),
  'upstream-failed-in-list': () => seeFlow(() => follows.submit([fails.submit(), 1])),
  'upstream-failed-in-object': () => seeFlow(() => follows.submit({ inside: { deeper: fails.submit() } })),
  'upstream-failure-allowed': () => seeFlow(() => follows.submit(allowFailure(fails.submit()))),
  'wait-for-failed': () => seeFlow(() => one.with({ name: 'b' }).submit({ waitFor: [fails.submit()] })),
  'wait-for-allowed-failure': () => seeFlow(() => one.with({ name: 'b' }).submit({ waitFor: [allowFailure(fails.submit())] })),
  'wait-for-completed': () => seeFlow(() => one.with({ name: 'b' }).submit({ waitFor: [one.submit()] })),

  'task-retry-helps': () => seeFlow(async () => await unsteadyTask(1, 1)()),
  'task-retries-are-used-up': () => seeFlow(async () => await unsteadyTask(9, 2)()),
  'task-retry-after-delay': () => seeFlow(async () => await unsteadyTask(1, { count: 1, delay: '10ms' })()),
  'task-retry-after-listed-delays': () => seeFlow(async () => await unsteadyTask(2, { count: 2, delay: ['10ms', '5ms'] })()),
  'task-retry-condition-no': () => seeFlow(async () => await unsteadyTask(1, { count: 2, when: () => false })()),
  'task-retry-condition-yes': () => seeFlow(async () => await unsteadyTask(1, { count: 2, when: () => true })()),
  'task-retry-condition-throws': () =>
    seeFlow(
      async () =>
        await unsteadyTask(1, {
          count: 2,
          when: () => {
            throw new Error('broken condition')
          },
        })(),
    ),
  'task-returned-failure-is-retried': () => {
    let calls = 0
    const gives = task({ name: 'a', retries: 1 }, () => {
      calls += 1
      return calls === 1 ? Failed({ message: 'boom' }) : 1
    })
    return seeFlow(() => gives.submit())
  },
  'flow-retry-helps': () => seeFlow(unsteady(1), { retries: 1 }),
  'flow-retries-are-used-up': () => seeFlow(boom, { retries: 2 }),
  'flow-retry-after-delay': () => seeFlow(unsteady(1), { retries: { count: 1, delay: '10ms' } }),
  'flow-returned-failure-is-retried': () => {
    let calls = 0
    return seeFlow(
      () => {
        calls += 1
        return calls === 1 ? Failed({ message: 'boom' }) : 1
      },
      { retries: 1 },
    )
  },
  'flow-retry-runs-task-again': () => {
    const body = unsteady(1)
    return seeFlow(
      async () => {
        await one()
        body()
      },
      { retries: 1 },
    )
  },
  'flow-retry-after-failed-task': () => {
    const once = unsteadyTask(1)
    return seeFlow(async () => await once(), { retries: 1 })
  },

  'task-times-out': () => seeFlow(async () => await task({ name: 'a', timeout: '20ms' }, () => sleep(5_000))()),
  'task-times-out-once': () => {
    let calls = 0
    const slow = task({ name: 'a', timeout: '50ms', retries: 1 }, async () => {
      calls += 1
      if (calls === 1) await sleep(5_000)
    })
    return seeFlow(async () => await slow())
  },
  'flow-times-out': () => seeFlow(() => sleep(5_000), { timeout: '20ms' }),
  'task-throws-timeout-error': () =>
    seeFlow(async () => {
      const timesItself = task({ name: 'a' }, () => {
        throw new DOMException('boom', 'TimeoutError')
      })
      await timesItself.submit().wait()
      return 1
    }),
  'flow-throws-timeout-error': () =>
    seeFlow(() => {
      throw new DOMException('boom', 'TimeoutError')
    }),

  'subflow-completes': () => seeFlow(async () => await child(() => 1)()),
  'subflow-throws': () => seeFlow(async () => void (await child(boom)())),
  'subflow-throws-caught': () =>
    seeFlow(async () => {
      await child(boom)().catch(() => {})
      return 1
    }),
  'subflow-failed-state-ignored': () =>
    seeFlow(async () => {
      await child(boom).run({}, { returnState: true })
      return 1
    }),
  'subflow-failed-state-returned': () => seeFlow(() => child(boom).run({}, { returnState: true })),
  'subflow-completed-state-returned': () => seeFlow(() => child(() => 1).run({}, { returnState: true })),
  'subflow-returns-failed-state': () =>
    seeFlow(async () => {
      await child(() => Failed({ message: 'boom' }))()
      return 1
    }),
  'subflow-returns-named-state': () =>
    seeFlow(async () => {
      await child(() => Completed({ name: 'Skipped' })).run({}, { returnState: true })
      return 1
    }),
  'subflow-of-subflow-throws': () =>
    seeFlow(async () => {
      await child(async () => {
        await flow({ name: 'grandchild' }, boom)()
      })()
    }),
  'subflow-task-throws': () =>
    seeFlow(async () => {
      await child(async () => {
        await fails()
      })()
    }),
  'subflow-in-task': () => seeFlow(async () => await task({ name: 'a' }, async () => await child(() => 1)())()),
  'subflow-retry-helps': () => seeFlow(async () => void (await child(unsteady(1), { retries: 1 })())),
  'parent-retry-after-completed-subflow': () => {
    const inner = child(() => 1)
    const body = unsteady(1)
    return seeFlow(
      async () => {
        await inner()
        body()
      },
      { retries: 1 },
    )
  },
  'parent-retry-after-failed-subflow': () => {
    const inner = child(unsteady(1))
    return seeFlow(async () => void (await inner()), { retries: 1 })
  },
  'subflow-parameters-do-not-match': () => {
    const inner = flow({ name: 'child', parameters: z.object({ n: z.int() }) }, ({ n }) => n)
    return seeFlow(async () => void (await inner({ n: 'boom' } as never)))
  },
  'parameters-do-not-match': () => see(flow({ name: 'case', parameters: z.object({ n: z.int() }) }, ({ n }) => n) as never, { n: 'boom' }),

  'hooks-of-completed': () => seeHooks(() => 1),
  'hooks-of-failed': () => seeHooks(boom),
  'hooks-of-retried': () => seeHooks(unsteady(1), { retries: 1 }),
  'hooks-of-cancelled': () => seeHooks(() => Cancelled()),
  'hook-throws': () =>
    seeFlow(() => 1, {
      onCompletion: [
        () => {
          throw new Error('broken hook')
        },
      ],
    }),
  'flow-returns-states-one-cancelled': () => seeFlow(() => [Completed(), Cancelled({ message: 'boom' })]),
  'flow-returns-failed-and-cancelled-states': () => seeFlow(() => [Failed({ message: 'boom' }), Cancelled({ message: 'boom' })]),
  'flow-returns-empty-list': () => seeFlow(() => []),
  'mapped-over-nothing': () => seeFlow(() => task({ name: 'a' }, (n: number) => n).map([])),
  'mapped-over-unequal-lists': () => seeFlow(() => task({ name: 'a' }, (n: number, _m: number) => n).map([1, 2], [1, 2, 3])),
  'mapped-with-unmapped': () => seeFlow(() => task({ name: 'a' }, (n: number, _m: number[]) => n).map([1, 2], unmapped([1, 2, 3]))),
  'flow-times-out-in-every-attempt': () => seeFlow(() => sleep(5_000), { timeout: '20ms', retries: 1 }),
  'flow-times-out-once': () => {
    let calls = 0
    return seeFlow(
      async () => {
        calls += 1
        if (calls === 1) await sleep(5_000)
      },
      { timeout: '50ms', retries: 1 },
    )
  },
  'task-times-out-in-every-attempt': () =>
    seeFlow(async () => {
      await task({ name: 'a', timeout: '20ms', retries: 1 }, () => sleep(5_000))().catch(() => {})
      return 1
    }),
  'submitted-task-times-out': () => seeFlow(() => [task({ name: 'a', timeout: '20ms' }, () => sleep(5_000)).submit()]),
  'called-task-waits-for-failed': () =>
    seeFlow(async () => {
      await one
        .with({ name: 'b' })
        .submit({ waitFor: [fails.submit()] })
        .result()
      return 1
    }),
  'called-task-takes-completed': () => seeFlow(async () => await follows(one.submit())),
  'task-follows-allowed-failure': () => seeFlow(() => [followsLast.submit(follows.submit(allowFailure(fails.submit())))]),
  'not-ready-is-allowed': () => seeFlow(() => [followsLast.submit(allowFailure(follows.submit(fails.submit())))]),
  'one-of-two-upstreams-failed': () =>
    seeFlow(() => [task({ name: 'c' }, (_left: number, _right: number) => 1).submit(fails.submit(), follows.submit())]),
  'called-task-returns-failed-state': () =>
    seeFlow(async () => {
      await task({ name: 'a' }, () => Failed({ message: 'boom' }))()
      return 1
    }),
  'called-task-returns-cancelled-state': () =>
    seeFlow(async () => {
      await task({ name: 'a' }, () => Cancelled({ message: 'boom' }))()
      return 1
    }),
  'flow-throws-while-task-runs': () =>
    seeFlow(async () => {
      task({ name: 'a' }, () => sleep(60)).submit()
      await sleep(20)
      boom()
    }),
  'flow-returns-while-task-runs': () =>
    seeFlow(async () => {
      task({ name: 'a' }, () => sleep(60)).submit()
      await sleep(20)
      return 1
    }),
  'flow-returns-before-task-fails': () =>
    seeFlow(async () => {
      task({ name: 'a' }, () => sleep(60).then(boom)).submit()
      await sleep(20)
      return 1
    }),
  'task-submits-task-that-fails': () => seeFlow(() => [task({ name: 'b' }, () => fails.submit().result()).submit()]),
  'nested-task-is-called-in-each-attempt': () => {
    const body = unsteady(1)
    const outer = task({ name: 'b', retries: 1 }, async () => {
      await one()
      body()
    })
    return seeFlow(async () => await outer())
  },
  'subflow-times-out': () =>
    seeFlow(async () => {
      await child(() => sleep(5_000), { timeout: '20ms' }).run({}, { returnState: true })
      return 1
    }),
  'subflow-returns-cancelled-state': () =>
    seeFlow(async () => {
      await child(() => Cancelled({ message: 'boom' }))()
      return 1
    }),
  'subflow-cancelled-state-returned': () => seeFlow(() => child(() => Cancelled({ message: 'boom' })).run({}, { returnState: true })),
  'subflow-states-returned': () => {
    const inner = flow({ name: 'child' }, ({ fail }: { fail: boolean }) => (fail ? boom() : 1))
    return seeFlow(async () => [await inner.run({ fail: true }, { returnState: true }), await inner.run({ fail: false }, { returnState: true })])
  },
  'subflow-throws-in-task': () => seeFlow(() => [task({ name: 'a' }, async () => await child(boom)()).submit()]),
  'flow-calls-itself': () => {
    const run: Flow<{ depth?: number }, { depth?: number }, Promise<void>> = flow({ name: 'case' }, async ({ depth = 0 }: { depth?: number }) => {
      if (depth < 2) await run({ depth: depth + 1 })
    })
    return see(run as never)
  },
  'subflow-takes-failed-future': () => {
    const inner = flow({ name: 'child' }, ({ n }: { n: number }) => n)
    return seeFlow(async () => {
      await inner({ n: fails.submit() })
      return 1
    })
  },
  'subflow-takes-completed-future': () => {
    const inner = flow({ name: 'child' }, ({ n }: { n: number }) => n)
    return seeFlow(async () => await inner({ n: one.submit() }))
  },
  'hooks-of-timed-out': () => seeHooks(() => sleep(5_000), { timeout: '20ms' }),
  'running-hook-throws': () =>
    seeFlow(() => 1, {
      onRunning: [
        () => {
          throw new Error('broken hook')
        },
      ],
    }),
  'hooks-of-retries-used-up': () => seeHooks(boom, { retries: 1 }),
  'hooks-of-parameters-that-do-not-match': () => seeHooks(() => 1, {}, { schema: z.object({ n: z.int() }), given: { n: 'boom' } }),
  'flow-interrupted': () => seeStopped(new RunCancelled('it was interrupted from the terminal (Ctrl-C)')),
  'flow-terminated': () => seeStopped(new RunTerminated('SIGTERM')),
  ...attemptCases,
  ...nestedCases,
  ...pauseCases,
  ...returnedCases,
}
