/** One bucket over HTTP: signed requests that are tried again, uploads in parts, downloads that go on where they broke off. */
import { createHash } from 'node:crypto'
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { AwsV4Signer } from 'aws4fetch'
import { agentFor } from '../../client/http/agent.ts'
import { sleep } from '../../engine/clock.ts'
import { messageOf, UsageError, WeirError } from '../../errors.ts'

/** As AWS gives them. */
export interface S3Credentials {
  /** As `AWS_ACCESS_KEY_ID`. */
  accessKeyId: string
  /** As `AWS_SECRET_ACCESS_KEY`. */
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken?: string
}

/** Where the bucket is, and who asks: the options of `s3`, filled in. */
export interface S3Settings {
  bucket: string
  /** Without a slash at its end; Amazon's own is null. */
  endpoint: string | null
  region: string
  credentials: () => S3Credentials | Promise<S3Credentials>
  partSize: number
}

/** Tries of one request, and the pause before the second one, in milliseconds. */
const TRIES = 5
const FIRST_PAUSE = 100
/** Without a byte for so long, a connection is dead. */
const IDLE = 60_000
/** Parts on their way at the same time. */
const AT_ONCE = 2
const MOST_PARTS = 10_000

/** The provider refused. `status` and `awsCode` are its own. */
export class S3Error extends Error {
  readonly status: number
  readonly awsCode: string

  constructor(what: string, status: number, awsCode: string, message: string) {
    super(`${what}: ${awsCode || status}${message ? ` (${message})` : ''}`)
    this.name = 'S3Error'
    this.status = status
    this.awsCode = awsCode
  }
}

interface S3Request {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  object: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Uint8Array
}

/** An answer of 2xx, or of one of the statuses that were asked for. Whoever gets it reads `body` to its end or destroys it. */
export interface S3Answer {
  status: number
  headers: IncomingHttpHeaders
  body: IncomingMessage
}

/** Objects by their whole name. Errors are S3Error, or what the network said after the last try. */
export class Bucket {
  readonly #settings: S3Settings
  readonly #base: string
  readonly #agent: ReturnType<typeof agentFor>

  constructor(settings: S3Settings) {
    const { bucket, endpoint, region } = settings
    this.#settings = settings
    // A dot in the name fits no certificate of `*.s3…`.
    const isPath = endpoint !== null || bucket.includes('.')
    const amazon = `s3.${region}.amazonaws.com`
    this.#base = isPath ? `${endpoint ?? `https://${amazon}`}/${bucket}` : `https://${bucket}.${amazon}`
    this.#agent = agentFor(new URL(this.#base), 32)
  }

  /** Bytes of one part. */
  get partSize(): number {
    return this.#settings.partSize
  }

  /** The whole content under the name; a small one by one request. */
  async write(object: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const upload = new Upload(this, object)
    try {
      let part = new Part(this.partSize)
      for await (const piece of content) {
        for (let rest = part.take(piece); rest.byteLength > 0; rest = part.take(rest)) part = await upload.add(part)
      }
      await upload.finish(part)
    } catch (error) {
      await upload.abort()
      throw error
    }
  }

  /** Null when there is none. */
  async read(object: string): Promise<AsyncIterable<Uint8Array> | null> {
    const answer = await this.send({ method: 'GET', object }, [404])
    if (answer.status !== 404) return this.#follow(object, answer)
    const { code, message } = await readError(answer.body)
    if (code === 'NoSuchBucket') throw new S3Error(this.#what('GET', object), 404, code, message)
    return null
  }

  /** Nothing happens when there is none. */
  async delete(object: string, headers: Record<string, string> = {}): Promise<void> {
    const { body } = await this.send({ method: 'DELETE', object, headers }, [404, 412])
    body.resume()
  }

  /** Sends until it is answered; `accepted` = statuses beside 2xx that are no error. */
  async send(request: S3Request, accepted: readonly number[] = []): Promise<S3Answer> {
    for (let tried = 1; ; tried++) {
      const last = tried === TRIES
      try {
        const answer = await this.#sendOnce(request)
        if ((answer.status >= 200 && answer.status < 300) || accepted.includes(answer.status)) return answer
        const { code, message } = await readError(answer.body)
        const isPassing = answer.status >= 500 || answer.status === 429 || code === 'SlowDown' || code === 'RequestTimeout'
        if (!isPassing || last) throw new S3Error(this.#what(request.method, request.object), answer.status, code, message)
      } catch (error) {
        if (error instanceof S3Error || error instanceof WeirError) throw error
        if (last) throw new Error(`${this.#what(request.method, request.object)}: ${messageOf(error)}`, { cause: error })
      }
      await sleep(FIRST_PAUSE * 2 ** (tried - 1) * (0.5 + Math.random()))
    }
  }

  async #sendOnce({ method, object, query = {}, headers = {}, body }: S3Request): Promise<S3Answer> {
    const url = new URL(`${this.#base}/${object.split('/').map(encodeURIComponent).join('/')}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex')
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': digest },
      service: 's3',
      region: this.#settings.region,
      ...(await this.#settings.credentials()),
    })
    const signed = await signer.sign()
    const length = body === undefined && method === 'GET' ? {} : { 'content-length': String(body?.byteLength ?? 0) }
    return new Promise((resolve, reject) => {
      const send = signed.url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(
        signed.url,
        { method, agent: this.#agent, timeout: IDLE, headers: { ...Object.fromEntries(signed.headers), ...length } },
        (answer) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }),
      )
      request.on('timeout', () => request.destroy(new Error(`nothing came for ${IDLE / 1_000} s`)))
      request.on('error', reject)
      request.end(body)
    })
  }

  /** The content, read on from where the connection broke. */
  async *#follow(object: string, { headers, body: first }: S3Answer): AsyncGenerator<Uint8Array> {
    const size = Number(headers['content-length'])
    let body = first
    let at = 0
    for (let broken = 0; ; ) {
      try {
        for await (const piece of body) {
          at += (piece as Uint8Array).byteLength
          yield piece as Uint8Array
        }
        if (at >= size || Number.isNaN(size)) return
        throw new Error('the connection ended early')
      } catch (error) {
        if (at >= size || ++broken >= TRIES) throw new Error(`${this.#what('GET', object)}: ${messageOf(error)}`, { cause: error })
      } finally {
        body.destroy()
      }
      const { etag } = headers
      const answer = await this.send({ method: 'GET', object, headers: { range: `bytes=${at}-`, ...(etag ? { 'if-match': etag } : {}) } })
      if (answer.status !== 206) {
        answer.body.destroy()
        throw new Error(`${this.#what('GET', object)}: the connection broke, and the provider gives no parts`)
      }
      body = answer.body
    }
  }

  #what(method: string, object: string): string {
    return `${method} s3://${this.#settings.bucket}/${object}`
  }
}

