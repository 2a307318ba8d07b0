/** Work pools. Part of nouns.test.ts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, json, run, said } from './stage.ts'

test('a work pool is created, changed, paused, limited and resumed', async () => {
  await said('work-pool', 'create', 'big', '--concurrency-limit', '10')
  expect(await said('work-pool', 'update', 'big', '--description', 'the big machine')).toBe('Changed work pool big.\n')
  expect(await said('work-pool', 'pause', 'big')).toBe('Work pool big is paused: its runs wait.\n')
  expect(await json('work-pool', 'inspect', 'big')).toMatchObject({
    description: 'the big machine',
    isPaused: true,
    status: 'PAUSED',
    concurrencyLimit: 10,
  })
  expect(await said('work-pool', 'ls')).toMatch(/^big +process +‖ paused +0 +0 of 10 +0 +the big machine$/m)
  expect(await said('work-pool', 'resume', 'big')).toBe('Work pool big is not paused.\n')
  expect(await said('work-pool', 'set-concurrency-limit', 'big', '3')).toBe('Work pool big: at most 3 at a time.\n')
  expect(await said('work-pool', 'set-concurrency-limit', 'big', 'none')).toBe('Work pool big: no limit.\n')
  expect(await json('work-pool', 'update', 'big', '--description', '')).toMatchObject({ description: null, concurrencyLimit: null, isPaused: false })
})

const TEMPLATE = {
  job_configuration: { env: { REGION: '{{ region }}' }, nodeFlags: ['--max-old-space-size={{ memory }}'] },
  variables: { type: 'object', properties: { region: { type: 'string', default: 'eu' }, memory: { type: 'integer', default: 64 } } },
}

test('a base job template is begun with the default, given to a pool, held against what is deployed and run, and taken away', async () => {
  const standard = await json<typeof TEMPLATE>('work-pool', 'get-default-base-job-template')
  expect(standard.job_configuration).toEqual({ env: '{{ env }}', nodeFlags: '{{ nodeFlags }}' })
  expect(JSON.parse(await said('work-pool', 'get-default-base-job-template', '--type', 'process'))).toEqual(standard)
  expect(await run('work-pool', 'get-default-base-job-template', '--type', 'balloon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There are no work pools of type "balloon".'),
  })
  const file = join(folder, 'template.json')
  expect(await said('work-pool', 'get-default-base-job-template', '-f', 'template.json')).toBe(
    'Wrote template.json. Change it, and give it to a pool: weir work-pool update POOL --base-job-template template.json\n',
  )
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(standard)
  expect(await run('work-pool', 'get-default-base-job-template', '-f', 'template.json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('template.json is there already.'),
  })

  writeFileSync(file, JSON.stringify({ ...TEMPLATE, job_configuration: { env: { REGION: '{{ regoin }}' }, command: 'node' } }))
  expect((await run('work-pool', 'create', 'narrow', '--base-job-template', 'template.json')).stderr).toMatchInlineSnapshot(`
    "error: baseJobTemplate.job_configuration.command: a process worker heeds no "command" (and 1 more)
      baseJobTemplate.job_configuration.command: a process worker heeds no "command" (expected env or nodeFlags)
      baseJobTemplate.job_configuration.env.REGION: there is no variable "regoin" in variables.properties (expected one of region, memory)
    "
  `)
  writeFileSync(file, '{ "job_configuration": ')
  expect(await run('work-pool', 'update', 'big', '--base-job-template', 'template.json')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--base-job-template: template\.json is no JSON: .*\n.*get-default-base-job-template/),
  })
  writeFileSync(file, JSON.stringify(TEMPLATE))
  await said('work-pool', 'create', 'narrow', '--base-job-template', 'template.json')
  expect(await json('work-pool', 'inspect', 'narrow')).toMatchObject({ baseJobTemplate: TEMPLATE, hasOwnJobTemplate: true })
  expect(await said('work-pool', 'inspect', 'narrow')).toMatch(/^Template +of its own, variables region, memory$/m)

  const deploy = (...options: string[]) => run('deploy', 'flows.ts:cities', '--name', 'narrow', '--pool', 'narrow', ...options)
  expect((await deploy('--job-variable', 'memory="much"', '--job-variable', 'nodeFlags=["--inspect"]')).stderr).toMatchInlineSnapshot(`
    "error: jobVariables.memory: expected integer, got "much" (and 1 more)
      jobVariables.memory: expected integer, got "much"
      jobVariables.nodeFlags: the base job template of the work pool has no use for nodeFlags (expected no nodeFlags)
    hint:  Job variables are described by the base job template of the work pool narrow.
    "
  `)
  expect(await deploy('--job-variable', 'memory=128')).toMatchObject({ code: 0 })
  expect((await run('deployment', 'run', 'cities/narrow', '--job-variable', 'region=7')).stderr).toMatch(
    /jobVariables\.region: expected string, got 7/,
  )

  const strict = { ...TEMPLATE, variables: { properties: { ...TEMPLATE.variables.properties, memory: { type: 'integer', maximum: 100 } } } }
  writeFileSync(file, JSON.stringify(strict))
  expect(await run('work-pool', 'update', 'narrow', '--base-job-template', 'template.json')).toMatchObject({
    code: 0,
    stdout: 'Changed work pool narrow.\n',
    stderr: 'cities/narrow does not fit it, unless its runs bring something else: jobVariables.memory: expected 100 or less, got 128\n',
  })
  expect(await said('work-pool', 'update', 'narrow', '--base-job-template', 'none')).toBe('Changed work pool narrow.\n')
  expect(await json('work-pool', 'inspect', 'narrow')).toMatchObject({ baseJobTemplate: standard, hasOwnJobTemplate: false })
  expect(await said('work-pool', 'inspect', 'narrow')).toMatch(/^Template +the default of its type$/m)
})

test('the preview of a pool shows what waits by priority, then what comes due in time', async () => {
  await said('work-queue', 'create', 'narrow/last', '--priority', '2')
  await said('work-queue', 'create', 'narrow/first', '--priority', '1')
  expect(await said('work-pool', 'preview', 'narrow')).toBe('')
  for (const queue of ['last', 'first']) await said('deploy', 'flows.ts:cities', '--name', queue, '--pool', 'narrow', '--queue', queue)
  const start = (queue: string, name: string, ...options: string[]) => said('deployment', 'run', `cities/${queue}`, '--name', name, ...options)
  await start('last', 'waits-behind')
  await start('first', 'waits')
  await start('last', 'soon', '--at', '+30m')
  await start('first', 'later', '--at', '+3h')
  const names = async (...options: string[]) => (await json<{ name: string }[]>('work-pool', 'preview', 'narrow', ...options)).map(({ name }) => name)
  expect(await names()).toEqual(['waits', 'waits-behind', 'soon'])
  expect(await names('--hours', '4')).toEqual(['waits', 'waits-behind', 'soon', 'later'])
  expect(await names('--hours', '0')).toEqual(['waits', 'waits-behind'])
  expect(await said('work-pool', 'preview', 'narrow', '--hours', '4')).toMatch(
    /^in (30 m 0|29 m \d+) s +\S+ scheduled +soon +cities\/last +last +2 +\S+$/im,
  )
  expect((await run('work-pool', 'preview', 'narrow', '--limit', '1')).stderr).toContain('The first 1 of them. More: --limit 10')
  expect(await run('work-pool', 'preview', 'narow')).toMatchObject({ code: 2, stderr: expect.stringContaining('narrow') })
  for (const queue of ['narrow', 'last', 'first']) await said('deployment', 'delete', `cities/${queue}`)
  for (const { id } of await json<{ id: string }[]>('flow-run', 'ls', '--flow', 'cities')) await said('flow-run', 'delete', id)
})
