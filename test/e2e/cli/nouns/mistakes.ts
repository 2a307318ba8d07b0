/** Wrong use of the nouns, told with what is right. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { run } from './stage.ts'

test.each([
  ['a pool that is not there', ['work-pool', 'pause', 'bgi'], 2, /no work pool "bgi"[\s\S]*Did you mean "big"/],
  ['a change of nothing', ['work-pool', 'update', 'big'], 2, /--description/],
  ['a limit that is none', ['work-pool', 'set-concurrency-limit', 'big', '0'], 2, /from 1 to 1000000, or none/],
  ['a queue without its pool', ['work-queue', 'inspect', 'urgent'], 2, /Which work pool[\s\S]*POOL\/urgent/],
  ['a queue with two pools', ['work-queue', 'inspect', 'lanes/urgent', '--pool', 'big'], 2, /names a work pool, and --pool another/],
  ['a queue that is not there', ['work-queue', 'pause', 'lanes/urgnt'], 2, /"urgnt"[\s\S]*Did you mean "urgent"/],
  ['a queue twice', ['work-queue', 'create', 'lanes/urgent'], 1, /urgent/],
  ['a role that is not there', ['api-key', 'create', 'x', '--role', 'root'], 2, /admin, editor, viewer, worker/],
  ['a key without a role', ['api-key', 'create', 'x'], 2, /--role/],
  ['a scope that is not there', ['api-key', 'create', 'x', '--role', 'viewer', '--scope', 'everything'], 2, /everything/],
  ['a key of nobody', ['api-key', 'create', 'x', '--service-account', 'robot'], 2, /no service account "robot"/],
  ['an overlap that is none', ['api-key', 'rotate', 'ci', '--overlap', 'soon'], 2, /no duration/],
  ['a key that is not there', ['api-key', 'revoke', 'cii'], 2, /no API key "cii"[\s\S]*"ci"/],
  ['a deployment that is not there', ['deployment', 'pause', 'etl/nightly'], 2, /no deployment "etl\/nightly"[\s\S]*weir deploy/],
] as [string, string[], number, RegExp][])('%s is refused', async (_what, args, code, expected) => {
  expect(await run(...args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(expected) })
})
