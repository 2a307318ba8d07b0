/**
 * HMAC-SHA-256 over small JSON values with the Worker's `TOKEN_SECRET`. The purpose is part of what is signed, so that a run token can never pass for
 * a session. Text form: `<payload>.<signature>`, both base64url.
 */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const keys = new Map<string, Promise<CryptoKey>>()

/** `run` for runners, `session` for browsers, `sign-in` for the one-time link that starts a session. */
type Purpose = 'run' | 'session' | 'sign-in'

/** Longest text that is looked at; ours are below 400 characters. */
const MAX_LENGTH = 1_024

/** Signs a value. */
export async function sign(secret: string, purpose: Purpose, value: object): Promise<string> {
  const payload = toBase64Url(encoder.encode(JSON.stringify(value)))
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), encoder.encode(`${purpose}.${payload}`))
  return `${payload}.${toBase64Url(new Uint8Array(signature))}`
}

/** The value that was signed for this purpose; null for any other text. */
export async function unsign(secret: string, purpose: Purpose, text: string): Promise<unknown> {
  if (text.length > MAX_LENGTH) return null
  const [payload, signature, ...rest] = text.split('.')
  if (!payload || !signature || rest.length > 0) return null
  const bytes = fromBase64Url(signature)
  // Its last character has bits that belong to no byte. Were they ignored, a token had several spellings, and a link that works once would work again.
  if (!bytes || toBase64Url(bytes) !== signature) return null
  if (!(await crypto.subtle.verify('HMAC', await keyOf(secret), bytes, encoder.encode(`${purpose}.${payload}`)))) return null
  const json = fromBase64Url(payload)
  if (!json) return null
  try {
    return JSON.parse(decoder.decode(json))
  } catch {
    return null
  }
}

/** Imported once per secret: importing costs more than signing. */
function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret)
  if (!key) {
    const bytes = fromBase64Url(secret)
    if (!bytes || bytes.length < 32) throw new Error('TOKEN_SECRET must be at least 32 bytes in base64url')
    key = crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
    keys.set(secret, key)
  }
  return key
}

/** Base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes; null when the text is no base64url. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
