/** The cases of prefect/attempt_cases.py, by the same names: retries, time limits and caches. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cache, Cancelled, Failed, localFiles, type Retries, task } from '../../sdk/index.ts'
import { boom, fails, follows, type SeenCase, seeFlow, unsteady, unsteadyTask } from './see-flow.ts'

const rejected = (retries: Retries) => task({ name: 'a', retries }, () => Failed({ name: 'Rejected', message: 'boom' }))

/** A task that is cached by its inputs, in a store of its own. */
async function seeCached(fn: () => unknown, body: (cached: () => Promise<unknown>) => unknown, retries: Retries = 0): Promise<SeenCase> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-conformance-'))
  const cached = task({ name: 'a', cache: cache.inputs, results: localFiles(folder) }, fn)
  try {
    return await seeFlow(() => body(cached), { retries })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const attemptCases: Record<string, () => Promise<SeenCase>> = {
  'flow-cancelled-is-not-retried': () => seeFlow(() => Cancelled({ message: 'boom' }), { retries: 2 }),
  'task-cancelled-is-not-retried': () =>
    seeFlow(async () => {
      await task({ name: 'a', retries: 2 }, () => Cancelled({ message: 'boom' }))
        .submit()
        .wait()
      return 1
    }),
  'task-has-fewer-delays-than-retries': () => seeFlow(async () => await unsteadyTask(3, { count: 3, delay: ['10ms', '5ms'] })()),
  'task-retry-without-delay-first': () => seeFlow(async () => await unsteadyTask(2, { count: 2, delay: [0, '5ms'] })()),
  'task-times-out-twice': () => {
    let calls = 0
    const slow = task({ name: 'a', timeout: '50ms', retries: { count: 2, delay: '5ms' } }, async () => {
      calls += 1
      if (calls <= 2) await sleep(5_000)
    })
    return seeFlow(async () => await slow())
  },
  'task-fails-then-times-out': () => {
    let calls = 0
    const slow = task({ name: 'a', timeout: '50ms', retries: 1 }, async () => {
      calls += 1
      if (calls === 1) boom()
      await sleep(5_000)
    })
    return seeFlow(() => slow().catch(() => 1))
  },
  'task-time-out-is-not-retried-by-condition': () => {
    const slow = task({ name: 'a', timeout: '20ms', retries: { count: 2, when: () => false } }, () => sleep(5_000))
    return seeFlow(() => slow().catch(() => 1))
  },
  'task-retry-condition-yes-once': () => {
    let asked = 0
    const when = () => {
      asked += 1
      return asked === 1
    }
    return seeFlow(async () => await unsteadyTask(9, { count: 5, when })())
  },
  'task-returned-failures-are-used-up': () => seeFlow(() => [rejected(2).submit()]),
  'task-returned-failure-condition-no': () => seeFlow(() => [rejected({ count: 2, when: () => false }).submit()]),
  'flow-returned-future-is-retried': () => {
    const once = unsteadyTask(1)
    return seeFlow(() => once.submit(), { retries: 1 })
  },
  'flow-and-task-are-retried': () => {
    const always = unsteadyTask(9, 1)
    return seeFlow(async () => await always(), { retries: 1 })
  },
  'flow-and-task-retries-help': () => {
    const often = unsteadyTask(3, 1)
    return seeFlow(async () => await often(), { retries: 1 })
  },
  'nested-retries': () => {
    const always = unsteadyTask(9, 1)
    const outer = task({ name: 'b', retries: 1 }, () => always())
    return seeFlow(async () => await outer())
  },
  'mapped-task-is-retried': () => {
    const body = unsteady(1)
    const mapped = task({ name: 'a', retries: 1 }, (n: number) => (n === 2 ? body() : n))
    return seeFlow(() => mapped.map([1, 2, 3]))
  },
  'never-started-is-not-retried': () => seeFlow(() => follows.with({ retries: 2 }).submit(fails.submit())),
  'upstream-is-retried': () => seeFlow(() => follows.submit(unsteadyTask(1, { count: 1, delay: '5ms' }).submit())),

  'flow-retry-finds-cached-task': () => {
    const body = unsteady(1)
    return seeCached(
      () => 1,
      async (cached) => {
        await cached()
        body()
      },
      1,
    )
  },
  'cached-task-fails-first': () =>
    seeCached(unsteady(1), async (cached) => {
      await cached().catch(() => {})
      await cached()
      await cached()
    }),
  'cached-task-returns-failed-state-first': () => {
    let calls = 0
    return seeCached(
      () => {
        calls += 1
        return calls === 1 ? Failed({ message: 'boom' }) : 1
      },
      async (cached) => {
        await cached().catch(() => {})
        await cached()
      },
    )
  },

  'nested-task-times-out': () => {
    const slow = task({ name: 'a', timeout: '20ms' }, () => sleep(5_000))
    return seeFlow(async () => {
      await task({ name: 'b' }, () => slow())
        .submit()
        .wait()
      return 1
    })
  },
  'task-waits-no-longer-for-future': () => {
    const slow = task({ name: 'a' }, () => sleep(60))
    return seeFlow(async () => {
      await task({ name: 'b' }, () => slow.submit().result({ timeout: '10ms' }))
        .submit()
        .wait()
      return 1
    })
  },
  'flow-times-out-while-called-task-runs': () => seeFlow(async () => await task({ name: 'a' }, () => sleep(5_000))(), { timeout: '20ms' }),
  'flow-times-out-while-submitted-task-runs': () =>
    seeFlow(
      async () => {
        task({ name: 'a' }, () => sleep(5_000)).submit()
        await sleep(5_000)
      },
      { timeout: '20ms' },
    ),
}
