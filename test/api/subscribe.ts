/** Subscriptions over server-sent events, for tests of the API's live views. */
import { expect } from 'vitest'
import { send } from './support.ts'

/** A subscription as its reader sees it. */
export interface Stream<Message> {
  /** The next message's field; fails when the stream has ended. */
  next(): Promise<Message>
  /** Reads until a message passes. */
  until(passes: (message: Message) => boolean): Promise<Message>
  /** Reads until the stream ends by itself. */
  ends(): Promise<void>
  close(): Promise<void>
}

/** Server-sent events as a browser reads them. `credential`: an API key, or headers. */
export async function subscribe<Message>(
  credential: string | Record<string, string>,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Stream<Message>> {
  const response = await send('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(typeof credential === 'string' ? { authorization: `Bearer ${credential}` } : credential),
    },
    body: JSON.stringify({ query, variables }),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const next = async (): Promise<Message> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const data = /^data: (.+)$/m.exec(block)?.[1]
        if (data === undefined) continue
        const { data: payload, errors } = JSON.parse(data) as { data: Record<string, unknown>; errors?: unknown }
        if (errors) throw new Error(JSON.stringify(errors))
        return Object.values(payload)[0] as Message
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream has ended')
      text += decoder.decode(value, { stream: true })
    }
  }
  const until = async (passes: (message: Message) => boolean) => {
    for (;;) {
      const message = await next()
      if (passes(message)) return message
    }
  }
  const ends = async () => {
    while (!(await reader.read()).done);
  }
  return { next, until, ends, close: () => reader.cancel() }
}
