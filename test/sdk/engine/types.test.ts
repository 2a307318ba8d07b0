import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  allowFailure,
  asCompleted,
  Completed,
  flow,
  task,
  type TaskContext,
  type TaskFuture,
  type TaskFutures,
  unmapped,
  wait,
} from '../../../sdk/index.ts'

const load = task({ name: 'load' }, async (city: string, { signal }) => ({ city, aborted: signal.aborted }))
const merge = task({ name: 'merge' }, (pages: { city: string }[], limit: number) => pages.length + limit)
const total = task({ name: 'total' }, (counts: Map<string, number>, more: Set<number>) => counts.size + more.size)
const either = task({ name: 'either' }, (value: number | Error) => String(value))

test('the context is no argument of the caller, annotated or not', () => {
  const bare = task({ name: 't' }, ({ attempt }) => attempt)
  const annotated = task({ name: 't' }, (_n: number, context: TaskContext) => context.signal)
  expectTypeOf(load).parameter(0).extract<string>().toEqualTypeOf<string>()
  expectTypeOf<Parameters<typeof bare>>().toEqualTypeOf<[]>()
  expectTypeOf<Parameters<typeof annotated>['length']>().toEqualTypeOf<1>()
  expectTypeOf<Awaited<ReturnType<typeof annotated>>>().toEqualTypeOf<AbortSignal>()
})

test('values come through promises and futures with their types', () => {
  type Page = { city: string; aborted: boolean }
  expectTypeOf<ReturnType<typeof load>>().toEqualTypeOf<Promise<Page>>()
  expectTypeOf<ReturnType<typeof load.submit>>().toEqualTypeOf<TaskFuture<Page>>()
  expectTypeOf<ReturnType<typeof load.map>>().toEqualTypeOf<TaskFutures<Page>>()
  expectTypeOf<Awaited<TaskFuture<Page>>>().toEqualTypeOf<Page>()
})

test('futures of different tasks are waited for together', () => {
  const use = async () => {
    const mixed = [load.submit('a'), either.submit(1)]
    type Either = TaskFuture<{ city: string; aborted: boolean }> | TaskFuture<string>
    expectTypeOf((await wait(mixed)).done).toEqualTypeOf<Either[]>()
    expectTypeOf((await wait(load.map(['a']))).notDone).toEqualTypeOf<TaskFuture<{ city: string; aborted: boolean }>[]>()
    await wait([load.submit('a'), either.submit(1)])
    for await (const future of asCompleted(mixed)) expectTypeOf(future).toEqualTypeOf<Either>()
  }
  void use
})

test('futures are accepted where values are', () => {
  const use = () => {
    const pages = load.map(['a', 'b'])
    void merge(pages, 1)
    void merge([load.submit('a'), { city: 'b' }], 2)
    void merge.submit(pages, 1, { waitFor: [load.submit('x')] })
    void merge.map(unmapped([{ city: 'a' }]), [1, 2])
    void either(allowFailure(merge.submit([], 1)))
    void total(new Map([['a', merge.submit([], 1)]]), new Set([merge.submit([], 1), 2]))
    // @ts-expect-error a number is no city
    void load(1)
    // @ts-expect-error a future of text is no number
    void merge(pages, load.submit('a'))
    // @ts-expect-error the limit is missing
    void merge(pages)
  }
  expectTypeOf(use).toBeFunction()
})

test('a flow takes what its schema takes and gives what its function returns', () => {
  const etl = flow({ name: 'etl', parameters: z.object({ day: z.iso.date(), cities: z.array(z.string()).default([]) }) }, async ({ day, cities }) => {
    expectTypeOf(day).toEqualTypeOf<string>()
    expectTypeOf(cities).toEqualTypeOf<string[]>()
    return cities.length
  })
  expectTypeOf<Parameters<typeof etl>>().toEqualTypeOf<[parameters: { day: string; cities?: string[] | undefined }]>()
  expectTypeOf<ReturnType<typeof etl>>().toEqualTypeOf<Promise<number>>()
  const optional = flow({ name: 'o', parameters: z.object({ n: z.number().default(1) }) }, ({ n }) => n)
  expectTypeOf<Parameters<typeof optional>>().toEqualTypeOf<[parameters?: { n?: number | undefined }]>()
  const plain = flow({ name: 'p' }, ({ n }: { n: number }) => String(n))
  expectTypeOf<Parameters<typeof plain>>().toEqualTypeOf<[parameters: { n: number }]>()
  const none = flow({ name: 'n' }, () => 1)
  const call = () => none()
  expectTypeOf<Awaited<ReturnType<typeof call>>>().toEqualTypeOf<number>()
})

test('returned states and futures give their values, at any depth', () => {
  const skipped = flow({ name: 's' }, () => Completed({ name: 'Skipped', data: 5 }))
  expectTypeOf<Awaited<ReturnType<typeof skipped>>>().toEqualTypeOf<number>()
  const nested = flow({ name: 'n' }, () => ({ page: load.submit('a'), counts: [merge.submit([], 1)] }))
  expectTypeOf<Awaited<ReturnType<typeof nested>>>().toEqualTypeOf<{ page: { city: string; aborted: boolean }; counts: number[] }>()
  const gathered = flow({ name: 'g' }, () => ({ set: new Set([merge.submit([], 1)]), map: new Map([['a', merge.submit([], 1)]]) }))
  expectTypeOf<Awaited<ReturnType<typeof gathered>>>().toEqualTypeOf<{ set: Set<number>; map: Map<string, number> }>()
})

test('the final state gives the value', () => {
  const plain = flow({ name: 'p' }, () => 'text')
  const call = () => plain.run({}, { returnState: true })
  type Final = Awaited<ReturnType<typeof call>>
  expectTypeOf<ReturnType<Final['result']>>().toEqualTypeOf<string>()
})
