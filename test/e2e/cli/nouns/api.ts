/** `weir api`. Part of nouns.test.ts. */
import { expect, test } from 'vitest'
import { startWeir } from '../weir.ts'
import { home, json, run, said } from './stage.ts'

test('api takes variables one by one, and reads page after page as one answer', async () => {
  for (const letter of ['a', 'b', 'c']) await said('variable', 'set', `page-${letter}`, '1', '--tag', 'paged')
  const query = `query ($after: String, $tag: String!) { variables(first: 2, after: $after, filter: { tags: { all: [$tag] } }) {
    nodes { name } pageInfo { hasNextPage endCursor } } }`
  const answer = await json<{ data: { variables: { nodes: { name: string }[]; pageInfo: object } } }>(
    'api',
    query,
    '--var',
    'tag=paged',
    '--paginate',
  )
  expect(answer.data.variables.nodes.map(({ name }) => name).sort()).toEqual(['page-a', 'page-b', 'page-c'])
  expect(answer.data.variables.pageInfo).toMatchObject({ hasNextPage: false })
  expect(await run('api', '{ viewer { actor } }', '--paginate')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('$after') })
  const none = 'query ($after: String) { variables(first: 2, after: $after) { nodes { name } } }'
  expect(await run('api', none, '--paginate')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('pageInfo') })
  const wrong = await run('api', query.replace('$tag: String!', '$tag: Int!'), '--paginate', '--var', 'tag=1')
  expect(wrong.code).toBe(1)
  expect(JSON.parse(wrong.stdout)).toHaveProperty('errors')
})

test('api follows a subscription, one line a message', async () => {
  const following = startWeir(['api', 'subscription ($since: String) { flowRunsChanged(since: $since) { cursor reset } }'], { home })
  await following.said(/^\{"data":\{"flowRunsChanged":\{"cursor":".+","reset":false\}\}\}\n/)
  following.child.kill('SIGINT')
  expect(await following.ended).toMatchObject({ stderr: '' })
})
