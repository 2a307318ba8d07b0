/**
 * The open streams of one browser: one for each distinct subscription, however many listeners it has. Used by the tab that leads (see hub.svelte.ts).
 * 1. A stream that breaks is opened again with the last cursor seen, so nothing is missed; what comes is passed on as it came.
 * 2. The server ends every stream after ten minutes: that is no break, and is not shown as one.
 */
import { documentOf } from '#lib/graphql/document-of.ts'
import { RequestError } from '#lib/graphql/request.ts'
import { readEvents } from './read-events.ts'

/** A subscription that somebody wants. */
export interface Wanted {
  /** Same key = same stream. */
  key: string
  /** As `graphql()` makes it. */
  document: object
  variables: Record<string, unknown>
  /** Name of the variable that takes the last cursor. */
  cursorVariable: string
}

/** How a stream is doing. */
export type StreamStatus = 'live' | 'connecting' | 'broken' | 'signed-out' | 'refused'

interface StreamEvents {
  message(key: string, data: Record<string, unknown>): void
  status(key: string, status: StreamStatus, message: string | null): void
}

interface Open {
  wanted: Wanted
  abort: AbortController
  cursor: string | null
  status: StreamStatus
  wake: (() => void) | null
}

const WAITS = [300, 1_000, 2_000, 4_000, 8_000]
/** Answers that trying again does not change. */
const FATAL = ['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'PERSISTED_OPERATION_NOT_FOUND']

/** The streams of the leading tab. */
export class Streams {
  readonly #open = new Map<string, Open>()
  readonly #events: StreamEvents

  constructor(events: StreamEvents) {
    this.#events = events
  }

  /** Opens the stream if it is not open. The status of an open one is told again, for the listener that is new. */
  want(wanted: Wanted, since: string | null): void {
    const open = this.#open.get(wanted.key)
    if (open) {
      this.#events.status(wanted.key, open.status, null)
      return
    }
    const stream: Open = { wanted, abort: new AbortController(), cursor: since, status: 'connecting', wake: null }
    this.#open.set(wanted.key, stream)
    void this.#run(stream)
  }

  drop(key: string): void {
    this.#open.get(key)?.abort.abort()
    this.#open.delete(key)
  }

  /** Does not wait any longer: the network is back, or somebody asked. */
  retryNow(): void {
    for (const { wake } of this.#open.values()) wake?.()
  }

  close(): void {
    for (const key of [...this.#open.keys()]) this.drop(key)
  }

  async #run(stream: Open): Promise<void> {
    const { key, document, variables, cursorVariable } = stream.wanted
    const { signal } = stream.abort
    const tell = (status: StreamStatus, message: string | null = null) => {
      stream.status = status
      if (!signal.aborted) this.#events.status(key, status, message)
    }
    let failures = 0
    while (!signal.aborted) {
      try {
        await readEvents({ ...(await documentOf(document)), variables: { ...variables, [cursorVariable]: stream.cursor } }, signal, (data) => {
          failures = 0
          const [event] = Object.values(data) as [{ cursor?: string } | undefined]
          if (event?.cursor) stream.cursor = event.cursor
          if (stream.status !== 'live') tell('live')
          if (!signal.aborted) this.#events.message(key, data)
        })
      } catch (error) {
        if (signal.aborted) return
        const code = error instanceof RequestError ? error.code : 'INTERNAL'
        if (code === 'UNAUTHENTICATED') return tell('signed-out')
        if (FATAL.includes(code)) return tell('refused', (error as Error).message)
        tell('broken', (error as Error).message)
        await this.#wait(stream, (WAITS[Math.min(failures++, WAITS.length - 1)] as number) * (0.75 + Math.random() / 2))
      }
    }
  }

  #wait(stream: Open, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      const wake = () => {
        clearTimeout(timer)
        resolve()
      }
      stream.wake = wake
      stream.abort.signal.addEventListener('abort', wake, { once: true })
    })
  }
}
