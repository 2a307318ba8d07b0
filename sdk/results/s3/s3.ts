/** Results in a bucket: Amazon S3, Cloudflare R2, MinIO, or anything else that speaks S3. What does the work is loaded when it is first needed. */
import { UsageError } from '../../errors.ts'
import { checkKeys } from '../../check-options.ts'
import { checkResultKey, isResultKey, type ResultStore } from '../result-store.ts'
import { describeAs } from '../store-descriptions.ts'
import type { S3Credentials, S3Settings } from './bucket.ts'

/** Which bucket, where, and with which credentials. */
export interface S3Options {
  /** Its name. It has to be there. */
  bucket: string
  /** Begins every key, with a `/` after it. */
  prefix?: string
  /** Of another provider: `https://ACCOUNT.r2.cloudflarestorage.com`, `http://127.0.0.1:9000`. By default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else Amazon's. */
  endpoint?: string
  /** By default AWS_REGION, AWS_DEFAULT_REGION, else us-east-1. For R2 `auto`. */
  region?: string
  /** Or a function that gives them anew for each request. By default AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
  credentials?: S3Credentials | (() => S3Credentials | Promise<S3Credentials>)
  /** Bytes of one part of a large result, 5 MiB by default, which is the least that Amazon takes; three are in memory at most, and a result has at most 10,000. */
  partSize?: number
}

const OPTIONS = ['bucket', 'prefix', 'endpoint', 'region', 'credentials', 'partSize'] as const
const PART = 5 * 1_048_576

/**
 * Results as objects of a bucket. Large ones go up in parts and come down as a stream, so that none is ever in memory as a whole. Locks need a provider that
 * writes on conditions (`If-None-Match`: Amazon, R2, MinIO); without it they are refused.
 */
export function s3(options: S3Options): ResultStore {
  if (typeof options !== 'object' || options === null) throw new UsageError("s3 needs options: s3({ bucket: 'name' })")
  checkKeys(options, OPTIONS, 's3')
  const settings = fillIn(options)
  const { prefix = '' } = options
  if (prefix !== '' && !isResultKey(prefix))
    throw new UsageError(`prefix of s3 must be parts of A-Z a-z 0-9 . _ - = with / between them, and is "${prefix}"`)
  const base = prefix === '' ? '' : `${prefix}/`
  const address = `s3://${settings.bucket}/${base}`
  const objectOf = (key: string) => `${base}${checkResultKey(key)}`
  let opened: Promise<import('./bucket.ts').Bucket> | null = null
  const bucket = () => (opened ??= import('./bucket.ts').then(({ Bucket }) => new Bucket(settings)))
  const store: ResultStore = {
    write: async (key, content) => (await bucket()).write(objectOf(key), content),
    read: async (key) => (await bucket()).read(objectOf(key)),
    delete: async (key) => (await bucket()).delete(objectOf(key)),
    locate: (key) => `s3://${settings.bucket}/${objectOf(key)}`,
    keyOf(reference) {
      const key = reference.startsWith(address) ? reference.slice(address.length) : ''
      return isResultKey(key) ? key : null
    },
    async lock(name, signal) {
      const { lockObject } = await import('./lock-object.ts')
      return lockObject(await bucket(), `${base}locks`, name, signal)
    },
  }
  return typeof options.credentials === 'function' ? store : describeAs({ kind: 's3', options }, store)
}

function fillIn({ bucket, endpoint, region, credentials, partSize = PART }: S3Options, env: NodeJS.ProcessEnv = process.env): S3Settings {
  if (typeof bucket !== 'string' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new UsageError(`bucket of s3 must be a name of 3 to 63 characters out of a-z 0-9 . -, and is ${String(bucket)}`)
  if (!Number.isInteger(partSize) || partSize < 65_536)
    throw new UsageError(`partSize of s3 must be a whole number of bytes, 65,536 or more, and is ${String(partSize)}`)
  const given = endpoint ?? (env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || null)
  if (given !== null && !/^https?:$/.test(URL.canParse(given) ? new URL(given).protocol : ''))
    throw new UsageError(`endpoint of s3 must begin with http:// or https://, and is "${given}"`)
  return {
    bucket,
    endpoint: given === null ? null : given.replace(/\/+$/, ''),
    region: region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1'),
    credentials: typeof credentials === 'function' ? credentials : () => credentials ?? fromEnvironment(process.env),
    partSize,
  }
}

function fromEnvironment(env: NodeJS.ProcessEnv): S3Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError('s3 has no credentials', 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give s3({ credentials }).')
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}
