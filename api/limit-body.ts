/** A body of unknown length is read here once and refused when it is too long, so that no door has to count. */
import { WeirError } from './errors.ts'

/** The request with a body that is known to be at most `max` bytes; throws BODY_TOO_LARGE. */
export async function limitBody(request: Request, max: number): Promise<Request> {
  if (request.body === null) return request
  const declared = request.headers.get('content-length')
  if (declared !== null) {
    if (Number(declared) <= max) return request
    await request.body.cancel()
    throw tooLarge(max)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.byteLength
    if (length > max) throw tooLarge(max)
    chunks.push(chunk)
  }
  return new Request(request, { body: new Blob(chunks as Uint8Array<ArrayBuffer>[]) })
}

const tooLarge = (max: number): WeirError =>
  new WeirError('BODY_TOO_LARGE', `The body is longer than ${max / 1024 / 1024} MiB.`, {
    hint: 'Send less at once; large data belongs in your own storage, with a reference here.',
  })
