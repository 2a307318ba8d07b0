/**
 * A lock as an object that is written on the condition that there is none. Its holder writes it anew again and again; one that was not for a while was left
 * behind by a dead process, and whoever takes it over does so on the condition that it is still that one. Ages are by the provider's clock.
 */
import { createHash, randomUUID } from 'node:crypto'
import { sleep } from '../../engine/clock.ts'
import { UsageError } from '../../errors.ts'
import type { Bucket } from './bucket.ts'

/** Milliseconds: how old a lock may become, how often its holder writes it, and between two tries. */
const LEASE = 30_000
const RENEWAL = 10_000
const TRY = { first: 100, factor: 1.5, longest: 2_000 }
/** Written twice, or written by somebody else meanwhile. */
const REFUSED = [409, 412]

const checked = new WeakSet<Bucket>()

/** Waits for the lock; rejects with the signal's reason when that is aborted first. Throws UsageError where the provider ignores conditions. */
export async function lockObject(bucket: Bucket, folder: string, name: string, signal: AbortSignal): Promise<() => Promise<void>> {
  if (!checked.has(bucket)) await checkConditions(bucket, `${folder}/probe-${randomUUID()}`)
  checked.add(bucket)
  const object = `${folder}/${createHash('sha256').update(name).digest('hex')}`
  for (let pause = TRY.first; ; pause = Math.min(pause * TRY.factor, TRY.longest)) {
    signal.throwIfAborted()
    const etag = (await put(bucket, object, { 'if-none-match': '*' })) ?? (await takeOver(bucket, object))
    if (etag !== null) return hold(bucket, object, etag)
    await sleep(pause * (0.5 + Math.random()), signal)
  }
}

/** Its etag; null when the condition did not hold. */
async function put(bucket: Bucket, object: string, condition: Record<string, string>): Promise<string | null> {
  // Different each time: equal contents have equal etags.
  const { status, headers, body } = await bucket.send({ method: 'PUT', object, headers: condition, body: Buffer.from(randomUUID()) }, [
    ...REFUSED,
    404,
  ])
  body.resume()
  return status >= 400 ? null : (headers.etag ?? '')
}

async function takeOver(bucket: Bucket, object: string): Promise<string | null> {
  const { status, headers, body } = await bucket.send({ method: 'GET', object }, [404])
  body.resume()
  if (status === 404) return null
  const age = Date.parse(headers.date ?? '') - Date.parse(headers['last-modified'] ?? '')
  return age > LEASE ? put(bucket, object, { 'if-match': headers.etag ?? '' }) : null
}

function hold(bucket: Bucket, object: string, first: string): () => Promise<void> {
  let etag: string | null = first
  let renewing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    const renew = async () => {
      if (etag !== null) etag = await put(bucket, object, { 'if-match': etag })
    }
    // What the network refuses now it may take the next time.
    renewing = renewing.then(renew).catch(() => {})
  }, RENEWAL)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await renewing
    if (etag !== null) await bucket.delete(object, { 'if-match': etag })
  }
}

/** A provider that ignores conditions would give the lock to everybody. */
async function checkConditions(bucket: Bucket, object: string): Promise<void> {
  await put(bucket, object, { 'if-none-match': '*' })
  const second = await put(bucket, object, { 'if-none-match': '*' })
  await bucket.delete(object)
  if (second === null) return
  throw new UsageError(
    'this S3 provider has no locks: it ignores the condition If-None-Match of a write',
    "Without isolation 'serializable' nothing needs a lock; Amazon S3, R2 and MinIO have them.",
  )
}
