/** The filter of the audit: read from the address, written to it, and turned into the API's filter. */
import { timeRange } from '#lib/flow-runs/filter.ts'
import type { AuditRowFilter } from '#lib/graphql/generated/graphql.ts'

/** Every part is a text that is searched for; empty lets everything through. */
export interface AuditAddress {
  actor: string
  action: string
  subject: string
  /** As in the list of runs: `24h`, or `FROM..TO`. */
  time: string
}
const PARTS = ['actor', 'action', 'subject', 'time'] as const

/** Whatever is missing is empty. */
export const readAuditAddress = (params: Pick<URLSearchParams, 'get'>): AuditAddress => {
  const [actor = '', action = '', subject = '', time = ''] = PARTS.map((part) => params.get(part) ?? '')
  return { actor, action, subject, time }
}

/** The search part, without the question mark; empty for all rows. */
export function writeAuditAddress(address: AuditAddress): string {
  const params = new URLSearchParams()
  for (const part of PARTS) if (address[part]) params.set(part, address[part])
  return params.toString()
}

/** For the API; null = all rows. `now` fixes a relative time. */
export function toAuditFilter({ actor, action, subject, time }: AuditAddress, now: number): AuditRowFilter | null {
  const { from, to } = timeRange(time, now)
  const filter: AuditRowFilter = {
    ...(actor ? { actor: { contains: actor } } : {}),
    ...(action ? { action: { contains: action } } : {}),
    ...(subject ? { subject: { contains: subject } } : {}),
    ...(from === null && to === null
      ? {}
      : {
          occurredAt: {
            ...(from === null ? {} : { after: new Date(from).toISOString() }),
            ...(to === null ? {} : { before: new Date(to).toISOString() }),
          },
        }),
  }
  return Object.keys(filter).length > 0 ? filter : null
}
