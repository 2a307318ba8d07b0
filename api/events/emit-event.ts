/** Emitting an event from outside of runs: stored at once, once for its id. */
import type { EventContent } from '../../core/events/event.ts'
import { readEvent } from '../../core/events/read-event.ts'
import { isUuid, newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { Malformed } from '../../core/protocol/shape.ts'
import { insertEvent } from '../../db/queries/events/insert-event.ts'
import { type EventRow, findEvents } from '../../db/queries/events/list-events.ts'
import { checkJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, type Issue } from '../errors.ts'
import { permit } from '../permissions.ts'

interface EventInput {
  name: string
  resource: unknown
  related?: unknown
  payload?: unknown
  follows?: string | null
  /** Null = now. */
  occurred?: Instant | null
  /** Null = a new one. */
  id?: string | null
}

/** The event as it is stored, and whether it is new: one of this id that was there stays as it was. Throws Invalid. */
export async function emitEvent({ actor, db }: Context, { id, occurred, ...given }: EventInput): Promise<{ event: EventRow; created: boolean }> {
  permit(actor, 'events:emit')
  const issues = checkJson(given, [])
  if (id != null && !isUuid(id)) issues.push({ path: ['id'], message: 'expected a lower-case UUID', expected: 'UUID' })
  if (issues.length > 0) throw new Invalid(issues)
  const event = { ...contentOf(given), id: id ?? newId(), occurred: occurred ?? null, flowRunId: null, taskRunId: null }
  const [created, [stored]] = await db.batch(insertEvent(event), findEvents([event.id]))
  return { event: stored as EventRow, created }
}

function contentOf(given: unknown): EventContent {
  try {
    return readEvent(given)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const issue: Issue = { path: error.path.map(String), message: `expected ${error.expected}`, expected: error.expected }
    throw new Invalid([issue])
  }
}
