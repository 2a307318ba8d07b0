/**
 * The text of an API key: `weir_<cell>_<id>_<secret>`. The cell tells where its workspace lives, so nobody has to look it up; the id (a UUID without
 * hyphens) finds its row; the secret (32 random bytes, base64url) proves it. Stored is the SHA-256 of the secret part's text, in lower-case hex, and nothing else.
 */

interface ApiKey {
  cell: string
  /** Hyphenated UUID. */
  id: string
  /** 43 characters. */
  secret: string
}

const API_KEY = /^weir_([a-z0-9]{1,20})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/

/** The parts; null when the text is no API key. */
export function parseApiKey(text: string): ApiKey | null {
  const match = API_KEY.exec(text)
  if (!match) return null
  const [, cell, hex, secret] = match as unknown as [string, string, string, string]
  return { cell, id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret }
}

/** The text. */
export const formatApiKey = ({ secret, ...key }: ApiKey): string => `${apiKeyPrefix(key)}_${secret}`

/** Everything but the secret. */
export const apiKeyPrefix = ({ cell, id }: Pick<ApiKey, 'cell' | 'id'>): string => `weir_${cell}_${id.replaceAll('-', '')}`
