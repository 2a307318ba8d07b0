import { rawId } from '../../raw-id.ts'
import type { EventRow } from './documents.ts'

/** The shape of an event in `-o json`; stable. */
export const eventJson = ({ uuid, flowRunId, taskRunId, ...event }: EventRow) => ({
  id: uuid,
  ...event,
  flowRunId: flowRunId === null ? null : rawId(flowRunId),
  taskRunId: taskRunId === null ? null : rawId(taskRunId),
})
