/** What is counted and written when a request has been answered. */
import type { ErrorCode } from '../errors.ts'
import { statusOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { DoorName } from './door-name.ts'
import type { RequestCounts } from './request-counts.ts'

/** What a door has learnt of its request, for the request's line. Never a secret, never what was asked in full. */
export interface RequestNotes {
  workspaceId?: string
  apiKeyId?: string
  /** Of the run whose token it came with. */
  flowRunId?: string
  /** Kind and name of a GraphQL operation, `mutation CreateFlowRun`, at most 100 characters. */
  operation?: string
  /** Codes of the errors in a GraphQL answer, each once. */
  errors?: string[]
  /** Batches to the database that it waited for. */
  roundTrips?: number
}

interface AnsweredRequest {
  door: DoorName
  method: string
  /** Without its query, which may hold a token. */
  path: string
  /** Of HTTP. */
  status: number
  milliseconds: number
  notes: RequestNotes
}

/** From here on a request is told as slow. */
const SLOW = 1_000

/** Longest path in a line. */
const MAX_PATH = 200

/**
 * Counts the request and writes its one line: `debug` when all went well (written with LOG_LEVEL=debug only, because workers and pages ask all the time), `info`
 * when it was refused, `warn` when it failed or was slow.
 */
export function endRequest(log: Log, counts: RequestCounts, { door, method, path, status, milliseconds, notes }: AnsweredRequest): void {
  const outcome = Math.max(status, ...(notes.errors ?? []).map(statusOfCode))
  counts.add(door, outcome, milliseconds / 1_000)
  const isSlow = milliseconds >= SLOW && door !== 'poll'
  const level = outcome >= 500 || isSlow ? 'warn' : outcome >= 400 ? 'info' : 'debug'
  if (log.writes(level)) log[level]('request', { door, method, path: path.slice(0, MAX_PATH), status, milliseconds, ...notes })
}

/** Codes that are GraphQL's own have no status among ours: what was asked was wrong. */
const statusOfCode = (code: string): number => statusOf(code as ErrorCode) ?? 400
