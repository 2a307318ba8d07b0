/**
 * Kept-alive connections to one control plane, through a proxy's tunnel (CONNECT) where one leads there. TLS is between this process and the control plane in
 * any case; certificates of one's own are Node's business (`NODE_EXTRA_CA_CERTS`).
 */
import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { proxyFor } from './proxy.ts'

/** How long a proxy may take to open a tunnel. */
const TUNNEL_TIMEOUT = 10_000

/** An agent for all requests to this address. `connections` = at most so many at a time. Throws when the proxy's address is none. */
export function agentFor(target: URL, connections: number): HttpAgent {
  const isSecure = target.protocol === 'https:' || target.protocol === 'wss:'
  const options = { keepAlive: true, maxSockets: connections }
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options)
  const proxy = proxyFor(target)
  if (proxy === null) return agent
  const port = target.port || (isSecure ? '443' : '80')
  return Object.assign(agent, {
    createConnection(to: object, done: (error: Error | null, socket?: Duplex) => void) {
      openTunnel(proxy, `${target.hostname}:${port}`).then(
        (socket) => done(null, isSecure ? connectTls({ ...to, socket }) : socket),
        (error: Error) => done(error),
      )
    },
  })
}

/** Requests to one origin at a time. */
const CONNECTIONS = 4
const shared = new Map<string, HttpAgent>()

/** The one of this process for all that goes to this origin now and then. */
export function sharedAgentFor(target: URL): HttpAgent {
  const agent = shared.get(target.origin) ?? agentFor(target, CONNECTIONS)
  shared.set(target.origin, agent)
  return agent
}

/** `code` of an error: the proxy opened no tunnel, so nobody behind it was asked. */
export const NO_TUNNEL = 'ERR_NO_TUNNEL'

/** A connection to `authority` (host:port) through the proxy. */
function openTunnel(proxy: URL, authority: string): Promise<Duplex> {
  const name = `the proxy ${proxy.host}`
  const noTunnel = (why: string) => Object.assign(new Error(`${name} ${why}`), { code: NO_TUNNEL })
  return new Promise((resolve, reject) => {
    const credentials = `${decode(proxy.username)}:${decode(proxy.password)}`
    const request: ClientRequest = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      agent: false,
      timeout: TUNNEL_TIMEOUT,
      headers: {
        host: authority,
        ...(proxy.username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
    })
    request.on('connect', (response, socket) => {
      const status = response.statusCode ?? 0
      if (status >= 200 && status < 300) return resolve(socket)
      socket.destroy()
      const wanted = proxy.username === '' ? 'wants a user and a password in its address' : 'does not accept the user and the password of its address'
      const hint = status === 407 ? `: it ${wanted} (http://user:password@host:port)` : ''
      reject(noTunnel(`opens no tunnel to ${authority} (${response.statusCode}${hint})`))
    })
    request.on('response', (response) => {
      response.destroy()
      reject(noTunnel(`opens no tunnel to ${authority} (${response.statusCode})`))
    })
    request.on('timeout', () => request.destroy(new Error(`no answer for ${TUNNEL_TIMEOUT / 1000} s`)))
    request.on('error', (error: NodeJS.ErrnoException) => reject(noTunnel(`cannot be reached: ${error.message || error.code}`)))
    request.end()
  })
}

/** A password is not always written as an address wants it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
