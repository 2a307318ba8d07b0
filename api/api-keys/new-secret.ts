/** The secret of a key: 32 random bytes. The record keeps its hash, and nobody can read it again. */
import { hashSecret } from '../auth/hash-secret.ts'
import { toBase64Url } from '../auth/signature.ts'

/** A secret and what the record keeps of it. */
export async function newSecret(): Promise<{ secret: string; secretHash: string }> {
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
  return { secret, secretHash: await hashSecret(secret) }
}
