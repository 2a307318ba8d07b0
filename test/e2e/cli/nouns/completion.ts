/** What shells complete. Part of nouns.test.ts. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, json, root, runWith, said, offered } from './stage.ts'

test('completion offers commands, options, choices and what there is', async () => {
  expect(await offered('dep')).toEqual(['names', 'deploy', 'deployment'])
  expect(await offered('work-pool', 'p')).toEqual(['names', 'pause', 'preview'])
  expect(await offered('work-pool', 'update', 'big', '--b')).toEqual(['names', '--base-job-template'])
  expect(await offered('work-pool', 'update', 'big', '--base-job-template', '')).toEqual(['files'])
  expect(await offered('flow-run', 'ls', '--st')).toEqual(['names', '--state'])
  expect(await offered('--profile', 'local', 'flow-run', 'ls', '--state', 'r')).toEqual(['names', 'running'])
  expect(await offered('flow-run', 'ls', '--state', 'c')).toEqual(['names', 'cancelling', 'completed', 'cancelled', 'crashed'])
  expect(await offered('api-key', 'create', 'x', '--role', 'v')).toEqual(['names', 'viewer'])
  expect(await offered('work-pool', 'pause', '')).toEqual(['names', ...(await json<{ name: string }[]>('work-pool', 'ls')).map(({ name }) => name)])
  expect(await offered('worker', 'start', '--pool', 'bi')).toEqual(['names', 'big'])
  expect(await offered('work-queue', 'pause', 'lanes/u')).toEqual(['names', 'lanes/urgent'])
  expect(await offered('deployment', 'run', 'ci')).toEqual(['names', 'cities/shapes'])
  expect(await offered('variable', 'get', 'c')).toEqual(['names', 'cities'])
  expect(await offered('concurrency-limit', 'inspect', 'd')).toEqual(['names', 'database'])
  const [{ id, name }] = await json<[{ id: string; name: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  expect(await offered('flow-run', 'logs', '')).toEqual(expect.arrayContaining([id, name]))
  expect(await offered('task-run', 'logs', id, 'fetch')).toEqual(['names', 'fetch-0', 'fetch-1'])
  expect(await offered('artifact', 'inspect', name, 'w')).toEqual(['names', 'warmest'])
  expect(await offered('event', 'ls', '--flow-run', name)).toEqual(['names', name])
  expect(await offered('deploy', 'flo')).toEqual(['files'])
  const schema = { properties: { day: { type: 'string' }, cities: { type: ['array', 'null'] } } }
  const input = { flowName: 'cities', name: 'typed', entrypoint: 'flows.ts:cities', path: folder, workPoolName: 'big', parameterSchema: schema }
  await said('api', 'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename } }', '-v', JSON.stringify({ input }))
  expect(await said('__complete', 'deployment', 'run', 'cities/typed', '--param', '')).toBe('names\nday=\tstring\ncities=\tarray | null\n')
  await said('deployment', 'delete', 'cities/typed')
})

test('completion of what is not there, and without a control plane, is nothing at all', async () => {
  for (const words of [
    ['frobnicate', ''],
    ['flow-run', 'frobnicate', ''],
    ['work-pool', 'pause', 'big', ''],
  ])
    expect(await offered(...words)).toEqual(['names'])
  const silent = await runWith(['__complete', 'work-pool', 'pause', ''], { env: { WEIR_API_URL: 'http://127.0.0.1:1' } })
  expect(silent).toEqual({ code: 0, stdout: 'names\n', stderr: '' })
})

test('bash takes what completion offers, with what a shell would split in quotes', async () => {
  writeFileSync(join(folder, 'profiles.toml'), '[profiles."two words"]\n')
  const script =
    (await said('completion', 'bash')) +
    `
    weir() { "${process.execPath}" "${join(root, 'sdk', 'bin', 'weir.mjs')}" "$@"; }
    for line in "profile use tw" "work-q"; do
      COMP_WORDS=(weir $line); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _weir; printf '%s\n' "\${COMPREPLY[@]}"
    done`
  const bash = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', WEIR_HOME: folder } })
  expect(bash).toMatchObject({ status: 0, stderr: '', stdout: 'two\\ words\nwork-queue\n' })
  for (const shell of ['zsh', 'fish']) {
    const printed = await said('completion', shell)
    expect(printed).toContain('weir __complete')
    // Its grammar, where that shell is installed.
    writeFileSync(join(folder, `completion.${shell}`), printed)
    const { error, status, stderr } = spawnSync(shell, ['-n', join(folder, `completion.${shell}`)], { encoding: 'utf8' })
    if (error) expect(error).toMatchObject({ code: 'ENOENT' })
    else expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  }
})
