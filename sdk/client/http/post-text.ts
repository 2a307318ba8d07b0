/**
 * One POST by a process that sends few: loads as little of Node as will do. Node's own `fetch`, and every `import` of `node:http` (it reads all that the module
 * could export), load a client of 40 ms; a command may take 120 ms in all.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import { proxyFor } from './proxy.ts'

interface PostTextOptions {
  headers: Record<string, string>
  body: string
  /** Milliseconds for everything. */
  timeout: number
}

/** Whatever was answered, as text. Rejects with an error whose `cause` says why, or named TimeoutError. */
export async function postText(address: string, { headers, body, timeout }: PostTextOptions): Promise<{ status: number; text: string }> {
  const url = new URL(address)
  const { request: send } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const agent = proxyFor(url) === null ? {} : { agent: (await import('./agent.ts')).agentFor(url, 1) }
  return await new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error.name === 'TimeoutError' ? error : new Error('no answer', { cause: error }))
    }
    const request: ClientRequest = send(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, ...agent },
      (response: IncomingMessage) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', fail)
        response.on('end', () => {
          clearTimeout(timer)
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })
        })
      },
    )
    timer = setTimeout(() => request.destroy(Object.assign(new Error('no answer'), { name: 'TimeoutError' })), timeout)
    request.on('error', fail)
    request.end(body)
  })
}
