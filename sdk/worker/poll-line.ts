/**
 * A line of long polls to the pool, for networks that let no WebSocket pass. One request always waits for what the pool has to say; what the worker has to
 * say goes at once with a newer one, which ends the older one's wait. A request that breaks is asked again: both directions are numbered.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { IncomingLine, OutgoingLine } from '../../core/message-line.ts'
import type { PollAnswer, PollRequest } from '../../core/protocol/poll.ts'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import { MAX_SOCKET_MESSAGE_BYTES } from '../../core/protocol/version.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'
import { agentFor } from '../client/http/agent.ts'
import { postJson } from '../client/http/post-json.ts'
import { sayWhoAnswered } from '../client/http/read-problem.ts'
import { ConnectionRefused, isUnreachable, type Line, type LineEnd, type LineHandlers, type LineOptions, readRefusal } from './line.ts'

/** Requests at a time: one that waits, and those that say something. */
const REQUESTS = 3
/** So many tries until a first answer: whoever waits with another way should not wait for long. */
const FIRST_TRIES = 2
/** Of a ping: no poll asks for a shorter wait. */
const SHORTEST_WAIT = 0.1
const LEAVE_TIMEOUT = 2_000
/** What the control plane answers for reasons that will not change: the key, its rights, the pool. All else may be what the way has made of a request. */
const CERTAIN: ReadonlySet<number> = new Set([401, 403, 404])

/** Opens at the next turn and returns at once. Never throws. */
export function openPollLine({ url, apiKey, ping }: LineOptions, handlers: LineHandlers): Line {
  const line = randomUUID()
  const agent = agentFor(url, REQUESTS + 1)
  const outgoing = new OutgoingLine<WorkerMessage>()
  const incoming = new IncomingLine<PoolMessage>()
  let wait = ping * 2
  let asking = 0
  let wanted = false
  let failures = 0
  let answeredAt = performance.now()
  let wasAnswered = false
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
      wasAnswered = true
      answeredAt = performance.now()
      if (asking === 0 || wanted) void ask()
      return
    }
    const waited = performance.now() - begun
    // Somebody on the way does not like requests that wait for long.
    const shortest = Math.ceil(ping * SHORTEST_WAIT)
    if (waited > shortest && waited < wait && failures === 0) wait = Math.max(shortest, Math.floor(waited / 2))
    failures++
    if (answer instanceof Error && isUnreachable(answer.cause)) return end({ kind: 'lost', reason: trouble, code: 0, fault: 'unreachable' })
    if (performance.now() - answeredAt > ping * 2.5 || (!wasAnswered && failures >= FIRST_TRIES))
      return end({ kind: 'lost', reason: trouble, code: 0, fault: 'broken' })
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
  const hear = ({ status, headers, text }: { status: number; headers: IncomingHttpHeaders; text: string }): string | null => {
    if (status !== 200) {
      const error = readRefusal(status, text)
      const stranger = sayWhoAnswered(status, headers.location)
      if (status >= 500 || status === 408 || status === 429) return error?.message ?? stranger
      const isCertain = error !== null && CERTAIN.has(status)
      end({ kind: 'refused', error: error ?? new ConnectionRefused('unexpected_answer', stranger), isDoubtful: !isCertain })
      return null
    }
    const answer = readAnswer(text)
    if (answer === null) return sayWhoAnswered(status)
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

/** Null when it is none. */
function readAnswer(text: string): PollAnswer | null {
  try {
    const answer = JSON.parse(text) as PollAnswer | null
    return Array.isArray(answer?.messages) ? answer : null
  } catch {
    return null
  }
}
