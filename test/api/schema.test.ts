import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isSpecifiedScalarType } from 'graphql'
import { expect, test } from 'vitest'

const committed = readFileSync(new URL('../../api/schema.graphql', import.meta.url), 'utf8')
const schema = buildSchema(committed)

test('the committed schema is the one that the code makes (npm run schema)', () => {
  const script = fileURLToPath(new URL('../checks/print-schema.ts', import.meta.url))
  expect(committed).toBe(execFileSync(process.execPath, [script, '-'], { encoding: 'utf8' }))
})

test('every type, field, argument and value says what it is', () => {
  const silent: string[] = []
  const look = (name: string, description: string | null | undefined) => {
    if (!description?.trim()) silent.push(name)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
    look(type.name, type.description)
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value.description)
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field.description)
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field.description)
        for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name}:)`, argument.description)
      }
    }
  }
  expect(silent).toEqual([])
})

test('a mutation takes one input and answers a union of its success and errors', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    expect(
      field.args.map((argument) => argument.name),
      field.name,
    ).toEqual(['input'])
    expect(String(field.type), field.name).toMatch(/^\w+Result!$/)
  }
})
