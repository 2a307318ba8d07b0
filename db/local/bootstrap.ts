/** What a laptop's control plane starts with: one account, the workspace `default`, an admin key. Idempotent; run after `migrate`, on the same connection. */
import { newId } from '../../core/ids.ts'
import type { MigrationClient } from '../migrate.ts'

interface Bootstrap {
  /** The admin key that `local.key` holds: its id and the SHA-256 of its secret, hex. Replaces the admin key of an earlier start when it differs. */
  adminKey: { id: string; secretHash: string }
}

interface Bootstrapped {
  workspaceId: string
  /** False when the workspace was there. */
  created: boolean
}

/** Name and handle of the only workspace. */
const LOCAL_WORKSPACE = 'default'
const ADMIN_KEY_NAME = 'local admin'

/** One transaction. */
export async function bootstrap(client: MigrationClient, { adminKey }: Bootstrap): Promise<Bootstrapped> {
  await client.query('begin')
  try {
    await client.query('set local role weir_system')
    await client.query('lock table accounts in share row exclusive mode')
    const { rows } = await client.query('select id from workspaces where handle = $1', [LOCAL_WORKSPACE])
    const found = rows[0]?.id as string | undefined
    const workspaceId = found ?? newId()
    if (!found) {
      const accountId = newId()
      await client.query('insert into accounts (id, name, created_at) values ($1, $2, now())', [accountId, 'local'])
      await client.query('insert into workspaces (id, account_id, name, handle, created_at) values ($1, $2, $3, $3, now())', [
        workspaceId,
        accountId,
        LOCAL_WORKSPACE,
      ])
    }
    await client.query(
      `update api_keys set revoked_at = now()
       where workspace_id = $1 and name = $2 and created_by is null and revoked_at is null and (id, secret_hash) is distinct from ($3::uuid, $4::text)`,
      [workspaceId, ADMIN_KEY_NAME, adminKey.id, adminKey.secretHash],
    )
    await client.query(
      `insert into api_keys (workspace_id, id, name, role, secret_hash, created_at) values ($1, $2, $3, 'ADMIN', $4, now())
       on conflict (id) do nothing`,
      [workspaceId, adminKey.id, ADMIN_KEY_NAME, adminKey.secretHash],
    )
    await client.query('commit')
    return { workspaceId, created: found === undefined }
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
