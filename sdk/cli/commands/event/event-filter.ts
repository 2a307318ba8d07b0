import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { readInstant } from '../../read-instant.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'

/** The options that say which events. */
export interface FilterOptions {
  name?: string
  resource?: string
  related?: string
  role?: string
  flowRun?: string
  since?: string
  until?: string
}

/** An EventFilter; null when everything is asked for. Throws Failure. */
export async function eventFilter(client: GraphqlClient, options: FilterOptions): Promise<Record<string, unknown> | null> {
  const { name, resource, related, role, flowRun, since, until } = options
  if (role !== undefined && related === undefined)
    throw wrongUse('BAD_FILTER', '--role says in which role something is related: it needs --related ID.')
  const occurred = { ...(since === undefined ? {} : { after: readInstant(since) }), ...(until === undefined ? {} : { before: readInstant(until) }) }
  const filter = {
    ...(name === undefined ? {} : { name: textFilter(name) }),
    ...(resource === undefined ? {} : { resource: { id: textFilter(resource) } }),
    ...(related === undefined ? {} : { related: { id: related, ...(role === undefined ? {} : { role }) } }),
    ...(Object.keys(occurred).length === 0 ? {} : { occurred }),
    ...(flowRun === undefined ? {} : { flowRun: await findFlowRun(client, flowRun) }),
  }
  return Object.keys(filter).length === 0 ? null : filter
}

/** A star at the end stands for whatever follows; anywhere else it is one. */
const textFilter = (text: string): { equals: string } | { startsWith: string } =>
  text.endsWith('*') ? { startsWith: text.slice(0, -1) } : { equals: text }
