/** What the SQL door of a control plane on one machine tells the Worker of its connections, for `/metrics`. */

/** Where it is asked, with GET. */
export const DATABASE_POOLS_PATH = '/pools'

/** One role's connections at this moment, and what has gone through them since the door was opened. */
export interface DatabasePool {
  /** `weir_app` or `weir_system`. */
  role: string
  /** Connections at most. */
  max: number
  /** Serving a batch. */
  used: number
  /** Open and free. */
  idle: number
  /** Batches that wait for a connection. */
  waiting: number
  /** Batches by what became of them: answered; refused by PostgreSQL for what they asked (a constraint, a conflict); not run, because it was out of reach. */
  batches: { done: number; refused: number; failed: number }
  /** Seconds that batches have waited for a connection, added up. */
  waitSeconds: number
}
