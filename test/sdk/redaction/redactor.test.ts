/** What a secret may look like, and what is left of a text that has it in. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Redactor } from '../../../sdk/redaction/redactor.ts'

const redactorOf = (...values: Parameters<Redactor['add']>[0][]): Redactor => {
  const redactor = new Redactor()
  for (const value of values) redactor.add(value)
  return redactor
}

test('a value is hidden in every form that programs write it in', () => {
  const value = 'hunter2/+&é "x"\nsecond-line=42'
  const redactor = redactorOf(value)
  const bytes = Buffer.from(value)
  for (const text of [
    value,
    `before ${value} after`,
    JSON.stringify({ value }),
    JSON.stringify(JSON.stringify({ value })),
    encodeURIComponent(value),
    encodeURIComponent(value).toLowerCase(),
    String(new URLSearchParams({ value })),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    `Basic ${Buffer.from(`user:${value}`).toString('base64')}`,
    Buffer.from(`u:${value}!`).toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    'hunter2/+&é "x"',
    '  second-line=42',
  ]) {
    const told = redactor.text(text)
    expect(told, text).toContain('********')
    for (const part of ['hunter2', 'second-line', encodeURIComponent('/+&é'), bytes.subarray(0, 12).toString('base64').slice(0, 12), 'c2Vjb25k'])
      expect(told.toLowerCase(), `${part} of ${text}`).not.toContain(part.toLowerCase())
  }
})

test('whatever the value, its text, its Base64 anywhere in another one and its URL form are gone', () => {
  const texts = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => text.trim().length >= 8 && !text.includes('*'))
  fc.assert(
    fc.property(texts, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (value, before, after) => {
      const redactor = redactorOf(value)
      expect(redactor.text(before + value + after)).not.toContain(value)
      const url = encodeURIComponent(value)
      expect(redactor.text(before + url + after)).not.toContain(url)
      const encoded = Buffer.from(`abc${value}xyz`).toString('base64')
      expect(Buffer.from(redactor.text(encoded), 'base64').toString()).not.toContain(value)
    }),
    { numRuns: 300 },
  )
})

test('short values are hidden where they stand by themselves; what is shorter still is not a secret', () => {
  const redactor = redactorOf('abc', 1234, 'x')
  expect(redactor.text('abc, (abc) but alphabcd; pin 1234, not 12345; x')).toBe('********, (********) but alphabcd; pin ********, not 12345; x')
  expect(redactor.json({ pin: 1234, other: 12345 })).toEqual({ pin: '********', other: 12345 })
})

test('a list or an object hides every text in it, and a document the long texts in it', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----\n'
  const redactor = redactorOf(JSON.stringify({ type: 'service', private_key: key }), { user: 'somebody', tokens: ['token-one'] })
  expect(redactor.text(`key is ${key}`)).toBe('key is ********')
  expect(redactor.text('MIIEvQIBADANBgkqhkiG9w0BAQ of service, by somebody with token-one')).toBe('******** of service, by ******** with ********')
  expect(redactor.text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----')
  expect(redactor.json({ deep: [{ 'token-one': 'a token-one' }], none: null, yes: true })).toEqual({
    deep: [{ '********': 'a ********' }],
    none: null,
    yes: true,
  })
})

test('without secrets nothing is touched', () => {
  const value = { a: 1 }
  expect(new Redactor().json(value)).toBe(value)
  expect(redactorOf('', ' ', null, true).isEmpty).toBe(true)
})
