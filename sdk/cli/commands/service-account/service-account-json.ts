import { statusOf } from '../api-key/api-key-json.ts'
import type { ServiceAccountRow } from './documents.ts'

/** The shape of a service account in `-o json`; stable. */
export const serviceAccountJson = (account: ServiceAccountRow) => ({
  id: account.uuid,
  name: account.name,
  role: account.role,
  description: account.description,
  activeKeys: account.apiKeys.filter((key) => statusOf(key) === 'active').length,
  createdAt: account.createdAt,
  createdBy: account.createdBy,
})