/** What is being gathered for one request. Used again and again: buffers that are thrown away pile up faster than they are collected. */
class Part {
  readonly #limit: number
  #buffer = Buffer.alloc(0)
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** What is in it, until it is cleared. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#size)
  }

  clear(): void {
    this.#size = 0
  }

  /** Copies what fits; gives the rest. */
  take(piece: Uint8Array): Uint8Array {
    const taken = piece.subarray(0, this.#limit - this.#size)
    const size = this.#size + taken.byteLength
    if (size > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(size, this.#buffer.length * 2)))
      larger.set(this.bytes)
      this.#buffer = larger
    }
    this.#buffer.set(taken, this.#size)
    this.#size = size
    return piece.subarray(taken.byteLength)
  }
}

/** One object on its way up: by one request, or in parts as soon as there is more than one. */
class Upload {
  readonly #bucket: Bucket
  readonly #object: string
  #id: string | null = null
  #parts = 0
  readonly #etags: string[] = []
  readonly #running = new Set<Promise<void>>()
  #failed: { error: unknown } | null = null
  /** Their bytes have arrived. */
  readonly #free: Part[] = []

  constructor(bucket: Bucket, object: string) {
    this.#bucket = bucket
    this.#object = object
  }

  /** Sends a full part; gives one for the next bytes. Waits while enough are on their way. */
  async add(part: Part): Promise<Part> {
    await this.#start(part)
    return this.#free.pop() ?? new Part(this.#bucket.partSize)
  }

  async #start(part: Part): Promise<void> {
    this.#id ??= await this.#begin()
    const number = ++this.#parts
    if (number > MOST_PARTS) throw new UsageError(`${this.#object} has more than ${MOST_PARTS} parts`, 'Raise partSize of s3.')
    const sent: Promise<void> = this.#send(number, part.bytes).then(
      () => {
        part.clear()
        this.#free.push(part)
        this.#running.delete(sent)
      },
      (error: unknown) => {
        this.#failed ??= { error }
        this.#running.delete(sent)
      },
    )
    this.#running.add(sent)
    while (this.#running.size >= AT_ONCE) await Promise.race(this.#running)
    if (this.#failed) throw this.#failed.error
  }

  /** What is left over; after it the object is there. */
  async finish(rest: Part): Promise<void> {
    if (this.#id === null) {
      const { body } = await this.#bucket.send({ method: 'PUT', object: this.#object, body: rest.bytes })
      body.resume()
      return
    }
    if (rest.bytes.byteLength > 0) await this.#start(rest)
    await Promise.all(this.#running)
    if (this.#failed) throw (this.#failed as { error: unknown }).error
    const parts = this.#etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`)
    const body = Buffer.from(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`)
    const headers = { 'content-type': 'application/xml' }
    const answer = await this.#bucket.send({ method: 'POST', object: this.#object, query: { uploadId: this.#id }, headers, body })
    // The answer begins before the work is done, and may turn out to be an error.
    const text = await readText(answer.body)
    if (text.includes('<Error>')) throw new S3Error(`completing ${this.#object}`, answer.status, tag(text, 'Code'), tag(text, 'Message'))
    this.#id = null
  }

  /** So that no parts are left over, which cost money. Never rejects. */
  async abort(): Promise<void> {
    if (this.#id === null) return
    await Promise.all(this.#running)
    try {
      const { body } = await this.#bucket.send({ method: 'DELETE', object: this.#object, query: { uploadId: this.#id } }, [404])
      body.resume()
    } catch {}
  }

  async #begin(): Promise<string> {
    const { body } = await this.#bucket.send({ method: 'POST', object: this.#object, query: { uploads: '' } })
    return tag(await readText(body), 'UploadId')
  }

  async #send(number: number, part: Uint8Array): Promise<void> {
    const query = { partNumber: String(number), uploadId: this.#id as string }
    const { headers, body } = await this.#bucket.send({ method: 'PUT', object: this.#object, query, body: part })
    body.resume()
    this.#etags[number - 1] = headers.etag ?? ''
  }
}

async function readError(body: IncomingMessage): Promise<{ code: string; message: string }> {
  const text = await readText(body)
  return { code: tag(text, 'Code'), message: tag(text, 'Message') }
}

async function readText(body: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of body) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The text of the first element of this name; empty when there is none. */
const tag = (xml: string, name: string): string =>
  (new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '').replace(
    /&(lt|gt|amp|quot|apos);/g,
    (_, entity: string) => ENTITIES[entity] as string,
  )

const escapeXml = (text: string): string => text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`)
