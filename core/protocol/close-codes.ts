import type { Goodbye } from './pool-messages.ts'

/** WebSocket close code of every goodbye; docs/protocol.md lists them. */
export const CLOSE_CODES: Readonly<Record<Goodbye['code'], number>> = {
  message_too_large: 1009,
  bad_message: 4400,
  revoked: 4401,
  name_taken: 4408,
  superseded: 4409,
  pool_deleted: 4410,
  pool_type_mismatch: 4412,
  unsupported_protocol: 4426,
  too_many_messages: 4429,
  internal: 4500,
}
