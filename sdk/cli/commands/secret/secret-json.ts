import type { SecretRow } from './documents.ts'

/** The shape of a secret in `-o json`; stable, and without its value. */
export const secretJson = (secret: SecretRow) => ({
  id: secret.uuid,
  name: secret.name,
  createdAt: secret.createdAt,
  updatedAt: secret.updatedAt,
  updatedBy: secret.updatedBy,
})
