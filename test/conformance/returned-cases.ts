/** The cases of prefect/returned_cases.py, by the same names: what is given back, and what is taken from others. */
import { allowFailure, Cancelled, Completed, Failed, task, unmapped } from '../../sdk/index.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { boom, child, fails, follows, followsLast, oddOnly, one, type SeenCase, seeFlow } from './see-flow.ts'

const cancelled = () => task({ name: 'a' }, () => Cancelled({ message: 'boom' })).submit()
const after = task({ name: 'b' }, (_n: unknown) => 1)
const failedChild = () => child(boom).run({}, { returnState: true })

export const returnedCases: Record<string, () => Promise<SeenCase>> = {
  'flow-returns-set-of-states': () => seeFlow(() => new Set([Completed(), Failed({ message: 'boom' })])),
  'flow-returns-set-of-futures': () => seeFlow(() => new Set([fails.submit(), follows.submit()])),
  'flow-returns-map-of-futures': () => seeFlow(() => new Map([['x', fails.submit()]])),
  'flow-yields-then-throws': () =>
    seeFlow(function* () {
      yield 1
      boom()
    }),
  'flow-returns-error-as-value': () => seeFlow(() => new Error('boom')),
  'flow-returns-completed-state-with-failed-future': () => seeFlow(() => Completed({ data: [fails.submit()] })),
  'flow-returns-failed-state-with-data': () => seeFlow(() => Failed({ message: 'boom', data: { n: 1 } })),
  'flow-returns-future-never-started': () => seeFlow(() => [one.submit(), follows.submit(fails.submit())]),
  'failed-future-is-dropped': () => seeFlow(() => void fails.submit()),
  'flow-returns-states-of-tasks': () => seeFlow(async () => [await fails.submit().wait(), await one.submit().wait()]),
  'flow-returns-future-of-named-state': () => seeFlow(() => task({ name: 'a' }, () => Completed({ name: 'Skipped', message: 'boom' })).submit()),
  'task-returns-named-failed-state': () => seeFlow(() => task({ name: 'a' }, () => Failed({ name: 'Rejected', message: 'boom' })).submit()),
  'task-returns-states-one-failed': () => seeFlow(() => task({ name: 'a' }, () => [Completed(), Failed({ message: 'boom' })]).submit()),

  'upstream-failed-chain-of-four': () =>
    seeFlow(() => task({ name: 'd' }, (_n: number) => 4).submit(followsLast.submit(follows.submit(fails.submit())))),
  'wait-for-never-started': () => seeFlow(() => one.with({ name: 'c' }).submit({ waitFor: [follows.submit(fails.submit())] })),
  'upstream-cancelled': () =>
    seeFlow(async () => {
      await follows.submit(cancelled()).wait()
      return 1
    }),
  'upstream-cancelled-allowed': () =>
    seeFlow(async () => {
      await follows.submit(allowFailure(cancelled())).wait()
      return 1
    }),
  'failure-allowed-in-list': () => seeFlow(() => follows.submit([allowFailure(fails.submit()), 1])),
  'failure-allowed-for-list': () => seeFlow(() => follows.submit(allowFailure([fails.submit(), one.submit()]))),
  'failure-allowed-once-of-twice': () =>
    seeFlow(() => {
      const failed = fails.submit()
      return follows.submit(failed, allowFailure(failed))
    }),
  'upstream-failed-state': () =>
    seeFlow(async () => {
      await follows.submit(await fails.submit().wait()).wait()
      return 1
    }),
  'wait-for-failed-state': () =>
    seeFlow(async () => {
      await one
        .with({ name: 'b' })
        .submit({ waitFor: [await failedChild()] })
        .wait()
      return 1
    }),
  'upstream-named-state': () => seeFlow(() => follows.submit(task({ name: 'a' }, () => Completed({ name: 'Skipped' })).submit())),
  'upstream-timed-out': () =>
    seeFlow(async () => {
      await follows.submit(task({ name: 'a', timeout: '20ms' }, () => sleep(5_000)).submit()).wait()
      return 1
    }),

  'mapped-with-unmapped-failure': () => seeFlow(() => task({ name: 'b' }, (_n: number, _m: number) => 1).map([1, 2], unmapped(fails.submit()))),
  'mapped-waits-for-failed': () => seeFlow(() => after.map([1, 2], { waitFor: [fails.submit()] })),
  'mapped-over-future-of-list': () => seeFlow(() => after.map(task({ name: 'a' }, () => [1, 2]).submit() as never)),
  'mapped-failure-is-gathered': () => seeFlow(() => after.submit(oddOnly.map([1, 2, 3]))),
  'mapped-results-are-read': () => seeFlow(() => oddOnly.map([1, 2, 3]).result()),
}
