import { expect, test } from 'vitest'
import { answerOf, formSchemaOf, placeOf } from '../../web/src/lib/flow-runs/answer-form.ts'

test('an answer that is an object is the form; any other stands in it under one name, and so do its issues', () => {
  const object = { type: 'object', properties: { approved: { type: 'boolean' } } }
  expect(formSchemaOf(object)).toBe(object)
  expect(answerOf(object, { approved: true })).toEqual({ approved: true })
  expect(placeOf(object, ['input', 'approved'])).toEqual(['approved'])
  const number = { type: 'number' }
  expect(formSchemaOf(number)).toEqual({ type: 'object', properties: { answer: number }, required: ['answer'] })
  expect(answerOf(number, { answer: 7 })).toBe(7)
  expect(placeOf(number, ['input'])).toEqual(['answer'])
})
