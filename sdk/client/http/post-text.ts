/**
 * One POST, and the answer as text. It loads as little of Node as will do: Node's own `fetch`, and every `import` of `node:http` (it reads all that the module
 * could export), load a client of 40 ms; a command may take 120 ms in all, and the reports of a short script must not be late for it.
 */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { proxyFor } from './proxy.ts'

interface PostTextOptions {
  headers: Record<string, string>
  body: string
  /** Milliseconds for everything. */
  timeout: number
  /** Ends it early. */
  signal?: AbortSignal
}

/**
 * Whatever was answered, a redirect too. Rejects with an error whose `cause` says why, with one named TimeoutError, or with what `signal` is aborted with.
 */
export async function postText(
  address: string,
  { headers, body, timeout, signal }: PostTextOptions,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const url = new URL(address)
  const bytes = Buffer.from(body)
  const { request: send } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  // Node's own agent keeps connections alive, too.
  const agent = proxyFor(url) === null ? {} : { agent: (await import('./agent.ts')).sharedAgentFor(url) }
  signal?.throwIfAborted()
  return await new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout
    const abort = () => request.destroy()
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    const fail = (error: Error) => {
      settle()
      if (signal?.aborted) reject(signal.reason)
      else reject(error.name === 'TimeoutError' ? error : new Error('no answer', { cause: error }))
    }
    const request: ClientRequest = send(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': String(bytes.length) }, ...agent },
      (response: IncomingMessage) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', fail)
        response.on('end', () => {
          settle()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') })
        })
      },
    )
    timer = setTimeout(() => request.destroy(Object.assign(new Error(`no answer for ${timeout / 1_000} s`), { name: 'TimeoutError' })), timeout)
    signal?.addEventListener('abort', abort, { once: true })
    request.on('error', fail)
    request.end(bytes)
  })
}
