/** Tasks of threads.test.ts: threads load this module by itself. */
import { threadId } from 'node:worker_threads'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { appendFileSync, existsSync, rmSync } from 'node:fs'
import {
  artifacts,
  cache,
  Completed,
  currentTransaction,
  events,
  flow,
  localFiles,
  logger,
  runContext,
  runtime,
  type Serializer,
  task,
  threadRunner,
  transaction,
  transfer,
} from '../../../sdk/index.ts'

/** Which thread runs it. */
export const whereAmI = task({ name: 'where-am-i' }, (_: unknown) => threadId)
export const square = task({ name: 'square' }, (value: number) => value * value)
/** Computes without a pause. */
export const spin = task({ name: 'spin' }, () => {
  for (;;);
})
export const heedful = task({ name: 'heedful' }, async ({ signal }) => {
  logger().info('waits')
  try {
    await sleep(60_000, undefined, { signal })
  } finally {
    logger().info('cleaned up')
  }
})

export class QuotaError extends Error {
  override name = 'QuotaError'
  readonly left = 3
}
export const failDeeply = task({ name: 'fail-deeply' }, (): number => {
  throw new QuotaError('no more', { cause: new TypeError('the reason') })
})
export const exits = task({ name: 'exits' }, (): number => process.exit(7))
export const eats = task({ name: 'eats' }, () => {
  const kept: object[] = []
  for (;;) kept.push({ text: `${kept.length}`.repeat(100) })
})
export const throwsLater = task({ name: 'throws-later' }, async () => {
  setTimeout(() => {
    throw new RangeError('too late')
  })
  await sleep(60_000)
})
export const flaky = task(
  { name: 'flaky', retries: { count: 2, when: (error) => (error as { left?: number }).left === 3 } },
  (_: number, { attempt }) => {
    if (attempt < 3) throw new QuotaError(`attempt ${attempt}`)
    return attempt
  },
)
export const measure = task({ name: 'measure' }, (bytes: Uint8Array) => bytes.byteLength)
export const measureAgain = measure.with({ retries: 1 })
export const produce = task({ name: 'produce' }, (length: number) => transfer(new Uint8Array(length).fill(1)))
export const takesAnything = task({ name: 'takes-anything' }, (_first: unknown, _second: unknown) => true)
export const givesFunction = task({ name: 'gives-function' }, () => ({ inner: { callback: () => 1 } }))
export const skips = task({ name: 'skips' }, () => Completed({ name: 'Skipped', message: 'nothing new', data: 5 }))

const inner = task({ name: 'inner' }, (value: number) => value + 1)
const child = flow({ name: 'child' }, async ({ value }: { value: number }) => inner(value))
const innerTags = task({ name: 'inner-tags', tags: ['own'] }, () => runtime.taskRun.tags)
/** Tags of the task run itself, and of one that it calls in its thread. */
export const tellsTags = task({ name: 'tells-tags' }, async () => [runtime.taskRun.tags, await innerTags()])
/** Everything that is reported out of a thread. */
export const busy = task({ name: 'busy' }, async (value: number) => {
  const { flowRun, taskRun } = runContext()
  logger().info('at work', { value })
  console.log('printed')
  await artifacts.markdown({ key: 'note', markdown: '# note' })
  await events.emit({ event: 'noted', resource: { id: 'note' } })
  const first = await inner(value)
  const [second] = await inner.map([first])
  const third = await child({ value: Number(second ? await second : 0) })
  return { flow: flowRun?.name, task: taskRun?.name, third }
})

/** Not found by threads: it is made too late. */
export const makeLate = () => task({ name: 'late' }, () => 1)

const noted = task({ name: 'noted' }, (file: string, value: number) => {
  appendFileSync(file, `${value}\n`)
  return value * 2
})
const notedFlow = flow({ name: 'noted-flow' }, async ({ file }: { file: string }) => noted(file, 9))
/** Its own tasks finish; it fails as long as there is the second file. */
export const failsOnce = task({ name: 'fails-once' }, async (file: string, failing: string) => {
  const sum = (await noted(file, 1)) + (await noted(file, 1)) + Number(await notedFlow({ file }))
  if (!existsSync(failing)) return sum
  rmSync(failing)
  throw new Error('once')
})

const notedOnce = noted.with({ name: 'noted-once', cache: cache.inputs })
/** Takes part in the transaction of its flow. */
export const takesPart = task({ name: 'takes-part' }, async (file: string) => {
  const around = currentTransaction()
  around?.set('from thread', 2)
  return [around?.key, around?.get('from flow'), await notedOnce(file, 5)]
})
const hooked = task({ name: 'hooked', onRollback: [() => {}] }, () => 1)
/** What cannot be part of it. */
export const takesNoPart = task({ name: 'takes-no-part' }, async () => [
  await hooked.submit().result({ raise: false }),
  await transaction({ commit: 'eager' }, () => hooked()),
  await transaction(() => 1).catch((error: Error) => error),
])
export const rollsBack = task({ name: 'rolls-back' }, () => currentTransaction()?.rollback('enough'))
/** Calls a task that stores as the flow does, and one that does not. */
export const callsStored = task({ name: 'calls-stored', results: false }, async (file: string) => [
  await noted.submit(file, 1).result({ raise: false }),
  await noted.with({ results: false })(file, 2),
])

/** Waits for itself. */
export const turnsRound = task(
  { name: 'turns-round', cache: { key: () => 'turns-round', isolation: 'serializable' } },
  (): Promise<number> => turnsRound(),
)

/** Code of an author's: a copy of what localFiles makes is no store of the package. */
export const shelf = { ...localFiles(join(tmpdir(), `weir-shelf-${process.pid}`)) }
export const spelled: Serializer = {
  name: 'spelled',
  serialize: (value) => `it is ${String(value)}`,
  deserialize: async (content) => Number((await content.text()).slice('it is '.length)),
}
const notedDurably = task({ name: 'noted-durably' }, (file: string, value: number) => noted(file, value))
const callsNoted = task({ name: 'calls-noted', results: false }, (file: string) => notedDurably(file, 1))
/** Where its tasks run, the module of the flow that says where results lie is loaded, too. */
export const shelved = flow(
  { name: 'shelved', results: { store: shelf, serializer: spelled }, runner: threadRunner({ threads: 1 }) },
  async ({ file }: { file: string }) => [await callsNoted.submit(file), await transaction(async () => takesPart.submit(file))],
)
