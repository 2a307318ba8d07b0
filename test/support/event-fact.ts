import { newId } from '../../core/ids.ts'
import type { EventFact } from '../../core/protocol/reports.ts'

/** An event as a run reports it, with the least that it may say. */
export const eventFact = (flowRunId: string, more: Partial<EventFact> = {}): EventFact => ({
  kind: 'event',
  eventId: newId(),
  flowRunId,
  taskRunId: null,
  name: 'order.shipped',
  resource: { id: 'order.1', labels: {} },
  related: [],
  payload: {},
  follows: null,
  occurred: null,
  time: Date.now(),
  ...more,
})
