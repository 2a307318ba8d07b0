/** A run's secrets in its own process: resolved before anything is imported, and in nothing that leaves it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startRunner } from '../support/runner-process.ts'

const CANARY = 'canary-9c1e/runner+secret'
const FORMS = [CANARY, encodeURIComponent(CANARY), Buffer.from(CANARY).toString('base64').replace(/=+$/, ''), 'canary-9c1e']

const FLOW = `
import { spawnSync } from 'node:child_process'
import { artifacts, events, flow, logger, runContext, runtime, secrets, task } from 'weirflow'

const imported = process.env.API_TOKEN

const use = task({ name: 'use', runName: 'use-{0}' }, async (token) => {
  throw new Error('the API refused ' + token + ' at https://x/?t=' + encodeURIComponent(token))
})

export const leaky = flow({ name: 'leaky', logPrints: false }, async ({ token }) => {
  const own = await secrets.get('api')
  const { jobVariables } = runContext().flowRun
  if (jobVariables.upstream.tokens[0] !== own || runtime.flowRun.jobVariables.region !== 'eu') throw new Error('job variables are not resolved')
  logger().info('told', jobVariables)
  if (own !== token || imported !== token) throw new Error('not resolved: ' + typeof imported)
  logger().info('have ' + own, { basic: Buffer.from('user:' + own).toString('base64'), [own]: [own] })
  console.log('printed', own)
  process.stderr.write('on stderr ' + own + '\\n')
  spawnSync('sh', ['-c', 'echo "child has $API_TOKEN" >&2'], { stdio: 'inherit' })
  await artifacts.table({ key: 'rows', description: own, rows: [{ own }] })
  await events.emit({ event: 'leaked', resource: { id: 'key', labels: { own } }, payload: { own, [own]: 1 } })
  await use(own)
})
`

test('environment, other job variables and parameters are resolved with the run token; states, logs, artifacts, events and output are without the secret', async () => {
  const asked: { authorization: string | undefined; name: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { variables } = JSON.parse(body) as { variables: { name: string } }
      asked.push({ authorization: request.headers.authorization, name: variables.name })
      response.end(JSON.stringify({ data: { revealBlock: { data: { value: CANARY }, secretPlaces: ['/value'] } } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    using runner = startRunner({ 'flow.ts': FLOW })
    await runner.heard('ready')
    const reference = { $block: 'secret/api.value' }
    const { runToken } = runner.run('flow.ts:leaky', {
      parameters: { token: reference },
      deployment: { jobVariables: { env: { API_TOKEN: reference }, upstream: { tokens: [reference] }, region: 'eu' } },
      apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    })
    await runner.heard('finished')
    await runner.exited
    const states = runner.states()
    expect(states.at(-1)).toMatchObject({ type: 'FAILED', message: expect.stringContaining('the API refused ********') })
    expect(asked.every(({ authorization }) => authorization === `Bearer ${runToken}`)).toBe(true)
    expect(new Set(asked.map(({ name }) => name))).toEqual(new Set(['secret/api']))
    const facts = JSON.stringify(runner.facts())
    expect(facts).toContain('have ********')
    expect(facts).toContain('"rows"')
    expect(facts).toContain('"payload":{"own":"********","********":1}')
    for (const form of FORMS) expect(facts, form).not.toContain(form)
    // The worker is told, for what is printed past the process itself: here by a child of it.
    expect(runner.messages.find(({ type }) => type === 'hide')).toMatchObject({ values: [CANARY] })
    const own = runner
      .stderr()
      .split('\n')
      .filter((line) => !line.startsWith('child has'))
    expect(own.join('\n')).toContain('on stderr ********')
    for (const form of FORMS) expect(own.join('\n'), form).not.toContain(form)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
