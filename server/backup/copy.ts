/** COPY over a `pg` connection, which has the messages and no interface for them. One at a time on a connection, in the text format. */
import type pg from 'pg'

/** What of pg's connection a COPY uses. */
interface Wire {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
  stream: NodeJS.WritableStream & { pause(): void; resume(): void; writableNeedDrain: boolean }
}

/** The part that both directions share: pg hands its messages to whoever was submitted. */
abstract class Copy {
  protected wire: Wire | null = null
  readonly #text: string
  readonly #outcome = Promise.withResolvers<void>()
  #error: Error | null = null

  constructor(text: string) {
    this.#text = text
  }

  /** When the server has answered. */
  get done(): Promise<void> {
    return this.#outcome.promise
  }

  submit(wire: Wire): void {
    this.wire = wire
    wire.query(this.#text)
  }

  protected fail(error: Error): void {
    this.#error ??= error
  }

  handleError(error: Error): void {
    this.fail(error)
    this.#outcome.reject(this.#error)
  }
  handleReadyForQuery(): void {
    if (this.#error) this.#outcome.reject(this.#error)
    else this.#outcome.resolve()
  }
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('nothing to copy in')
  }
  handleCopyData(_message: { chunk: Buffer }): void {}
}

class CopyOut extends Copy {
  readonly #write: (chunk: Buffer) => Promise<void>
  #writing: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(text: string, write: (chunk: Buffer) => Promise<void>) {
    super(text)
    this.#write = write
  }

  get written(): Promise<void> {
    return this.#writing
  }

  override handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The parser reuses its memory.
    const own = Buffer.from(chunk)
    this.#waiting += own.length
    if (this.#waiting > MAX_WAITING) this.wire?.stream.pause()
    this.#writing = this.#writing
      .then(() => this.#write(own))
      .catch((error: Error) => this.fail(error))
      .then(() => {
        this.#waiting -= own.length
        if (this.#waiting <= MAX_WAITING) this.wire?.stream.resume()
      })
  }
}

/** Bytes that may wait to be written until the server is asked to pause. */
const MAX_WAITING = 4 * 1024 * 1024

/** Hands each line that `select` yields to `write`; a slow writer slows the server. */
export async function copyOut(client: pg.Client, select: string, write: (line: Buffer) => Promise<void>): Promise<void> {
  const copy = new CopyOut(`copy (${select}) to stdout`, write)
  client.query(copy as unknown as pg.Submittable)
  await copy.done
  await copy.written
}

class CopyIn extends Copy {
  readonly #chunks: AsyncIterable<Buffer>

  constructor(text: string, chunks: AsyncIterable<Buffer>) {
    super(text)
    this.#chunks = chunks
  }

  override handleCopyInResponse(wire: Wire): void {
    void this.#send(wire)
  }

  async #send(wire: Wire): Promise<void> {
    try {
      for await (const chunk of this.#chunks) {
        wire.sendCopyFromChunk(chunk)
        if (wire.stream.writableNeedDrain) await new Promise((resolve) => wire.stream.once('drain', resolve))
      }
      wire.endCopyFrom()
    } catch (error) {
      this.fail(error as Error)
      wire.sendCopyFail((error as Error).message)
    }
  }
}

/** Copies the chunks into a table; a chunk that throws undoes the COPY and is what is thrown. */
export async function copyIn(client: pg.Client, target: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const copy = new CopyIn(`copy ${target} from stdin`, chunks)
  client.query(copy as unknown as pg.Submittable)
  await copy.done
}
