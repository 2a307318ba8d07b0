/** `weirflow/testing` with a control plane of its own: the built one, as the packages bring it. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

/** As an author writes it, for node:test; run by Node in a folder of its own: with all packages, or with `weirflow` and without `weirflow-server`. */
async function runTests(text: string, { withServer }: { withServer: boolean }): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-testing-'))
  try {
    if (withServer) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    else {
      mkdirSync(join(folder, 'node_modules'))
      symlinkSync(join(root, 'sdk'), join(folder, 'node_modules', 'weirflow'))
      symlinkSync(join(root, 'node_modules', 'uuidv7'), join(folder, 'node_modules', 'uuidv7'))
    }
    writeFileSync(join(folder, 'flow.test.ts'), text)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
    const options = {
      cwd: folder,
      env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', NODE_TEST_CONTEXT: undefined, WEIR_HOME: join(folder, 'home') },
    }
    // Then what a linked package imports is looked for where the link is, as in a real installation.
    const flags = withServer ? [] : ['--preserve-symlinks']
    const ended = await run(process.execPath, [...flags, '--test', 'flow.test.ts'], options).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
    )
    return ended
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('a test goes the whole way: flow, control plane, record; and the environment is given back', async () => {
  const { code, output } = await runTests(
    `
    import assert from 'node:assert/strict'
    import { test } from 'node:test'
    import { artifacts, events, flow, logger, task, variables } from 'weirflow'
    import { withTestServer } from 'weirflow/testing'

    const load = task({ name: 'load', runName: 'load {city}', retries: 1, tags: ['io'] }, async (city: string, { attempt }) => {
      if (attempt === 1) throw new RangeError('at first never')
      logger().info('loaded', { city, at: { minute: 1, day: 2 }, by: 'load' })
      return city.length
    })
    const etl = flow({ name: 'etl', runName: 'etl of {cities}' }, async ({ cities }: { cities: string[] }) => {
      const lengths = await Promise.all(load.map(cities))
      await artifacts.table({ key: 'lengths', rows: lengths.map((length) => ({ length })) })
      await events.emit({ event: 'etl.done', resource: { id: 'etl' }, payload: { lengths, by: 'hand' } })
      await variables.set('latest', lengths, { tags: ['weather'] })
      assert.deepEqual([await variables.get('latest'), await variables.unset('latest'), await variables.unset('latest')], [lengths, true, false])
      return lengths.reduce((sum, one) => sum + one, 0)
    })

    test('etl is recorded', async () => {
      const home = process.env.WEIR_HOME
      const begin = performance.now()
      const value = await withTestServer(async (server) => {
        console.log('ready after', Math.round(performance.now() - begin), 'ms')
        const state = await etl.run({ cities: ['Oslo', 'Porto'] }, { returnState: true })
        const run = await server.flowRun(state.flowRunId)
        assert.equal(run.name, 'etl of Oslo, Porto')
        assert.deepEqual((await server.flowRun('etl of Oslo, Porto')).id, run.id)
        assert.deepEqual(run.states.map(({ name }) => name), ['Running', 'Completed'])
        assert.deepEqual(run.parameters, { cities: ['Oslo', 'Porto'] })
        assert.deepEqual(run.taskRuns.map(({ name }) => name).sort(), ['load Oslo', 'load Porto'])
        assert.deepEqual(run.taskRuns[0].states.map(({ name }) => name), ['Pending', 'Running', 'Retrying', 'Completed'])
        assert.equal(run.taskRuns[0].attempts, 2)
        assert.ok(run.logs.some(({ level, message, fields }) => level === 'info' && message === 'loaded' && fields?.city === 'Oslo'))
        assert.equal(JSON.stringify(run.logs.find(({ fields }) => fields?.city === 'Oslo')?.fields), '{"city":"Oslo","at":{"minute":1,"day":2},"by":"load"}')
        assert.deepEqual(run.artifacts, [{ key: 'lengths', type: 'table', description: null, data: [{ length: 4 }, { length: 5 }] }])
        assert.deepEqual(run.events.map(({ name, resource, payload }) => [name, resource.id, JSON.stringify(payload)]), [['etl.done', 'etl', '{"lengths":[4,5],"by":"hand"}']])
        assert.deepEqual(run.events[0].related.map(({ role, labels }) => [role, labels.name]), [['flow-run', 'etl of Oslo, Porto'], ['flow', 'etl']])
        await assert.rejects(server.flowRun('nobody'), /no flow run called "nobody"/)
        await assert.rejects(withTestServer(() => 1), /another test server is in use/)
        return state.result()
      })
      assert.equal(value, 9)
      assert.equal(process.env.WEIR_API_URL, undefined)
      assert.equal(process.env.WEIR_HOME, home)
    })
    `,
    { withServer: true },
  )
  expect(code, output).toBe(0)
})

test('without weirflow-server it says what to install', async () => {
  const { code, output } = await runTests(
    `
    import { test } from 'node:test'
    import { withTestServer } from 'weirflow/testing'
    test('etl', () => withTestServer(() => 1))
    `,
    { withServer: false },
  )
  expect(code).toBe(1)
  expect(output).toContain('a test server needs the package weirflow-server, and it is not installed here')
  expect(output).toContain('npm install --save-dev weirflow-server')
})
