/** The Worker's bindings: what `wrangler.toml` declares and the local supervisor provides. Meaning of each: docs/architecture.md. */
import type { CoordinatorBindings } from './coordinators.ts'

export interface Env {
  WORK_POOL: CoordinatorBindings['WORK_POOL']
  FEED: CoordinatorBindings['FEED']
  /** The SQL door of a local control plane; absent = Neon over the internet. */
  SQL?: Fetcher
  /** Role `weir_app`. */
  DATABASE_URL: string
  /** Role `weir_system`: only api/auth and api/maintenance may use it. */
  SYSTEM_DATABASE_URL: string
  /** 32 bytes, base64url. Signs run tokens and local sessions. */
  TOKEN_SECRET: string
  /** Keys that seal the secret fields of blocks: 32 bytes each, base64url, separated by commas. The first one seals, all of them open. */
  SECRETS_KEY: string
  /** Cell code inside API keys: `local` on a laptop. */
  CELL: string
  /** Base of links, without a slash at its end. */
  PUBLIC_URL: string
  /** Comma-separated allow-list of Host values; empty = no check (hosted, where the edge routes by host). */
  ALLOWED_HOSTS?: string
  /** Bearer token that reads /metrics. Absent = /metrics answers on a laptop only. */
  METRICS_TOKEN?: string
  /** Runs that ended so many days ago (1 or more) are deleted with all that belongs to them. Empty or absent = they are kept. */
  RETENTION_DAYS?: string
  /** GraphQL requests that one API key, session or run may make in a minute; 0 = no limit, 12,000 when left out. */
  RATE_LIMIT?: string
  /** `persisted`: signed-in browsers may ask what the workspace's pages ask, and nothing else; keys may ask anything. Anything else: so may browsers. */
  SESSION_QUERIES?: string
  /** Lowest level of lines that are written: `debug` (with it a line for every request), `info`, `warn`, `error`; `info` when left out. */
  LOG_LEVEL?: string
  /** Factor for core/timings.ts. */
  TIME_SCALE?: string
  /** The workspace's static files. */
  ASSETS?: Fetcher
}
