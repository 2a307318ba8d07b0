/** Schedules of deployments. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { json, run, said } from './stage.ts'

test('schedules of a deployment: made, listed in words, paused, resumed, deleted; a deploy says which there are', async () => {
  await said('work-pool', 'create', 'timed')
  const deploy = (...args: string[]) => run('deploy', 'flows.ts:cities', '--name', 'timed', '--pool', 'timed', ...args)
  await deploy()
  const schedule = (verb: string, ...args: string[]) => said('deployment', 'schedule', verb, 'cities/timed', ...args)
  expect((await run('deployment', 'schedule', 'ls', 'timed')).stderr).toContain(
    'cities/timed has no schedules. Make one: weir deployment schedule create',
  )
  expect(await schedule('create', '--cron', '0 9 * * 1-5', '--timezone', 'Europe/Berlin')).toMatch(
    /^Created schedule cron of cities\/timed: every weekday at 09:00, Europe\/Berlin\. Next: \w{3} \d{4}-\d\d-\d\d 09:00:00 \+0[12]:00\.\n$/,
  )
  const often = ['--interval', '15m', '--slug', 'often', '--overlap', 'queue-one', '--catch-up', 'latest', '--max-lateness', '10m', '--paused']
  expect(await schedule('create', ...often)).toBe('Created schedule often of cities/timed: every 15 minutes, UTC. It is paused.\n')
  expect(await schedule('ls')).toMatch(
    /^SLUG +SCHEDULE +NEXT +WHEN +CATCH-UP +OVERLAP\ncron +every weekday at 09:00, Europe\/Berlin +\w{3} \d{4}\S+ 09:00:00 \S+ +in .* +skip +allow\noften +every 15 minutes, UTC +paused +latest +queue-one\n$/,
  )
  expect(await run('deployment', 'schedule', 'create', 'cities/timed', '--interval', '1h', '--slug', 'often')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has a schedule "often" already'),
  })
  expect(await run('deployment', 'schedule', 'create', 'cities/timed', '--cron', '61 * * * *')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--cron: '),
  })
  expect(await run('deployment', 'schedule', 'create', 'cities/timed', '--interval', '1h', '--max-lateness', 'soon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--max-lateness: "soon" is no duration'),
  })
  expect(await schedule('resume', 'often')).toBe('Schedule often of cities/timed goes on from now.\n')
  expect((await json<unknown[]>('flow-run', 'ls', '--deployment', 'cities/timed')).length).toBeGreaterThanOrEqual(7)
  expect(await schedule('pause', 'often')).toBe('Schedule often of cities/timed is paused: what it had made and nobody has begun is removed.\n')
  expect(await run('deployment', 'schedule', 'pause', 'cities/timed', 'oftn')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "often"?'),
  })
  expect(await schedule('delete', 'often')).toBe('Deleted schedule often of cities/timed.\n')
  const nightly = ['--cron', '0 3 * * *', '--interval', '6h', '--timezone', 'Europe/Berlin']
  expect((await deploy(...nightly)).stdout).toMatch(/^Updated/)
  expect((await deploy(...nightly)).stdout).toMatch(/^Unchanged/)
  expect((await deploy()).stdout).toMatch(/^Unchanged/)
  expect(await json('deployment', 'schedule', 'ls', 'timed')).toMatchObject([
    { slug: 'cron', cron: '0 3 * * *' },
    { slug: 'interval', interval: 21_600 },
  ])
  expect(await json('deployment', 'schedule', 'delete', 'timed', 'interval')).toMatchObject({
    slug: 'interval',
    deployment: 'cities/timed',
    deleted: true,
  })
  expect((await deploy('--no-schedules')).stdout).toMatch(/^Updated/)
  expect(await schedule('clear')).toBe('Deleted 0 schedules of cities/timed.\n')
  expect(await json('flow-run', 'ls', '--deployment', 'cities/timed')).toEqual([])
  expect(await said('deployment', 'delete', 'cities/timed')).toBe('Deleted deployment cities/timed.\n')
})
