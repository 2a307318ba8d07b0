/** One request with an agent of `agent.ts`, answered as `fetch` does. */
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { sharedAgentFor } from './agent.ts'

/** What of `fetch` a stream needs. */
export interface FetchInit {
  method: 'POST'
  headers: Record<string, string>
  body: string
  signal: AbortSignal
  redirect: 'error'
}

/** Rejects with a `TypeError` whose `cause` says why, or with the signal's reason. */
export async function requestThroughAgent(url: URL, { method, headers, body, signal }: FetchInit): Promise<Response> {
  const agent = sharedAgentFor(url)
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      { method, agent, headers: { ...headers, ...length }, signal },
      resolve,
    )
    request.on('error', (cause) => reject(signal.aborted ? signal.reason : new TypeError('fetch failed', { cause })))
    request.end(body)
  })
  const status = message.statusCode ?? 0
  if (status >= 300 && status < 400) {
    message.destroy()
    throw new TypeError('fetch failed', { cause: new Error(`it answered ${status}, a redirect`) })
  }
  const isEmpty = status === 204 || status === 205
  if (isEmpty) message.resume()
  const answered = new Headers()
  for (const [name, value] of Object.entries(message.headers)) answered.set(name, Array.isArray(value) ? value.join(', ') : (value ?? ''))
  return new Response(isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>), { status, headers: answered })
}
