/** What a door that failed says of it. */
import { DatabaseUnavailable } from '../db/client.ts'
import { WeirError } from './errors.ts'

/** Ours as they are; a database out of reach by its name; anything else hidden behind the request id, under which the log has it. */
export function shownError(error: unknown, requestId: string): WeirError {
  if (error instanceof WeirError) return error
  if (error instanceof DatabaseUnavailable)
    return new WeirError('NOT_READY', 'The control plane cannot reach its database.', { hint: 'Try again in a moment.' })
  return new WeirError('INTERNAL', 'Something went wrong inside the control plane.', {
    hint: `Its log has the details under request ${requestId}.`,
  })
}
