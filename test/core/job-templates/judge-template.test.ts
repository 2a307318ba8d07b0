import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeTemplate } from '../../../core/job-templates/judge-template.ts'
import { readPlaceholders } from '../../../core/job-templates/placeholders.ts'
import type { JsonValue } from '../../../core/json-value.ts'

const said = (template: unknown) => judgeTemplate('process', template as JsonValue).map(({ path, message }) => `${path.join('.')}: ${message}`)

test('each thing that is wrong with a template is told with its place', () => {
  const variables = { properties: { region: { type: 'string' } } }
  const cases: [unknown, RegExp][] = [
    [[], /^: a base job template is an object/],
    [{ variables: {} }, /^job_configuration: "job_configuration" is missing/],
    [{ job_configuration: {}, variables: {}, image: 1 }, /^image: a base job template has no "image"/],
    [{ job_configuration: [], variables: {} }, /^job_configuration: job_configuration is an object/],
    [{ job_configuration: {}, variables: { type: 'array' } }, /^variables\.type: job variables are an object/],
    [{ job_configuration: {}, variables: { required: 'region' } }, /^variables\.required: required is a list of names/],
    [{ job_configuration: {}, variables: { properties: { region: 'string' } } }, /^variables\.properties\.region: a variable is described by/],
    [{ job_configuration: { command: 'node' }, variables }, /^job_configuration\.command: a process worker heeds no "command"/],
    [{ job_configuration: { env: { R: '{{ regoin }}' } }, variables }, /^job_configuration\.env\.R: there is no variable "regoin"/],
    [{ job_configuration: { env: { R: '{{ my region }}' } }, variables }, /^job_configuration\.env\.R: a "\{\{" begins the name of a variable/],
    [
      { job_configuration: { env: { R: { $variable: '{{ region }}' } } }, variables },
      /^job_configuration\.env\.R\.\$variable: what a reference names/,
    ],
    [{ job_configuration: { env: 'A={{ region }}' }, variables }, /^job_configuration\.env: env must be an object/],
    [{ job_configuration: { nodeFlags: [{ $variable: 'flags' }] }, variables }, /^job_configuration\.nodeFlags\.0: nodeFlags cannot be a reference/],
    [
      { job_configuration: {}, variables: { properties: { nodeFlags: { default: '--inspect' } } } },
      /^variables\.properties\.nodeFlags\.default: nodeFlags must be a list of texts/,
    ],
    [
      { job_configuration: {}, variables: { properties: { token: { default: { $block: 'x' } } } } },
      /^variables\.properties\.token\.default: "\$block" must be/,
    ],
  ]
  for (const [template, message] of cases) expect(said(template), JSON.stringify(template)).toEqual([expect.stringMatching(message)])
  expect(said({ job_configuration: { env: { R: '{{ region }}', T: { $block: 'secret/t.value' } }, nodeFlags: ['--inspect'] }, variables })).toEqual(
    [],
  )
})

test('whatever it is given, a verdict comes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      for (const template of [
        one,
        { job_configuration: one, variables: other },
        { job_configuration: { env: one }, variables: { properties: other } },
      ])
        expect(Array.isArray(judgeTemplate('process', template as JsonValue))).toBe(true)
    }),
  )
})

test('the pieces of a text are the text; a "{{" that begins no placeholder is a slip', () => {
  const piece = fc.constantFrom('{{', '}}', '{', '}', ' ', 'a', 'a-b', '_x1', '{{ a }}', '$')
  fc.assert(
    fc.property(fc.array(piece), (parts) => {
      const text = parts.join('')
      const pieces = readPlaceholders(text)
      if (pieces === null) {
        expect(text).toContain('{{')
        return
      }
      const again = pieces.map((one) => ('text' in one ? one.text : `{{${one.name}}}`)).join('')
      expect(again).toBe(text.replace(/\{\{[ \t]*([A-Za-z_][\w-]*)[ \t]*\}\}/g, '{{$1}}'))
    }),
  )
  expect(readPlaceholders('a {{b}}{{ c-1 }}!')).toEqual([{ text: 'a ' }, { name: 'b' }, { name: 'c-1' }, { text: '!' }])
  expect(readPlaceholders('{{ 1 }}')).toBeNull()
})
