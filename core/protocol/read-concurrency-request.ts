/** The body of POST /concurrency, from text a stranger may have written. */
import { LIMITS } from '../limits.ts'
import type { ConcurrencyRequest, SlotsAsked, SlotsUser } from './concurrency.ts'
import { integer, list, nullable, object, oneOf, optional, text, uuid } from './shape.ts'

/** Leases of each kind in one request. */
export const MAX_LEASES = 200
/** Limits of one lease. */
export const MAX_NAMES = 50
/** Slots of one lease. */
export const MAX_SLOTS = 1_000_000

const leases = list(uuid, MAX_LEASES)

/** Throws `Malformed`. */
export const readConcurrencyRequest = object<ConcurrencyRequest>({
  release: leases,
  renew: leases,
  acquire: list(
    object<SlotsAsked>({
      id: uuid,
      names: list(text(LIMITS.name, 1), MAX_NAMES),
      slots: integer(1, MAX_SLOTS),
      mode: oneOf(['slots', 'rate']),
      flowRunId: nullable(uuid),
      taskRunId: nullable(uuid),
      holder: text(LIMITS.name),
    }),
    MAX_LEASES,
  ),
  users: optional(list(object<SlotsUser>({ id: uuid, taskRunId: nullable(uuid), holder: text(LIMITS.name) }), MAX_LEASES)),
})
