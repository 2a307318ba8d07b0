/**
 * A line of long polls to the pool, for networks that let no WebSocket pass. One request always waits for what the pool has to say; what the worker has to
 * say goes at once with a newer one, which ends the older one's wait. A request that breaks is asked again: both directions are numbered.
 */
import { randomUUID } from 'node:crypto'
import { IncomingLine, OutgoingLine } from '../../core/message-line.ts'
import type { PollAnswer, PollRequest } from '../../core/protocol/poll.ts'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import { MAX_SOCKET_MESSAGE_BYTES } from '../../core/protocol/version.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'
import { agentFor } from '../client/http/agent.ts'
import { postJson } from '../client/http/post-json.ts'
import { ConnectionRefused, type Line, type LineEnd, type LineHandlers, type LineOptions, readRefusal, UNREACHABLE } from './line.ts'

/** Requests at a time: one that waits, and those that say something. */
const REQUESTS = 3
const SHORTEST_WAIT = 1_000
const LEAVE_TIMEOUT = 2_000

/** Opens at the next turn and returns at once. Never throws. */
export function openPollLine({ url, apiKey, workPool, ping }: LineOptions, handlers: LineHandlers): Line {
  const line = randomUUID()
  const agent = agentFor(url, REQUESTS + 1)
  const outgoing = new OutgoingLine<WorkerMessage>()
  const incoming = new IncomingLine<PoolMessage>()
  let wait = ping * 2
  let asking = 0
  let wanted = false
  let failures = 0
  let answeredAt = performance.now()
  let farewell: { code: string; message: string; retry: boolean } | null = null
  let retry: NodeJS.Timeout | null = null
  let over = false

  const close = () => {
    over = true
    if (retry) clearTimeout(retry)
  }
  const end = (how: LineEnd) => {
    if (over) return
    close()
    agent.destroy()
    handlers.onEnd(how)
  }
  const post = (request: Partial<PollRequest>, timeout: number) => {
    const payload = JSON.stringify({ line, ...outgoing.next(MAX_SOCKET_MESSAGE_BYTES), heard: incoming.heard, wait: 0, leaving: false, ...request })
    return postJson({ url, agent, apiKey, payload, timeout })
  }
  const ask = async () => {
    if (over) return
    if (asking >= REQUESTS) {
      wanted = true
      return
    }
    wanted = false
    asking++
    const begun = performance.now()
    const answer = await post({ wait }, wait + ping).catch((error: Error) => error)
    asking--
    if (over) return
    const trouble = answer instanceof Error ? answer.message : hear(answer)
    if (over) return
    if (trouble === null) {
      failures = 0
      answeredAt = performance.now()
      if (asking === 0 || wanted) void ask()
      return
    }
    const waited = performance.now() - begun
    // Somebody on the way does not like requests that wait for long.
    if (waited > SHORTEST_WAIT && waited < wait && failures === 0) wait = Math.max(SHORTEST_WAIT, waited / 2)
    failures++
    if (answer instanceof Error && UNREACHABLE.has((answer.cause as NodeJS.ErrnoException | undefined)?.code ?? ''))
      return end({ kind: 'lost', reason: trouble, code: 0, fault: 'unreachable' })
    if (performance.now() - answeredAt > ping * 2.5) return end({ kind: 'lost', reason: trouble, code: 0, fault: 'broken' })
    if (asking === 0 && retry === null) {
      retry = setTimeout(
        () => {
          retry = null
          void ask()
        },
        Math.min(2_000, 100 * 2 ** failures) * (0.5 + Math.random() / 2),
      )
    }
  }
  /** Null, or why this is no answer. */
  const hear = ({ status, text }: { status: number; text: string }): string | null => {
    if (status !== 200) {
      const error = readRefusal(status, text)
      if (status >= 500 || status === 408 || status === 429) return error?.message ?? `the control plane cannot be reached (status ${status})`
      end({ kind: 'refused', error: error ?? refusalOf(status, workPool), isForeign: error === null })
      return null
    }
    let answer: PollAnswer
    try {
      answer = JSON.parse(text) as PollAnswer
      if (!Array.isArray(answer.messages)) throw new TypeError('no list of messages')
    } catch {
      return 'it was answered with something that is no answer to a poll'
    }
    outgoing.heardUpTo(answer.heard)
    for (const message of incoming.take(answer.first, answer.messages)) {
      if (message.type === 'goodbye') farewell = message
      else handlers.onMessage(message)
      if (over) return null
    }
    if (!answer.closed) return null
    const { code, reason } = answer.closed
    if (farewell && !farewell.retry) end({ kind: 'refused', error: new ConnectionRefused(farewell.code, farewell.message) })
    else end({ kind: 'lost', reason: farewell?.message ?? reason, code, fault: 'said' })
    return null
  }
  let flushing = false
  const flush = () => {
    if (flushing) return
    flushing = true
    // What is said in one turn goes together.
    setImmediate(() => {
      flushing = false
      void ask()
    })
  }
  setImmediate(() => {
    if (!over) handlers.onOpen()
  })

  return {
    send(message) {
      if (over) return false
      outgoing.say(message, JSON.stringify(message).length)
      flush()
      return true
    },
    get isOpen() {
      return !over
    },
    async leave() {
      if (over) return
      close()
      await post({ leaving: true }, LEAVE_TIMEOUT).catch(() => {})
      agent.destroy()
    },
    drop() {
      close()
      agent.destroy()
    },
  }
}

/** Somebody who is no control plane has answered. */
function refusalOf(status: number, workPool: string): ConnectionRefused {
  if (status === 401 || status === 403)
    return new ConnectionRefused('unauthenticated', 'the control plane does not accept this API key', undefined, status)
  if (status === 404) return new ConnectionRefused('not_found', `the control plane knows no work pool "${workPool}", or is none`, undefined, status)
  return new ConnectionRefused('unexpected_answer', `there is no control plane: its address answers with status ${status}`, undefined, status)
}
