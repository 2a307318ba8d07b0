/**
 * Who an API key is. One indexed read, then remembered for at most a minute in this isolate, unknown ids too, so that neither a busy worker nor a
 * guesser costs a query per request. What is remembered only says who asks: whether the key still holds, the record says with every batch
 * (`enter_workspace`), so a revoked or expired key is refused at once.
 */
import { parseApiKey } from '../../core/api-key.ts'
import type { Instant } from '../../core/instant.ts'
import { type FoundApiKey, findApiKey } from '../../db/queries/api-keys/api-keys.ts'
import type { SystemDb } from '../../db/system.ts'
import type { Actor } from './actor.ts'
import { hashSecret } from './hash-secret.ts'

const REMEMBERED_FOR = 60_000
const MOST_REMEMBERED = 10_000

interface Remembered {
  row: FoundApiKey | null
  until: Instant
}
const remembered = new WeakMap<SystemDb, Map<string, Remembered>>()

/** The actor; null when the text is no key of this cell, is unknown, wrong, expired or revoked. The reason is never told apart. */
export async function verifyApiKey(db: SystemDb, cell: string, text: string, now: Instant): Promise<Extract<Actor, { kind: 'api-key' }> | null> {
  const key = parseApiKey(text)
  if (!key || key.cell !== cell) return null
  const row = await lookUp(db, key.id, now)
  if (!row || !isSame(await hashSecret(key.secret), row.secretHash)) return null
  if (row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) return null
  const { id: apiKeyId, workspaceId, role, name, expiresAt, scopes, serviceAccount } = row
  return { kind: 'api-key', workspaceId, role, apiKeyId, name, expiresAt, scopes, serviceAccount }
}

async function lookUp(db: SystemDb, id: string, now: Instant): Promise<FoundApiKey | null> {
  let rows = remembered.get(db)
  if (!rows) {
    rows = new Map()
    remembered.set(db, rows)
  }
  const known = rows.get(id)
  if (known && known.until > now) return known.row
  const row = await db.run(findApiKey(id))
  rows.delete(id)
  if (rows.size >= MOST_REMEMBERED) rows.delete(rows.keys().next().value as string)
  rows.set(id, { row, until: now + REMEMBERED_FOR })
  return row
}

/** In a time that does not depend on where they differ; both are hex of one length. */
function isSame(left: string, right: string): boolean {
  let difference = left.length ^ right.length
  for (let index = 0; index < right.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  return difference === 0
}
