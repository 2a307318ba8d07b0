/** GraphQL over server-sent events (one operation per connection): `next` events carry results, `complete` ends, comments keep the line warm. */
import type { Sent } from '#lib/graphql/document-of.ts'
import { HEADERS, RequestError } from '#lib/graphql/request.ts'

type Operation = Sent & { variables: Record<string, unknown>; operationName?: string }

interface Result {
  data?: Record<string, unknown> | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** Reads until the server completes the operation (returns), or the line breaks (throws RequestError). */
export async function readEvents(
  operation: Operation,
  signal: AbortSignal,
  onResult: (data: Record<string, unknown>) => void,
  headers: Record<string, string> = {},
): Promise<void> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { ...HEADERS, accept: 'text/event-stream', ...headers },
    body: JSON.stringify(operation),
    signal,
    credentials: 'same-origin',
  }).catch((error) => {
    signal.throwIfAborted()
    throw new RequestError('OFFLINE', (error as Error).message)
  })
  if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
    const answer = (await response.json().catch(() => null)) as { errors?: Result['errors'] } | null
    const failure = answer?.errors?.[0]
    throw new RequestError(failure?.extensions?.code ?? 'OFFLINE', failure?.message ?? `The control plane answered ${response.status}.`)
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) throw new RequestError('OFFLINE', 'The line broke.')
    buffer += value.replaceAll('\r', '')
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const { event, data } = parseEvent(buffer.slice(0, end))
      buffer = buffer.slice(end + 2)
      if (event === 'complete') return
      if (event !== 'next' || data === '') continue
      const result = JSON.parse(data) as Result
      const failure = result.errors?.[0]
      if (failure) throw new RequestError(failure.extensions?.code ?? 'INTERNAL', failure.message)
      if (result.data) onResult(result.data)
    }
  }
}

/** Exported for its test. */
function parseEvent(text: string): { event: string; data: string } {
  let event = 'message'
  const data: string[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
  }
  return { event, data: data.join('\n') }
}
