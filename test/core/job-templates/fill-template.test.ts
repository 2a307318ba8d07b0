import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillTemplate } from '../../../core/job-templates/fill-template.ts'
import { defaultJobTemplate, HEEDED, type JobTemplate } from '../../../core/job-templates/job-template.ts'
import { judgeTemplate } from '../../../core/job-templates/judge-template.ts'
import { environmentOf, judgeJobVariables } from '../../../core/job-variables.ts'
import type { JsonObject, JsonValue } from '../../../core/json-value.ts'
import { findReferences } from '../../../core/references.ts'

const SECRET = { $block: 'secret/api.value' }

const templateOf = (job_configuration: JsonObject, properties: JsonObject = {}): JobTemplate => ({
  job_configuration,
  variables: { type: 'object', properties },
})
const fill = (template: JobTemplate, given: JsonObject, isPartial = false) => fillTemplate({ type: 'process', template, given, isPartial })
const said = (template: JobTemplate, given: JsonObject) => fill(template, given).issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

/** What job variables may be: names of ours, names of the author, references, texts that look like placeholders. */
const names = fc.constantFrom('region', 'memory', 'env', 'nodeFlags', 'x-y', '$variable', 'toString')
const leaf = fc.oneof(
  fc.string(),
  fc.constantFrom('{{ region }}', '{{', '}}', '{{ nobody }}'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(SECRET),
  fc.constant({ $variable: 'limit' }),
)
const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(names, leaf, { maxKeys: 3 }))
const given = fc.dictionary(names, value, { maxKeys: 5 }) as fc.Arbitrary<JsonObject>

describe('the template of a pool that has none of its own', () => {
  test('leaves job variables of every name as they are', () => {
    fc.assert(
      fc.property(given, (variables) => {
        fc.pre(judgeJobVariables(variables).length === 0)
        const { jobVariables, issues } = fill(defaultJobTemplate('process') as JobTemplate, variables)
        expect(jobVariables).toEqual(variables)
        expect(issues).toEqual([])
      }),
    )
  })

  test('is there for every type, and stands its own judge', () => {
    for (const type of Object.keys(HEEDED)) expect(judgeTemplate(type, defaultJobTemplate(type) as unknown as JsonValue)).toEqual([])
    expect(defaultJobTemplate('toString')).toBeNull()
  })
})

