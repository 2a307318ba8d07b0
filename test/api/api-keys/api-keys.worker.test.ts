import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { sqlStatement, systemStatement } from '../../../db/statement.ts'
import { askAs, makeStage, system } from '../support.ts'

test('a key works at once, is stored as a hash only, and is noted in the audit', async () => {
  const { ask, workspaceId } = await makeStage()
  const { data } = await ask('mutation { createApiKey(input: { name: "ci", role: VIEWER }) { ... on CreateApiKeySuccess { id name key } } }')
  const { id, key } = data.createApiKey as { id: string; key: string }
  expect(key).toMatch(/^weir_test_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/)
  expect((await askAs(key)('{ viewer { actor } }')).data.viewer.actor).toBe('key "ci"')
  const rows = (statement: ReturnType<typeof sql>) =>
    system.run(
      systemStatement(
        sqlStatement(
          () => statement,
          (found: Record<string, unknown>[]) => found,
        ),
      ),
    )
  const [row] = await rows(sql`select * from api_keys where id = ${id}::uuid`)
  expect(JSON.stringify(row)).not.toContain(key.slice(-43))
  const [audit] = await rows(sql`select actor, action, subject from audit_rows where workspace_id = ${workspaceId}::uuid`)
  expect(audit).toEqual({ actor: 'key "admin"', action: 'api-keys:create', subject: id })
})

test('a key that would be of no use is refused', async () => {
  const { ask } = await makeStage()
  const make = async (input: string) =>
    (await ask(`mutation { createApiKey(input: { ${input} }) { __typename ... on Error { path } } }`)).data.createApiKey
  expect(await make('name: "", role: ADMIN')).toEqual({ __typename: 'ValidationError', path: ['name'] })
  expect(await make('name: "a/b", role: ADMIN')).toEqual({ __typename: 'ValidationError', path: ['name'] })
  expect(await make('name: "x", role: ADMIN, expiresAt: "2020-01-01T00:00:00Z"')).toEqual({ __typename: 'ValidationError', path: ['expiresAt'] })
})
