/** An event as the record has it, and as it is sent there. */
import type { EventContent } from '../../../core/events/event.ts'
import { formatInstant, type Instant } from '../../../core/instant.ts'

/** What is stored: its own id makes it one, however often it comes. */
export interface NewEvent extends EventContent {
  id: string
  /** Null = when it is stored. */
  occurred: Instant | null
  /** The run that emitted it, and the task run in it; null = neither. */
  flowRunId: string | null
  taskRunId: string | null
}

/** In the form that the SQL function `insert_events` takes. */
export const eventRow = (event: NewEvent) => ({
  id: event.id,
  occurred: event.occurred === null ? null : formatInstant(event.occurred),
  name: event.name,
  resource_id: event.resource.id,
  resource_labels: event.resource.labels,
  related: event.related.map(({ id, role, labels }) => ({ id, role, labels })),
  payload: JSON.stringify(event.payload),
  follows: event.follows,
  flow_run_id: event.flowRunId,
  task_run_id: event.taskRunId,
})
