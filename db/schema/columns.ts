/** Column kinds that every table uses. */
import { customType, uuid } from 'drizzle-orm/pg-core'
import { formatInstant, type Instant } from '../../core/instant.ts'
import { instantOf } from '../statement.ts'

/** `timestamptz` as an Instant: milliseconds with microseconds in the fraction. Drizzle's own kinds cut at milliseconds. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'timestamptz',
  fromDriver: instantOf,
  toDriver: formatInstant,
})

/** `xid8`: the transaction that wrote the row, as decimal text. */
export const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => 'xid8' })

/** First in every key: no row of another workspace can be met by its id. */
export const workspaceId = () => uuid('workspace_id').notNull()
