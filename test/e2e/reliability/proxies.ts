/** What stands between a worker and the control plane in other people's networks: a gateway that understands HTTP only, and a proxy that opens tunnels. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { atEnd } from './worker.ts'

const TLS = join(import.meta.dirname, '..', '..', 'support', 'tls')
/** Certificate of the authority behind `secure` gateways, for weir.example. */
export const AUTHORITY = join(TLS, 'authority.pem')

export interface Gateway {
  readonly port: number
  /** `refuse`: a page says no. `break`: they open and end a moment later. */
  upgrades: 'pass' | 'refuse' | 'break'
  /** Requests that wait longer than so many milliseconds are broken off. */
  longest: number
  /** Ends all WebSockets that are open. */
  breakAll(): void
  /** WebSockets that it let through, and polls that it answered. */
  readonly counts: { sockets: number; polls: number }
}

/** A reverse proxy to that port. `secure`: with TLS of its own. */
export async function startGateway(target: number, { secure = false } = {}): Promise<Gateway> {
  const sockets = new Set<Duplex>()
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const gateway = { port: 0, upgrades: 'pass' as Gateway['upgrades'], longest: 60_000, counts: { sockets: 0, polls: 0 }, breakAll }
  const forward = (from: IncomingMessage) =>
    request({ host: '127.0.0.1', port: target, method: from.method, path: from.url, headers: { ...from.headers, host: `127.0.0.1:${target}` } })
  const onRequest: RequestListener = (from, to) => {
    if (from.url?.startsWith('/connect')) gateway.counts.polls++
    const onward = forward(from)
    const late = setTimeout(() => to.destroy(), gateway.longest)
    onward.on('response', (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(to)
    })
    onward.on('error', () => (to.headersSent ? to.destroy() : to.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')))
    to.on('close', () => {
      clearTimeout(late)
      onward.destroy()
    })
    from.pipe(onward)
  }
  const options = secure ? { key: readFileSync(join(TLS, 'server-key.pem')), cert: readFileSync(join(TLS, 'server.pem')) } : {}
  const server = secure ? createSecureServer(options, onRequest) : createServer(onRequest)
  server.on('upgrade', (from: IncomingMessage, near: Duplex) => {
    near.on('error', () => {})
    if (gateway.upgrades === 'refuse') return near.end('HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<p>No</p>')
    const onward = forward(from)
    onward.on('error', () => near.destroy())
    onward.on('response', () => near.destroy())
    onward.on('upgrade', (answer, far) => {
      const { counts, upgrades } = gateway
      counts.sockets++
      far.on('error', () => {})
      near.write(`HTTP/1.1 101 Switching Protocols\r\n${pairs(answer.rawHeaders)}\r\n\r\n`)
      near.pipe(far).pipe(near)
      sockets.add(near)
      near.on('close', () => sockets.delete(near) && far.destroy())
      far.on('close', () => near.destroy())
      if (upgrades === 'break') setTimeout(() => near.destroy(), 100)
    })
    onward.end()
  })
  gateway.port = await listen(server)
  return gateway
}

/** A proxy that opens tunnels with CONNECT, whatever the host, to that port. Answers its address and whom it was asked for. */
export async function startTunnels(target: number): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((_, to) => to.writeHead(405).end())
  server.on('connect', (from: IncomingMessage, near: Duplex) => {
    near.on('error', () => {})
    const credentials = Buffer.from(String(from.headers['proxy-authorization']).replace('Basic ', ''), 'base64').toString()
    if (credentials !== 'worker:p@ss') return near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    asked.push(String(from.url))
    const far = connect(target, '127.0.0.1', () => near.write('HTTP/1.1 200 Connection established\r\n\r\n'))
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    near.pipe(far).pipe(near)
  })
  return { address: `http://worker:p%40ss@127.0.0.1:${await listen(server)}`, asked }
}

async function listen(server: Server): Promise<number> {
  const open = new Set<Duplex>()
  server.on('connection', (socket) => open.add(socket).size && socket.on('close', () => open.delete(socket)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const pairs = (raw: string[]): string => raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1]}`] : [])).join('\r\n')
