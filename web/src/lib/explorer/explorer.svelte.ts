/** The explorer's own state: what is written, what came back, what goes on. Whatever was written last is kept in this browser. */
import type { GraphQLSchema } from 'graphql'
import { HEADERS } from '#lib/graphql/request.ts'
import { readEvents } from '#lib/live/read-events.ts'
import { type Asked, History } from './history.svelte.ts'

const KEPT = 'weir.explorer'
const FIRST = `# Ctrl+Enter runs it, Ctrl+Space suggests.
query Runs {
  flowRuns(first: 5) {
    nodes {
      name startTime
      state { type name }
      flow { name }
    }
    totalCount
  }
}
`
/** Messages of a subscription that stay in sight. */
const MOST_MESSAGES = 50

/** One explorer; made by its page. */
export class Explorer {
  text = $state(FIRST)
  variables = $state('')
  /** Headers besides those of the page, as JSON. Kept nowhere: a key may stand in them. */
  headers = $state('')
  readonly history = new History()
  /** What came back, as JSON text; messages of a subscription one after the other, newest first. */
  answer = $state<string | null>(null)
  /** Milliseconds that the answer took; null while it is awaited, and for a subscription. */
  took = $state<number | null>(null)
  running = $state(false)
  schema = $state.raw<GraphQLSchema | null>(null)
  /** Why there is no schema. */
  problem = $state<string | null>(null)
  #stop: AbortController | null = null

  constructor() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as { text?: unknown; variables?: unknown } | null
      if (typeof kept?.text === 'string' && kept.text.trim() !== '') this.text = kept.text
      if (typeof kept?.variables === 'string') this.variables = kept.variables
    } catch {
      // What is kept cannot be read: it begins anew.
    }
  }

  /** Asks the schema to describe itself. */
  async load(): Promise<void> {
    try {
      const { buildClientSchema, getIntrospectionQuery } = await import('graphql')
      const { data, errors } = await this.#post(getIntrospectionQuery({ inputValueDeprecation: true }), {}, undefined, {})
      if (errors?.[0] || !data) throw new Error(errors?.[0]?.message ?? 'The schema could not be read.')
      this.schema = buildClientSchema(data as never)
      this.problem = null
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error)
    }
  }

  /** Sends what is written: the operation at the cursor when there are several. A second time ends what goes on. */
  async run(cursor = 0): Promise<void> {
    if (this.running) return this.stop()
    this.#keep()
    const stop = new AbortController()
    this.#stop = stop
    this.running = true
    this.took = null
    this.answer = null
    const began = performance.now()
    try {
      const variables = readObject(this.variables, 'Variables')
      const headers = readObject(this.headers, 'Headers')
      const { kind, name } = await operationAt(this.text, cursor)
      this.history.add({ text: this.text, variables: this.variables, name: name ?? null })
      if (kind === 'subscription') await this.#listen(variables, name, headers, stop.signal)
      else {
        const answer = await this.#post(this.text, variables, name, headers, stop.signal)
        this.took = Math.round(performance.now() - began)
        this.answer = JSON.stringify(answer, null, 2)
      }
    } catch (error) {
      if (!stop.signal.aborted) this.answer = error instanceof Error ? error.message : String(error)
    } finally {
      if (this.#stop === stop) this.running = false
    }
  }

  /** Ends a request or a subscription that goes on. */
  stop(): void {
    this.#stop?.abort()
    this.running = false
  }

  /** Puts one of the history back. */
  take({ text, variables }: Asked): void {
    this.text = text
    this.variables = variables
  }

  /** Puts what is written into form; what cannot be read stays as it is. */
  async tidy(): Promise<void> {
    const { parse, print } = await import('graphql')
    const inForm = (text: string, form: () => string) => {
      try {
        return text.trim() === '' ? text : form()
      } catch {
        // Its mistakes are shown beside it, or when it runs.
        return text
      }
    }
    this.text = inForm(this.text, () => `${print(parse(this.text))}\n`)
    this.variables = inForm(this.variables, () => JSON.stringify(JSON.parse(this.variables), null, 2))
    this.headers = inForm(this.headers, () => JSON.stringify(JSON.parse(this.headers), null, 2))
  }

  async #listen(
    variables: Record<string, unknown>,
    operationName: string | undefined,
    headers: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    const messages: string[] = []
    const onData = (data: Record<string, unknown>) => {
      messages.unshift(JSON.stringify({ data }, null, 2))
      messages.length = Math.min(messages.length, MOST_MESSAGES)
      this.answer = messages.join('\n\n')
    }
    await readEvents({ query: this.text, variables, ...(operationName === undefined ? {} : { operationName }) }, signal, onData, texts(headers))
  }

  async #post(
    query: string,
    variables: Record<string, unknown>,
    operationName: string | undefined,
    headers: Record<string, unknown>,
    signal?: AbortSignal,
  ) {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { ...HEADERS, accept: 'application/json', 'x-weir-cost': '1', ...texts(headers) },
      body: JSON.stringify({ query, variables, operationName }),
      credentials: 'same-origin',
      signal: signal ?? null,
    })
    return (await response.json()) as { data?: unknown; errors?: { message: string }[] }
  }

  #keep(): void {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ text: this.text, variables: this.variables }))
    } catch {
      // No room, or not allowed: nothing is kept.
    }
  }
}

/** A JSON object as typed; nothing is an empty one. Throws with its name when it is none. */
function readObject(text: string, what: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Error(`${what}: expected a JSON object.`)
}

const texts = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))

/** The operation around a place of the text, the first one when there is none. Throws when the text cannot be read. */
async function operationAt(text: string, cursor: number): Promise<{ kind: string; name: string | undefined }> {
  const { Kind, parse } = await import('graphql')
  const operations = parse(text).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const here = operations.find(({ loc }) => loc && loc.start <= cursor && cursor <= loc.end) ?? operations[0]
  return { kind: here?.operation ?? 'query', name: here?.name?.value }
}
