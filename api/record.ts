/** The record, reached as the Worker's bindings say. */
import { type Connection, connect } from '../db/client.ts'
import type { Env } from './env.ts'
import { currentRequestId } from './requests/request-id.ts'

const records = new WeakMap<object, Connection>()

/** As role `weir_app`: one workspace at a time. */
export function recordOf(env: Pick<Env, 'DATABASE_URL' | 'SQL'>): Connection {
  let record = records.get(env)
  if (!record) {
    record = connect({ url: env.DATABASE_URL, fetch: doorOf(env) })
    records.set(env, record)
  }
  return record
}

/** The local SQL door's fetch, which is told whose batch it is; undefined = the runtime's own. */
export const doorOf = (env: Pick<Env, 'SQL'>): typeof fetch | undefined => {
  const door = env.SQL
  return door && ((input, init) => door.fetch(input as RequestInfo, forRequest(init as RequestInit | undefined)))
}

function forRequest(init: RequestInit = {}): RequestInit {
  const requestId = currentRequestId()
  return requestId === undefined ? init : { ...init, headers: { ...(init.headers as Record<string, string>), 'x-request-id': requestId } }
}
