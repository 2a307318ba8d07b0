import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { connectSystem } from '../../../db/system.ts'
import { readChanges } from '../../../db/queries/changes/read-changes.ts'
test('x', async () => {
  const e = env as any
  const system = connectSystem({ url: e.SYSTEM_DATABASE_URL, fetch: (i: any, n: any) => e.SQL.fetch(i, n) })
  const a = await system.inWorkspace('0199a5b0-0000-7000-8000-000000000001').run(readChanges({ topic: 'flow-runs', after: null, limit: 3 }))
  console.log(a)
  expect(a.changes).toEqual([])
})
