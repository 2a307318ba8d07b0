/** A TCP connection between two parts of the product that a test can cut, hold or slow down. */
import { createServer, connect, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

export interface Cable {
  /** Where the near end listens, on 127.0.0.1. */
  readonly port: number
  /** Connections break, new ones are refused. */
  cut(): Promise<void>
  /** Nothing passes and nobody is told: connections stay open, new ones are accepted, what is sent waits. */
  hold(): void
  /** What is sent arrives so many milliseconds later, in both directions. */
  slow(milliseconds: number): void
  /** As new. What was held passes now. */
  mend(): Promise<void>
  close(): Promise<void>
}

/** A cable to that port. HTTP requests through it keep naming the host they mean, so that its allow-list lets them in. */
export async function layCable(target: number): Promise<Cable> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  let held = false
  let delay = 0
  let server: Server

  const pass = (from: Socket, to: Socket, change: (chunk: Buffer) => Buffer) => {
    from.on('data', (chunk) => {
      const changed = change(chunk)
      if (delay === 0) to.write(changed)
      else setTimeout(() => to.destroyed || to.write(changed), delay)
    })
    from.on('error', () => {})
    from.on('close', () => to.destroy())
    if (held) from.pause()
  }
  const onConnection = (near: Socket) => {
    const far = connect(target, '127.0.0.1')
    const pair = { near, far }
    pairs.add(pair)
    near.setNoDelay(true)
    far.setNoDelay(true)
    pass(near, far, (chunk) => nameHost(chunk, cable.port, target))
    pass(far, near, (chunk) => chunk)
    near.on('close', () => pairs.delete(pair))
  }
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server = createServer(onConnection)
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  const breakAll = () => {
    for (const { near, far } of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    pairs.clear()
  }

  await listen(0)
  const cable: Cable = {
    port: (server!.address() as AddressInfo).port,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      breakAll()
      await closed
    },
    hold() {
      held = true
      for (const { near, far } of pairs) {
        near.pause()
        far.pause()
      }
    },
    slow(milliseconds) {
      delay = milliseconds
    },
    async mend() {
      held = false
      delay = 0
      for (const { near, far } of pairs) {
        near.resume()
        far.resume()
      }
      if (!server.listening) await listen(cable.port)
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      breakAll()
      await closed
    },
  }
  return cable
}

/** A request begins a chunk of its own: nobody here pipelines. */
function nameHost(chunk: Buffer, near: number, far: number): Buffer {
  const text = chunk.toString('latin1', 0, 2_048)
  if (!/^(GET|POST) /.test(text)) return chunk
  const host = /\r\nhost: 127\.0\.0\.1:(\d+)\r\n/i.exec(text)
  if (host?.[1] !== String(near)) return chunk
  const at = host.index + host[0].indexOf(host[1])
  return Buffer.concat([chunk.subarray(0, at), Buffer.from(String(far)), chunk.subarray(at + host[1].length)])
}
