/**
 * One WebSocket to the pool, kept alive by a text ping. It is given up when nothing was heard for too long, when its hello is not answered, when the machine
 * slept, and when the network takes nothing more.
 */
import WebSocket from 'ws'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import { MAX_SOCKET_MESSAGE_BYTES, SOCKET_PING, SOCKET_PONG } from '../../core/protocol/version.ts'
import { agentFor } from '../client/http/agent.ts'
import { sayWhyNot } from '../client/http/say-why-not.ts'
import {
  ConnectionRefused,
  isUnreachable,
  type Line,
  type LineEnd,
  type LineHandlers,
  type LineOptions,
  readRefusal,
  SERVICE_RESTART,
} from './line.ts'

const OPEN_TIMEOUT = 10_000
/** Close code of a connection that ended without one. */
const ABNORMAL = 1006
/** What the pool may say at once: an assignment carries parameters. */
const MAX_HEARD = MAX_SOCKET_MESSAGE_BYTES * 4
/** So much text that nobody takes: the network is stuck, and a new hello says it all. */
const MAX_UNSENT = 4 * 1024 * 1024

/** Begins to connect and returns at once. Never throws. */
export function openSocketLine({ url, apiKey, ping }: LineOptions, handlers: LineHandlers): Line {
  const address = new URL(url)
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(address, {
    headers: { authorization: `Bearer ${apiKey}` },
    agent: agentFor(url, 1),
    maxPayload: MAX_HEARD,
    perMessageDeflate: false,
    handshakeTimeout: OPEN_TIMEOUT,
  })
  let pingTimer: NodeJS.Timeout | null = null
  let heard = performance.now()
  let welcomed = false
  let farewell: { code: string; message: string; retry: boolean } | null = null
  let over = false

  const end = (how: LineEnd) => {
    if (pingTimer) clearInterval(pingTimer)
    if (over) return
    over = true
    handlers.onEnd(how)
  }

  const giveUp = (reason: string, fault: 'broken' | 'silent' = 'broken') => {
    end({ kind: 'lost', reason, code: 0, fault })
    socket.terminate()
  }

  socket.on('open', () => {
    const opened = performance.now()
    heard = opened
    let lastTick = { wall: Date.now(), monotonic: performance.now() }
    pingTimer = setInterval(() => {
      // A machine that slept keeps a socket that nobody holds on the other side: do not wait for it.
      const slept = Date.now() - lastTick.wall - (performance.now() - lastTick.monotonic) > ping
      lastTick = { wall: Date.now(), monotonic: performance.now() }
      // A pong shows that the socket lives, not that our hello was understood: its object may have been replaced before it could answer.
      if (!welcomed && performance.now() - opened > OPEN_TIMEOUT) return giveUp('the hello was not answered', 'silent')
      if (slept) return giveUp('this machine slept')
      if (performance.now() - heard > ping * 2.5) return giveUp(`nothing was heard for ${Math.round((ping * 2.5) / 1_000)} s`)
      if (socket.bufferedAmount > MAX_UNSENT) return giveUp('the network takes nothing more')
      socket.send(SOCKET_PING)
    }, ping)
    if (!over) handlers.onOpen()
  })
  socket.on('message', (data, isBinary) => {
    heard = performance.now()
    const text = String(data)
    if (isBinary || text === SOCKET_PONG || over) return
    let message: PoolMessage | null
    try {
      message = JSON.parse(text) as PoolMessage | null
    } catch {
      return
    }
    if (message === null) return
    if (message.type === 'welcome') welcomed = true
    if (message.type === 'goodbye') farewell = message
    else handlers.onMessage(message)
  })
  socket.on('unexpected-response', (_request, response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', () => {})
    response.on('close', () => {
      const status = response.statusCode ?? 0
      const error = readRefusal(status, Buffer.concat(chunks).toString('utf8'))
      socket.terminate()
      // The control plane answers an upgrade that has lost its headers on the way as a request that is none; so does everything else on the way.
      if (error === null || error.code === 'BAD_USER_INPUT') {
        end({ kind: 'lost', reason: `the network lets no WebSocket pass (status ${status})`, code: 0, fault: 'upgrade' })
      } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) end({ kind: 'refused', error })
      else end({ kind: 'lost', reason: error.message, code: 0, fault: 'said' })
    })
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.message === 'Opening handshake has timed out')
      return end({ kind: 'lost', reason: `the WebSocket was not opened within ${OPEN_TIMEOUT / 1_000} s`, code: 0, fault: 'silent' })
    const fault = isUnreachable(error) ? 'unreachable' : 'broken'
    const reason =
      error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? `the pool sent a message of more than ${MAX_HEARD} bytes` : sayWhyNot(error, url)
    end({ kind: 'lost', reason, code: 0, fault })
  })
  socket.on('close', (code, reason) => {
    if (farewell && !farewell.retry) return end({ kind: 'refused', error: new ConnectionRefused(farewell.code, farewell.message) })
    // Other codes are those of whoever stands between: a gateway that goes away, one that takes no long messages.
    const isSaid = farewell !== null || code === SERVICE_RESTART || code >= 4000
    const words = reason.toString() || (code === ABNORMAL ? 'the connection broke' : `the connection was closed (${code})`)
    end({ kind: 'lost', reason: farewell?.message ?? words, code, fault: isSaid ? 'said' : 'broken' })
  })

  const close = (how: () => void) => {
    over = true
    if (pingTimer) clearInterval(pingTimer)
    how()
  }
  return {
    send(message) {
      if (over || socket.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(message))
      return true
    },
    get isOpen() {
      return !over && socket.readyState === WebSocket.OPEN
    },
    async leave() {
      close(() => socket.close(1000))
    },
    drop: () => close(() => socket.terminate()),
  }
}
