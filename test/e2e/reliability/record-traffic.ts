/** A door before the control plane that keeps the bodies of everything that passes, in both directions. */
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TrafficRecorder {
  url: string
  text(): string
  close(): Promise<void>
}

export async function recordTraffic(target: string): Promise<TrafficRecorder> {
  const kept: Buffer[] = []
  const keep = (from: IncomingMessage) => from.on('data', (piece: Buffer) => void kept.push(piece))
  const server = createServer((incoming, answer) => {
    keep(incoming)
    const headers = { ...incoming.headers, host: new URL(target).host, 'accept-encoding': 'identity' }
    const onward = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (from) => {
      keep(from)
      answer.writeHead(from.statusCode ?? 502, from.headers)
      from.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: () => Buffer.concat(kept).toString('utf8'),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
