/** What programs read, against the types of docs/cli.md. Part of nouns.test.ts. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, json, root, run, said } from './stage.ts'

test('what programs read has the shapes of docs/cli.md: nothing more, nothing less, everything of its type', async () => {
  await said('work-pool', 'create', 'shapes', '--if-missing')
  await said('deploy', 'flows.ts:cities', '--name', 'shapes', '--pool', 'shapes', '--description', 'for its shape')
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  const due = await json<{ id: string }>('deployment', 'run', 'cities/shapes', '--at', '+1h', '--idempotency-key', 'shape')
  const lineOf = async (...args: string[]) => (await said(...args, '-o', 'json')).trimEnd().split('\n').at(-1) as string
  const samples: [string, string][] = [
    ['FlowRun[]', JSON.stringify(await json('flow-run', 'ls'))],
    ['FlowRun & { existed: boolean }', JSON.stringify(due)],
    ['FlowRunDetail', JSON.stringify(await json('flow-run', 'inspect', id))],
    ['FlowRunDetail', JSON.stringify(await json('flow-run', 'inspect', due.id))],
    ['FlowRunWhy', JSON.stringify(await json('flow-run', 'why', due.id))],
    ['FlowRun', JSON.stringify(await json('flow-run', 'cancel', due.id))],
    // The same run once more: it is over, and so is watching it.
    [
      'CreatedLine',
      (await run('deployment', 'run', 'cities/shapes', '--at', '+1h', '--idempotency-key', 'shape', '--watch', '-o', 'json')).stdout.split(
        '\n',
      )[0] as string,
    ],
    ['LogLine', await lineOf('flow-run', 'logs', id)],
    ['LogLine', await lineOf('task-run', 'logs', id, 'fetch-0')],
    ['Flow[]', JSON.stringify(await json('flow', 'ls'))],
    ['FlowDetail', JSON.stringify(await json('flow', 'inspect', 'cities'))],
    ['Artifact[]', JSON.stringify(await json('artifact', 'ls'))],
    ['Deleted', JSON.stringify(await json('artifact', 'delete', id, 'done'))],
    ['TaskRun[]', JSON.stringify(await json('task-run', 'ls', id))],
    ['TaskRunDetail', JSON.stringify(await json('task-run', 'inspect', id, 'fetch-1'))],
    ['Artifact[]', JSON.stringify(await json('artifact', 'ls', id))],
    ['Artifact', JSON.stringify(await json('artifact', 'inspect', id, 'note'))],
    [
      'WeirEvent & { created: boolean }',
      JSON.stringify(await json('event', 'emit', 'shaped', '--resource-id', 'shape', '--related', '{"id": "x", "role": "y"}')),
    ],
    ['WeirEvent[]', JSON.stringify(await json('event', 'ls'))],
    ['WeirEvent', JSON.stringify(await json('event', 'inspect', (await json<{ id: string }[]>('event', 'ls', '--flow-run', id))[0]?.id ?? ''))],
    ['Deployment[]', JSON.stringify(await json('deployment', 'ls'))],
    ['DeploymentDetail', JSON.stringify(await json('deployment', 'inspect', 'cities/shapes'))],
    ['Deployment', JSON.stringify(await json('deployment', 'pause', 'cities/shapes'))],
    ['Deployment', JSON.stringify(await json('deployment', 'resume', 'cities/shapes'))],
    ['WorkPool[]', JSON.stringify(await json('work-pool', 'ls'))],
    ['Schedule', JSON.stringify(await json('deployment', 'schedule', 'create', 'cities/shapes', '--interval', '1h', '--slug', 'shape'))],
    ['Schedule[]', JSON.stringify(await json('deployment', 'schedule', 'ls', 'cities/shapes'))],
    ['Schedule', JSON.stringify(await json('deployment', 'schedule', 'pause', 'cities/shapes', 'shape'))],
    ['{ deployment: string; deleted: number }', JSON.stringify(await json('deployment', 'schedule', 'clear', 'cities/shapes'))],
    ['WorkPool & { created: boolean }', JSON.stringify(await json('work-pool', 'create', 'shapes', '--if-missing'))],
    ['WorkPoolDetail', JSON.stringify(await json('work-pool', 'inspect', 'shapes'))],
    ['ComingRun[]', JSON.stringify(await json('work-pool', 'preview', 'shapes', '--hours', '2'))],
    ['BaseJobTemplate', JSON.stringify(await json('work-pool', 'get-default-base-job-template'))],
    ['WorkPool', JSON.stringify(await json('work-pool', 'set-concurrency-limit', 'shapes', '2'))],
    ['WorkQueue[]', JSON.stringify(await json('work-queue', 'ls'))],
    ['WorkQueue', JSON.stringify(await json('work-queue', 'inspect', 'shapes/default'))],
    ['Worker[]', JSON.stringify(await json('worker', 'ls'))],
    ['ConcurrencyLimit', JSON.stringify(await json('concurrency-limit', 'create', 'shapes', '--limit', '1'))],
    ['ConcurrencyLimit[]', JSON.stringify(await json('concurrency-limit', 'ls'))],
    ['ConcurrencyLimitDetail', JSON.stringify(await json('concurrency-limit', 'inspect', 'shapes'))],
    ['ConcurrencyLimit & { releasedLeases: number }', JSON.stringify(await json('concurrency-limit', 'reset', 'shapes'))],
    ['Variable & { created: boolean }', JSON.stringify(await json('variable', 'set', 'shape', '{"a": [1]}'))],
    ['Variable[]', JSON.stringify(await json('variable', 'ls'))],
    ['Variable', JSON.stringify(await json('variable', 'inspect', 'shape'))],
    ['Secret[]', JSON.stringify(await json('secret', 'ls'))],
    ['Block[]', JSON.stringify(await json('block', 'ls'))],
    ['Block', JSON.stringify(await json('block', 'inspect', 'warehouse/main'))],
    ['BlockType[]', JSON.stringify(await json('block', 'type', 'ls'))],
    ['Deleted', JSON.stringify(await json('block', 'delete', 'warehouse/main'))],
    ['NewApiKey', JSON.stringify(await json('api-key', 'create', 'shape', '--role', 'worker'))],
    ['ApiKey & { key: string; previous: ApiKey }', JSON.stringify(await json('api-key', 'rotate', 'shape', '--overlap', '1h'))],
    ['ManyFlowRuns', JSON.stringify(await json('flow-run', 'cancel', '--flow', 'cities', '--dry-run'))],
    ['ManyFlowRuns', JSON.stringify(await json('flow-run', 'cancel', '--deployment', 'cities/shapes'))],
    ['Operation[]', JSON.stringify(await json('operation', 'ls'))],
    ['Operation', JSON.stringify(await json('operation', 'inspect', (await json<{ id: string }[]>('operation', 'ls'))[0]?.id ?? ''))],
    ['AuditRow[]', JSON.stringify(await json('audit', 'ls', '--limit', '3'))],
    ['ServiceAccount', JSON.stringify(await json('service-account', 'create', 'shape', '--role', 'viewer'))],
    ['ServiceAccount[]', JSON.stringify(await json('service-account', 'ls'))],
    ['Deleted', JSON.stringify(await json('service-account', 'delete', 'shape'))],
    ['ApiKey[]', JSON.stringify(await json('api-key', 'ls', '--all'))],
    ['ApiKey', JSON.stringify(await json('api-key', 'revoke', (await json<{ id: string }[]>('api-key', 'ls'))[0]?.id ?? ''))],
    ['SchedulePreview', JSON.stringify(await json('schedule', 'preview', '--cron', '@daily'))],
    ['ServerStatus', JSON.stringify(await json('server', 'status'))],
    ['ServerBackup', JSON.stringify(await json('server', 'backup', join(folder, 'shapes.backup')))],
    ['Profile[]', JSON.stringify(await json('profile', 'ls'))],
    ['Setting[]', JSON.stringify(await json('config', 'view'))],
    ['Setting', JSON.stringify(await json('config', 'get', 'api-url'))],
    ['NewProject', JSON.stringify(await json('init', join(folder, 'shaped')))],
    ['FlowGraph', JSON.stringify(await json('visualize', 'flows.ts:cities'))],
    ['{ shell: string; script: string }', JSON.stringify(await json('completion', 'bash'))],
    ['Version', JSON.stringify(await json('version'))],
  ]
  const page = readFileSync(join(root, 'docs', 'cli.md'), 'utf8')
  const types = /^```ts\n([\s\S]*?)^```/m.exec(page.slice(page.indexOf('## JSON')))?.[1] as string
  const file = join(folder, 'shapes.ts')
  // A literal may have no property that its type has not, at any depth.
  writeFileSync(
    file,
    `export {}\n${types}\n${samples.map(([type, value], index) => `const sample${index}: ${type} = ${value}\nvoid sample${index}\n`).join('')}`,
  )
  const compiler = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
  const checked = spawnSync(
    process.execPath,
    [compiler, '--ignoreConfig', '--noEmit', '--strict', '--types', '', '--lib', 'es2022', '--target', 'es2022', file],
    { encoding: 'utf8' },
  )
  expect(checked.stdout).toBe('')
  expect(checked.status).toBe(0)
})
