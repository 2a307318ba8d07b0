/** Every mutation that is given the id of nothing says so, and at which place of its input. */
import { getNamedType, isInputObjectType, isNonNullType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../api/schema.ts'
import { newId } from '../../core/ids.ts'
import { makeStage } from './support.ts'

/** What else such an input needs. */
const NEEDED: Record<string, unknown> = { name: 'x', type: 'FAILED', receiver: 'x' }
/** Not by uuid: those say more than which one they are. */
const ONLY_OPAQUE = new Set(['deleteArtifact'])
/** The id is of what they make. */
const MAKES_IT = new Set(['startFlowRun', 'emitEvent'])

test('a mutation of what is not there names the place of the id', async () => {
  const { ask } = await makeStage()
  let tried = 0
  for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const input = getNamedType(args[0]?.type)
    if (!isInputObjectType(input) || !('id' in input.getFields()) || ONLY_OPAQUE.has(name) || MAKES_IT.has(name)) continue
    const needed = Object.values(input.getFields()).filter((field) => isNonNullType(field.type) && field.name !== 'id')
    const given = Object.fromEntries(needed.map((field) => [field.name, NEEDED[field.name]]))
    const { data, errors } = await ask(
      `mutation ($input: ${input.name}!) { answer: ${name}(input: $input) { __typename ... on Error { code path } } }`,
      {
        input: { ...given, id: newId() },
      },
    )
    expect(errors, name).toBeUndefined()
    expect(data.answer, `${name}: ${getNamedType(type).name}`).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', path: ['id'] })
    tried += 1
  }
  expect(tried).toBeGreaterThan(35)
})
