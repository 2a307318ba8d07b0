/** Parameters by Standard Schema, whoever made the schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test } from 'vitest'
import { flow, ParametersInvalid } from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'

type Validate<Input, Output> = StandardSchemaV1.Props<Input, Output>['validate']

/** A schema library of one function. */
const schemaOf = <Input, Output>(validate: Validate<Input, Output>): StandardSchemaV1<Input, Output> => ({
  '~standard': { version: 1, vendor: 'made-here', validate },
})

interface Day {
  day: string
}
const parse: Validate<Day, { day: Date }> = (value) => {
  const day = new Date((value as Partial<Day>).day ?? '')
  return Number.isNaN(day.getTime()) ? { issues: [{ message: 'expected a date', path: [{ key: 'day' }] }] } : { value: { day } }
}

test.each([
  ['at once', schemaOf(parse)],
  ['later', schemaOf<Day, { day: Date }>(async (value) => parse(value))],
])('a schema that answers %s checks and transforms', async (_when, parameters) => {
  const year = flow({ name: 'f', parameters }, ({ day }) => day.getUTCFullYear())
  expect((await runFlow(year, { day: '2026-05-01' })).value).toBe(2026)
  const wrong = await runFlow(year, { day: 'never' })
  expect(wrong.error).toBeInstanceOf(ParametersInvalid)
  expect((wrong.error as Error).message).toContain('day: expected a date')
  expect(wrong.state.type).toBe('FAILED')
})

test('an issue without a path is one of the whole', async () => {
  const never = schemaOf<object, object>(() => ({ issues: [{ message: 'not today' }] }))
  const { error } = await runFlow(
    flow({ name: 'f', parameters: never }, () => 1),
    {},
  )
  expect((error as Error).message).toContain('not today')
})

test('a schema that breaks fails the run and says so', async () => {
  const broken = schemaOf<object, object>(() => {
    throw new Error('schema broke')
  })
  const { state } = await runFlow(
    flow({ name: 'f', parameters: broken }, () => 1),
    {},
  )
  expect(state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('schema broke') })
})

test('without a schema parameters arrive as they were given', async () => {
  const given = { nested: { list: [1] } }
  const run = await runFlow(
    flow({ name: 'f' }, (parameters: typeof given) => parameters),
    given,
  )
  expect(run.value).toEqual(given)
})

test('what is no schema is refused where the flow is made', () => {
  expect(() => flow({ name: 'f', parameters: { day: 'string' } as never }, () => 1)).toThrow(/parameters of flow "f"|Standard Schema/)
})
