/**
 * The log lines of one run: read from the first on, page by page, then on from the last cursor whenever the run's stream says that there are more. They are
 * kept in order of their time.
 */
import { asRequestError, request, type RequestError } from '#lib/graphql/request.ts'
import { logsDocument } from './documents.ts'
import { joinLogs, type LogLine } from './log-view.ts'

/** Lines read without being asked for more; a page of a browser holds no million of them. */
const STEP = 20_000

/** The lines of one run that are read so far. */
export class LogTail {
  lines = $state.raw<LogLine[]>([])
  status = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<RequestError | null>(null)
  /** There is more, and it is not read until somebody asks. */
  paused = $state(false)
  readonly #flowRunId: string
  #after: string | null = null
  #most = STEP
  #reading = false
  #again = false
  #closed = false

  constructor(flowRunId: string) {
    this.#flowRunId = flowRunId
  }

  close(): void {
    this.#closed = true
  }

  /** Reads what is new. Calls while one is under way are answered by one more after it. */
  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    try {
      do {
        this.#again = false
        await this.#readOn()
      } while (this.#again && !this.#closed)
      this.status = 'ready'
      this.error = null
    } catch (error) {
      this.error = asRequestError(error)
      if (this.lines.length === 0) this.status = 'failed'
    } finally {
      this.#reading = false
    }
  }

  /** Another stretch of a very long log. */
  readMore(): void {
    this.#most += STEP
    this.paused = false
    void this.read()
  }

  async #readOn(): Promise<void> {
    for (let more = true; more && !this.#closed; ) {
      if (this.lines.length >= this.#most) {
        this.paused = true
        return
      }
      const { flowRun } = await request(logsDocument, { id: this.#flowRunId, after: this.#after })
      if (!flowRun || this.#closed) return
      const { nodes, pageInfo } = flowRun.logs
      if (nodes.length > 0) this.lines = joinLogs(this.lines, nodes)
      this.#after = nodes.at(-1)?.cursor ?? this.#after
      more = pageInfo.hasNextPage
      if (more) this.status = 'ready'
    }
  }
}
