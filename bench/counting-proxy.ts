/** A plain way to the control plane that counts what goes over it: requests by path, and messages of sockets by direction. */
import http from 'node:http'
import net from 'node:net'

export interface CountingProxy {
  url: string
  /** Requests since the last `reset`, by path. */
  requests: Map<string, number>
  /** WebSocket frames since the last `reset`. */
  frames: { toWorker: number; fromWorker: number }
  reset(): void
  stop(): Promise<void>
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  // The control plane answers to its own name only.
  const { host, hostname, port } = new URL(target)
  const requests = new Map<string, number>()
  const frames = { toWorker: 0, fromWorker: 0 }
  const agent = new http.Agent({ keepAlive: true })
  const sockets = new Set<net.Socket>()
  const count = (path: string) => requests.set(path, (requests.get(path) ?? 0) + 1)
  const server = http.createServer((request, response) => {
    count(new URL(request.url ?? '/', target).pathname)
    const { method, url: path } = request
    const headers = { ...request.headers, host }
    const onward = http.request({ hostname, port, agent, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  server.on('upgrade', (request, socket: net.Socket, head) => {
    count(new URL(request.url ?? '/', target).pathname)
    const onward = net.connect(Number(port), hostname, () => {
      const headers = Object.entries({ ...request.headers, host }).map(([name, value]) => `${name}: ${value}`)
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
      if (head.length > 0) onward.write(head)
      socket.on('data', (part) => {
        frames.fromWorker += 1
        onward.write(part)
      })
      onward.on('data', (part) => {
        frames.toWorker += 1
        socket.write(part)
      })
    })
    for (const end of [socket, onward]) {
      sockets.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        sockets.delete(end)
        socket.destroy()
        onward.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    requests,
    frames,
    reset: () => {
      requests.clear()
      frames.toWorker = frames.fromWorker = 0
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      agent.destroy()
    },
  }
}
