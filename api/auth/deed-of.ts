/** What the audit notes, from who asks. */
import { newId } from '../../core/ids.ts'
import type { JsonObject } from '../../core/json-value.ts'
import type { Deed } from '../../db/queries/audit-rows/deed.ts'
import type { Permission } from '../permissions.ts'
import { type Actor, describeActor } from './actor.ts'

/** What the actor is about to do, for the audit. `details` never carry a secret. */
export const deedOf = (actor: Actor, action: Permission, details: JsonObject = {}): Deed => ({
  id: newId(),
  actor: describeActor(actor),
  action,
  details,
})
