/**
 * Reads of one request, gathered. GraphQL asks field by field; what is asked within one turn travels together, in one round trip.
 * 1. A thing that is asked for by id is read once, however many fields want it.
 * 2. Writes never go through here: they are one statement of their own.
 * 3. Live views call `forget` before each message, so that no message shows what an earlier one has read.
 */
import type { Db } from '../db/client.ts'
import type { Statement } from '../db/statement.ts'

/** How things of one kind are read by id; made once, at module level. Missing ids are simply not in the answer. */
interface Loader<Row> {
  find(ids: readonly string[]): Statement<Row[]>
  idOf(row: Row): string
}

export const loader = <Row>(find: Loader<Row>['find'], idOf: Loader<Row>['idOf']): Loader<Row> => ({ find, idOf })

interface Waiting {
  statement: Statement<unknown>
  resolve(answer: unknown): void
  reject(error: unknown): void
}

interface Loading {
  ids: string[]
  /** Resolves when the batch is back. */
  rows: Promise<Map<string, unknown>>
}

export class Reader {
  readonly #db: Db
  #waiting: Waiting[] = []
  #loading = new Map<Loader<unknown>, Loading>()
  #known = new Map<Loader<unknown>, Map<string, Promise<unknown>>>()
  #isGathering = false

  constructor(db: Db) {
    this.#db = db
  }

  /** The statement's answer, read together with whatever else is asked in this turn. */
  run<Answer>(statement: Statement<Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ statement, resolve: resolve as (answer: unknown) => void, reject })
      this.#gather()
    })
  }

  /** The thing with this id; null when there is none in the workspace. */
  load<Row>(from: Loader<Row>, id: string): Promise<Row | null> {
    const known = this.#known.get(from as Loader<unknown>) ?? new Map<string, Promise<unknown>>()
    this.#known.set(from as Loader<unknown>, known)
    let row = known.get(id) as Promise<Row | null> | undefined
    if (!row) {
      const loading = this.#loadingOf(from)
      loading.ids.push(id)
      row = loading.rows.then((rows) => (rows.get(id) as Row | undefined) ?? null)
      known.set(id, row)
    }
    return row
  }

  /** Tells what is known already, so that it is not read again. */
  know<Row>(from: Loader<Row>, row: Row): void {
    const known = this.#known.get(from as Loader<unknown>) ?? new Map<string, Promise<unknown>>()
    this.#known.set(from as Loader<unknown>, known)
    known.set(from.idOf(row), Promise.resolve(row))
  }

  /** Everything is read anew from here on. */
  forget(): void {
    this.#known.clear()
  }

  #loadingOf<Row>(from: Loader<Row>): Loading {
    const present = this.#loading.get(from as Loader<unknown>)
    if (present) return present
    let arrive: (rows: Map<string, unknown>) => void = () => {}
    let fail: (error: unknown) => void = () => {}
    const loading: Loading = {
      ids: [],
      rows: new Promise((resolve, reject) => {
        arrive = resolve
        fail = reject
      }),
    }
    this.#loading.set(from as Loader<unknown>, loading)
    this.#waiting.push({
      statement: {
        build: (query, workspaceId) => from.find(loading.ids).build(query, workspaceId),
        read: (result) => from.find(loading.ids).read(result),
      },
      resolve: (rows) => arrive(new Map((rows as Row[]).map((row) => [from.idOf(row), row]))),
      reject: fail,
    })
    this.#gather()
    return loading
  }

  /** Sends when a few turns have brought nothing more: GraphQL reaches its fields over several microtasks. */
  async #gather(): Promise<void> {
    if (this.#isGathering) return
    this.#isGathering = true
    for (let seen = 0, quiet = 0; quiet < 4; quiet = seen === this.#waiting.length ? quiet + 1 : 0) {
      seen = this.#waiting.length
      await undefined
    }
    this.#isGathering = false
    const batch = this.#waiting
    this.#waiting = []
    this.#loading.clear()
    try {
      const answers = (await this.#db.batch(...batch.map(({ statement }) => statement))) as unknown[]
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index])
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
