/** One POST of JSON over kept-alive connections of its own, for those who send many. */
import { type Agent, type ClientRequest, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { sayWhyNot } from './say-why-not.ts'

interface PostOptions {
  url: URL
  agent: Agent
  apiKey: string
  payload: Buffer | string
  /** Milliseconds without a byte. */
  timeout: number
  /** Told of the request, so that it can be ended early. */
  onRequest?(request: ClientRequest): void
}

/** Whatever was answered, and by whom: a proxy's page comes as text too. Rejects with the reason in words. */
export function postJson({
  url,
  agent,
  apiKey,
  payload,
  timeout,
  onRequest,
}: PostOptions): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new Error(sayWhyNot(error, url), { cause: error }))
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method: 'POST', agent, timeout, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }))
    })
    onRequest?.(request)
    request.on('timeout', () => request.destroy(new Error(`no answer for ${timeout / 1000} s`)))
    request.on('error', fail)
    request.end(payload)
  })
}
