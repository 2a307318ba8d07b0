/** The explorer's own state: what is written, what came back, what goes on. Whatever was written last is kept in this browser. */
import type { GraphQLSchema } from 'graphql'
import { HEADERS } from '#lib/graphql/request.ts'
import { readEvents } from '#lib/live/read-events.ts'

const KEPT = 'weir.explorer'
const FIRST = `# Ctrl+Enter runs it, Ctrl+Space shows what could stand here.
query Runs {
  flowRuns(first: 5) {
    nodes { name state { type name } flow { name } startTime }
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
      const { data, errors } = await this.#post(getIntrospectionQuery({ inputValueDeprecation: true }), {}, undefined)
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
      const variables = this.variables.trim() === '' ? {} : (JSON.parse(this.variables) as Record<string, unknown>)
      const { kind, name } = await operationAt(this.text, cursor)
      if (kind === 'subscription') await this.#listen(variables, stop.signal)
      else {
        const answer = await this.#post(this.text, variables, name, stop.signal)
        this.took = Math.round(performance.now() - began)
        this.answer = JSON.stringify(answer, null, 2)
      }
    } catch (error) {
      if (!stop.signal.aborted)
        this.answer = `${error instanceof SyntaxError ? 'Variables: ' : ''}${error instanceof Error ? error.message : String(error)}`
    } finally {
      if (this.#stop === stop) this.running = false
    }
  }

  /** Ends a request or a subscription that goes on. */
  stop(): void {
    this.#stop?.abort()
    this.running = false
  }

  /** Puts what is written into form; what cannot be read stays as it is. */
  async tidy(): Promise<void> {
    const { parse, print } = await import('graphql')
    try {
      this.text = `${print(parse(this.text))}\n`
    } catch {
      // Its mistakes are shown beside it.
    }
  }

  async #listen(variables: Record<string, unknown>, signal: AbortSignal): Promise<void> {
    const messages: string[] = []
    await readEvents({ query: this.text, variables }, signal, (data) => {
      messages.unshift(JSON.stringify({ data }, null, 2))
      messages.length = Math.min(messages.length, MOST_MESSAGES)
      this.answer = messages.join('\n\n')
    })
  }

  async #post(query: string, variables: Record<string, unknown>, operationName: string | undefined, signal?: AbortSignal) {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { ...HEADERS, accept: 'application/json', 'x-weir-cost': '1' },
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

/** The operation around a place of the text, the first one when there is none. Throws when the text cannot be read. */
async function operationAt(text: string, cursor: number): Promise<{ kind: string; name: string | undefined }> {
  const { Kind, parse } = await import('graphql')
  const operations = parse(text).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const here = operations.find(({ loc }) => loc && loc.start <= cursor && cursor <= loc.end) ?? operations[0]
  return { kind: here?.operation ?? 'query', name: here?.name?.value }
}