describe('filling', () => {
  const template = templateOf(
    {
      env: { REGION: '{{ region }}', GREETING: 'hello {{region}}, {{ memory }} MB' },
      nodeFlags: ['--max-old-space-size={{ memory }}', '{{ extra }}'],
    },
    { region: { type: 'string', default: 'eu' }, memory: { type: 'integer', default: 64 }, extra: { type: 'string' } },
  )

  test('defaults of the template go under what the run was made with, and what has no value is left out of its list', () => {
    expect(fill(template, {}).jobVariables).toEqual({
      region: 'eu',
      memory: 64,
      env: { REGION: 'eu', GREETING: 'hello eu, 64 MB' },
      nodeFlags: ['--max-old-space-size=64'],
    })
    expect(fill(template, { region: 'us', extra: '--inspect' }).jobVariables).toMatchObject({
      env: { REGION: 'us' },
      nodeFlags: ['--max-old-space-size=64', '--inspect'],
    })
  })

  test('an env of the run is merged over the env of the configuration, and goes before it', () => {
    const { jobVariables, issues } = fill(template, { env: { REGION: 'moon', LOG: 'loud' } })
    expect([jobVariables['env'], issues]).toEqual([{ REGION: 'moon', GREETING: 'hello eu, 64 MB', LOG: 'loud' }, []])
    const defaults = templateOf({ env: '{{ env }}' }, { env: { type: 'object', default: { A: '1', B: '1' } } })
    expect(fill(defaults, { env: { B: '2' } }).jobVariables).toEqual({ env: { A: '1', B: '2' } })
  })

  test('a text that is one placeholder keeps the type of its value; within a text it becomes text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()), fc.constant(null)), (anything) => {
        const { jobVariables, issues } = fill(templateOf({ env: { X: ' {{ x }}'.trim() } }, { x: {} }), { x: anything })
        expect([jobVariables['env'], issues]).toEqual([{ X: anything }, []])
      }),
    )
    const within = templateOf({ env: { X: 'v{{ x }}' } }, { x: {} })
    for (const [x, text] of [
      ['a', 'va'],
      [1.5, 'v1.5'],
      [false, 'vfalse'],
    ] as const)
      expect(fill(within, { x }).jobVariables['env']).toEqual({ X: text })
    for (const x of [null, [1], { a: 1 }, SECRET])
      expect(said(within, { x })).toEqual([expect.stringMatching(/^x: .* cannot stand within the text of job_configuration\.env\.X$/)])
  })

  test('a value is never looked through for placeholders, and a reference never taken for one', () => {
    const one = templateOf({ env: { A: '{{ a }}', B: '<{{ b }}>' } }, { a: {}, b: {} })
    expect(fill(one, { a: '{{ b }}', b: '{{ a }}' }).jobVariables['env']).toEqual({ A: '{{ b }}', B: '<{{ a }}>' })
    fc.assert(
      fc.property(given, (variables) => {
        const { jobVariables, issues } = fill(one, { ...variables, b: 'b' })
        fc.pre(issues.length === 0)
        // Whatever the run's own variables refer to is still referred to, at its own place, and nothing else is.
        const own = Object.fromEntries(Object.entries(variables).filter(([name]) => name !== 'env' && name !== 'nodeFlags'))
        const rest = Object.fromEntries(Object.entries(jobVariables).filter(([name]) => name in own))
        expect(findReferences(rest).references).toEqual(findReferences(own).references)
      }),
    )
    expect(fill(one, { a: SECRET, b: 'b' }).jobVariables['env']).toEqual({ A: SECRET, B: '<b>' })
    expect(fill(templateOf({ env: { TOKEN: SECRET } }), {}).jobVariables).toEqual({ env: { TOKEN: SECRET } })
  })

  test('a reference that would come to stand where the process is started is refused with the variable that brought it', () => {
    expect(said(templateOf({ nodeFlags: '{{ flags }}' }, { flags: {} }), { flags: SECRET })).toEqual([
      expect.stringMatching(/^flags: nodeFlags cannot be a reference/),
    ])
    expect(said(templateOf({ env: { NODE_OPTIONS: '{{ options }}' } }, { options: {} }), { options: SECRET })).toEqual([
      expect.stringMatching(/^env\.NODE_OPTIONS: NODE_OPTIONS cannot be a reference/),
    ])
    expect(said(templateOf({ nodeFlags: '{{ flags }}' }, { flags: {} }), { flags: '--inspect' })).toEqual([
      expect.stringMatching(/^flags: nodeFlags must be a list of texts/),
    ])
  })

  test('what the configuration has no use for is refused by name, and variables of the author pass', () => {
    const closed = templateOf({ env: { FIXED: '1' } })
    expect(said(closed, { nodeFlags: ['--inspect'] })).toEqual(['nodeFlags: the base job template of the work pool has no use for nodeFlags'])
    expect(said(templateOf({}), { env: { A: '1' } })).toEqual(['env: the base job template of the work pool has no use for env'])
    expect(fill(closed, { upstream: { team: 'data' } })).toMatchObject({
      jobVariables: { env: { FIXED: '1' }, upstream: { team: 'data' } },
      issues: [],
    })
  })

  test('what the worker heeds comes from the configuration alone, also when a default or another use of the variable has its name', () => {
    const unused = templateOf({ env: { A: '1' } }, { nodeFlags: { default: ['--inspect'] } })
    expect(fill(unused, {})).toMatchObject({ jobVariables: { env: { A: '1' } }, issues: [] })
    expect(Object.keys(fill(unused, {}).jobVariables)).toEqual(['env'])
    const elsewhere = templateOf({ env: { FLAGS: '{{ nodeFlags }}' } }, { nodeFlags: {} })
    expect(fill(elsewhere, { nodeFlags: ['--inspect'] })).toMatchObject({ jobVariables: { env: { FLAGS: ['--inspect'] } }, issues: [] })
    expect(Object.keys(fill(elsewhere, { nodeFlags: ['--inspect'] }).jobVariables)).toEqual(['env'])
  })

  test('what a text is made of must be there, unless somebody may still bring it', () => {
    const one = templateOf({ nodeFlags: ['--max-old-space-size={{ memory }}'] }, { memory: { type: 'integer' } })
    expect(said(one, {})).toEqual(['memory: "memory" is missing: job_configuration.nodeFlags.0 is made of it'])
    expect(fill(one, {}, true).issues).toEqual([])
    expect(said(templateOf({ env: { X: 'a{{ toString }}' } }, { toString: {} } as unknown as JsonObject), {})).toHaveLength(1)
  })

  test('a template cannot make much of little: what is put in is counted', () => {
    const many = templateOf({ env: Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`V${n}`, n % 2 ? '{{ x }}' : '<{{ x }}>'])) }, { x: {} })
    expect(said(many, { x: 'x'.repeat(800) })).toEqual([])
    expect(said(many, { x: 'x'.repeat(1_000) })).toEqual(['x: put in wherever the base job template says, the job variables take more than 512 KiB'])
  })

  test('whatever a template makes, a worker can start a process with it', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('{{ region }}', '{{memory}}', '{{ env }}', '--x={{ region }}', '{{ bad name }}', '{{'))
    const templates = fc.record({
      job_configuration: fc.dictionary(
        fc.constantFrom('env', 'nodeFlags'),
        fc.oneof(piece, fc.array(piece, { maxLength: 3 }), fc.dictionary(fc.constantFrom('A', 'NODE_OPTIONS', '$variable'), piece, { maxKeys: 2 })),
      ),
      variables: fc.record({ properties: fc.record({ region: fc.constant({}), memory: fc.record({ default: leaf }), env: fc.constant({}) }) }),
    })
    let filled = 0
    fc.assert(
      fc.property(templates, given, (template, variables) => {
        if (judgeTemplate('process', template as unknown as JsonValue).length > 0 || judgeJobVariables(variables).length > 0) return
        const { jobVariables, issues } = fill(template as unknown as JobTemplate, variables)
        if (issues.length > 0) return
        filled++
        expect(judgeJobVariables(jobVariables)).toEqual([])
        expect(Object.values(environmentOf(jobVariables)).every((text) => typeof text === 'string')).toBe(true)
        // Only what the configuration says is heeded.
        for (const name of ['env', 'nodeFlags']) if (!(name in template.job_configuration)) expect(Object.keys(jobVariables)).not.toContain(name)
      }),
      { numRuns: 2_000 },
    )
    expect(filled).toBeGreaterThan(50)
  })
})
