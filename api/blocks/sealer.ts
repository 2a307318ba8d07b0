/**
 * Sealing: AES-256-GCM with a key that only the Worker has. Text form: `s1.<key id>.<nonce>.<sealed>`, the last two base64url.
 *
 * 1. What a value belongs to (workspace, block, field) is part of what is sealed: a sealed text that was moved elsewhere does not open.
 * 2. The first key seals, all of them open. A key's id is the beginning of its SHA-256, so that nobody has to name keys.
 */
import { WeirError } from '../errors.ts'
import { fromBase64Url, toBase64Url } from '../auth/signature.ts'

export interface Sealer {
  /** Id of the key that seals. Throws NOT_READY where there is none. */
  keyId(): Promise<string>
  /** Sealed text of a value that belongs to `place`. Throws NOT_READY where there is no key. */
  seal(value: string, place: readonly string[]): Promise<string>
  /** The value. Throws CannotOpen. */
  open(sealed: string, place: readonly string[]): Promise<string>
}

/** Why a sealed text does not open; never with a value in it. */
export class CannotOpen extends Error {
  /** Id of the key that we do not have; null when the text is not what was sealed here. */
  readonly missingKey: string | null
  constructor(missingKey: string | null) {
    super(
      missingKey === null
        ? 'it is not what was sealed for this place'
        : `it was sealed with key ${missingKey}, which this control plane does not have`,
    )
    this.name = 'CannotOpen'
    this.missingKey = missingKey
  }
}

const FORM = 's1'
const NONCE_BYTES = 12
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const sealers = new Map<string, Sealer>()

/** The sealer of these keys, made once: `SECRETS_KEY` of the Worker. One that cannot be read is told when it is first needed. */
export function sealerOf(keys: string | undefined): Sealer {
  const text = keys ?? ''
  let sealer = sealers.get(text)
  if (!sealer) {
    sealer = makeSealer(text)
    sealers.set(text, sealer)
  }
  return sealer
}

interface Key {
  id: string
  key: CryptoKey
}

function makeSealer(text: string): Sealer {
  let reading: Promise<Key[]> | undefined
  const keys = () => {
    reading ??= readKeys(text)
    return reading
  }
  return {
    keyId: async () => (await sealingKey(await keys())).id,
    async seal(value, place) {
      const { id, key } = sealingKey(await keys())
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: bindingOf(id, place) }, key, encoder.encode(value))
      return [FORM, id, toBase64Url(nonce), toBase64Url(new Uint8Array(sealed))].join('.')
    },
    async open(sealed, place) {
      const [form, id, nonce = '', content = '', ...rest] = sealed.split('.')
      const [iv, bytes] = [fromBase64Url(nonce), fromBase64Url(content)]
      if (form !== FORM || id === undefined || rest.length > 0 || iv?.length !== NONCE_BYTES || !bytes) throw new CannotOpen(null)
      const found = (await keys()).find((one) => one.id === id)
      if (!found) throw new CannotOpen(id.slice(0, 20))
      try {
        return decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: bindingOf(id, place) }, found.key, bytes))
      } catch {
        throw new CannotOpen(null)
      }
    },
  }
}

/** What a value is bound to, apart from every other place. */
const bindingOf = (keyId: string, place: readonly string[]): Uint8Array<ArrayBuffer> => encoder.encode(JSON.stringify([FORM, keyId, ...place]))

async function readKeys(text: string): Promise<Key[]> {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  return Promise.all(
    parts.map(async (part) => {
      const bytes = fromBase64Url(part)
      if (bytes?.length !== 32) throw notReady('SECRETS_KEY of this control plane cannot be read: each key must be 32 bytes in base64url.')
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
      const id = [...hash.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      return { id, key: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) }
    }),
  )
}

function sealingKey([key]: Key[]): Key {
  if (!key) throw notReady('This control plane has no key to seal secrets with.')
  return key
}

const notReady = (message: string): WeirError =>
  new WeirError('NOT_READY', message, { hint: 'Whoever runs it sets SECRETS_KEY: docs/deploying.md, docs/self-hosting.md.' })
