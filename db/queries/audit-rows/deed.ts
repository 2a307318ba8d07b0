/** The shape of what the audit notes. */
import type { JsonObject } from '../../../core/json-value.ts'

/** Who does what: noted in the audit together with the deed, where the deed changes anything. The subject is the id of what it is done to. */
export interface Deed {
  /** Of the audit row. */
  id: string
  /** As `describeActor` says it. */
  actor: string
  /** `noun:verb`. */
  action: string
  details: JsonObject
}
