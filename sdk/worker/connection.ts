/**
 * The worker's one socket to its WorkPool: opened outbound, kept alive by a text ping, opened again when it is lost. The session (the worker process's
 * life) outlives every socket. Nothing here decides about runs.
 *
 * 1. After a loss the first try is quick; later ones wait longer, always with jitter, so that a pool of workers does not come back in one instant.
 * 2. Only a close that announces a restart (1012) spreads the workers over a whole minute.
 * 3. A refusal that will not change by asking again (bad key, unknown pool, wrong type, old protocol) ends the connection with its reason.
 */
import WebSocket from 'ws'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import type { ProtocolError } from '../../core/protocol/reports.ts'
import { MAX_SOCKET_MESSAGE_BYTES, SOCKET_PING, SOCKET_PONG } from '../../core/protocol/version.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'

/** Why the control plane will not talk to this worker. `code` is stable. */
export class ConnectionRefused extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly status: number
  constructor(code: string, message: string, hint?: string, status = 0) {
    super(message)
    this.name = 'ConnectionRefused'
    this.code = code
    this.hint = hint
    this.status = status
  }
}

/** Stays the same over any number of sockets. */
export interface Connection {
  /** Answers whether there was an open socket to say it on. */
  send(message: WorkerMessage): boolean
  readonly isOpen: boolean
  /** Closes for good. */
  close(): void
}

interface ConnectionOptions {
  apiUrl: string
  apiKey: string
  workPool: string
  /** Milliseconds between text pings. */
  ping: number
  /** The socket is open: say hello. */
  onOpen(): void
  onMessage(message: PoolMessage): void
  /** The socket is gone; `delay` = milliseconds until the next try. */
  onLost(reason: string, delay: number): void
  /** No further try. */
  onRefused(error: ConnectionRefused): void
}

/** Close code with which a server says that it restarts. */
const SERVICE_RESTART = 1012
const QUICK = 250
const LONGEST = 15_000
const RESTART_SPREAD = 60_000
const OPEN_TIMEOUT = 10_000

/** Begins to connect and returns at once; what happens is told to the options' functions. Never throws. */
export function connect(options: ConnectionOptions): Connection {
  const url = new URL(options.apiUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.pathname = `${url.pathname.replace(/\/$/, '')}/connect`
  url.search = new URLSearchParams({ pool: options.workPool }).toString()

  let socket: WebSocket | null = null
  let closed = false
  let tries = 0
  let retryTimer: NodeJS.Timeout | null = null
  let pingTimer: NodeJS.Timeout | null = null

  const open = () => {
    if (closed) return
    const opening = new WebSocket(url, {
      headers: { authorization: `Bearer ${options.apiKey}` },
      maxPayload: MAX_SOCKET_MESSAGE_BYTES * 4,
      perMessageDeflate: false,
      handshakeTimeout: OPEN_TIMEOUT,
    })
    socket = opening
    let heard = performance.now()
    let welcomed = false
    let farewell: { code: string; message: string; retry: boolean } | null = null
    let gone = false

    opening.on('open', () => {
      const opened = performance.now()
      heard = opened
      let lastTick = { wall: Date.now(), monotonic: performance.now() }
      pingTimer = setInterval(() => {
        // A machine that slept keeps a socket that nobody holds on the other side: do not wait for it.
        const slept = Date.now() - lastTick.wall - (performance.now() - lastTick.monotonic) > options.ping
        lastTick = { wall: Date.now(), monotonic: performance.now() }
        // A pong shows that the socket lives, not that our hello was understood: its object may have been replaced before it could answer.
        const unwelcome = !welcomed && performance.now() - opened > OPEN_TIMEOUT
        if (slept || unwelcome || performance.now() - heard > options.ping * 2.5) return opening.terminate()
        opening.send(SOCKET_PING)
      }, options.ping)
      options.onOpen()
    })
    opening.on('message', (data, isBinary) => {
      heard = performance.now()
      const text = String(data)
      if (isBinary || text === SOCKET_PONG) return
      let message: PoolMessage
      try {
        message = JSON.parse(text) as PoolMessage
      } catch {
        return
      }
      if (message.type === 'welcome') {
        welcomed = true
        tries = 0
      }
      if (message.type === 'goodbye') farewell = message
      options.onMessage(message)
    })
    opening.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        const error = readRefusal(status, Buffer.concat(chunks).toString('utf8'), options.workPool)
        opening.terminate()
        if (status >= 400 && status < 500 && status !== 408 && status !== 429) refuse(error)
        else lost(`${error.message}`, 0)
      })
    })
    opening.on('error', (error: NodeJS.ErrnoException) =>
      lost(error.code === 'ECONNREFUSED' ? `nothing listens at ${options.apiUrl}` : error.message, 0),
    )
    opening.on('close', (code, reason) => {
      if (farewell && !farewell.retry) return refuse(new ConnectionRefused(farewell.code, farewell.message))
      lost(farewell?.message ?? (reason.toString() || `connection closed (${code})`), code)
    })

    const end = () => {
      const first = !gone
      gone = true
      if (socket === opening) {
        socket = null
        if (pingTimer) clearInterval(pingTimer)
      }
      return first && !closed
    }
    const refuse = (error: ConnectionRefused) => {
      if (!end()) return
      closed = true
      options.onRefused(error)
    }
    const lost = (reason: string, code: number) => {
      if (!end()) return
      const spread = code === SERVICE_RESTART ? RESTART_SPREAD : tries === 0 ? QUICK : Math.min(LONGEST, 500 * 2 ** Math.min(tries, 10))
      const delay = Math.random() * spread + (tries === 0 ? 0 : spread / 4)
      tries++
      retryTimer = setTimeout(open, delay)
      options.onLost(reason, delay)
    }
  }
  open()

  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(message))
      return true
    },
    get isOpen() {
      return socket?.readyState === WebSocket.OPEN
    },
    close() {
      closed = true
      if (retryTimer) clearTimeout(retryTimer)
      if (pingTimer) clearInterval(pingTimer)
      socket?.close(1000)
      socket = null
    },
  }
}

function readRefusal(status: number, body: string, workPool: string): ConnectionRefused {
  let error: ProtocolError['error'] | undefined
  try {
    error = (JSON.parse(body) as ProtocolError).error
  } catch {
    // Not ours: a proxy's page, or another program on that port.
  }
  if (error?.code) return new ConnectionRefused(error.code, error.message, error.hint, status)
  if (status === 401 || status === 403)
    return new ConnectionRefused('unauthenticated', 'the control plane does not accept this API key', undefined, status)
  if (status === 404) return new ConnectionRefused('not_found', `the control plane knows no work pool "${workPool}", or is none`, undefined, status)
  return new ConnectionRefused('unexpected_answer', `expected a WebSocket, got status ${status}`, undefined, status)
}
