/** What can go wrong with a stored result. Each names the result, what was expected, and what to do. */
import { WeirError } from '../errors.ts'

const RUN_AGAIN = 'run the task again; in a durable run: weir flow-run retry RUN --from-task TASK'

/** A reference leads to nothing: the result was deleted, or lies in a store (a machine, a bucket) that this process does not see. */
export class ResultMissing extends WeirError {
  /** Where it was looked for. */
  readonly reference: string

  constructor(reference: string, why: string, options: ErrorOptions & { hint?: string } = {}) {
    super('result_missing', `the result at ${reference} cannot be read: ${why}`, {
      hint: `It was deleted, or was stored by another machine or under another store. Give both runs a store that they share, or ${RUN_AGAIN}`,
      ...options,
    })
    this.reference = reference
  }
}

/** What lies at a reference is not what was written there: cut off, changed, or made by something else. */
export class ResultCorrupt extends WeirError {
  /** Where it lies. */
  readonly reference: string

  constructor(reference: string, why: string, options: ErrorOptions = {}) {
    super('result_corrupt', `the result at ${reference} is corrupt: ${why}`, { ...options, hint: `Delete it and ${RUN_AGAIN}` })
    this.reference = reference
  }
}

/** A value that its serializer cannot write. `path` leads to the part that is to blame, `result` being the whole. */
export class ResultNotStorable extends WeirError {
  /** Leads to the part that is to blame: `result.rows[3].connection`. */
  readonly path: string

  constructor(path: string, what: string, hint: string) {
    super('result_not_storable', `the result cannot be stored: ${path} is ${what}`, { hint })
    this.path = path
  }
}

/** The store itself failed, after its own tries. The store's error is the `cause`. */
export class ResultStoreFailed extends WeirError {
  constructor(what: string, cause: unknown) {
    super('result_store_failed', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'Look whether the store can be reached and written to with these credentials.',
    })
  }
}
