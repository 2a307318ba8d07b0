import { rawId } from '../../raw-id.ts'
import type { OperationRow } from './documents.ts'

/** The shape of an operation in `-o json`; stable. */
export const operationJson = ({ uuid, refusals, ...operation }: OperationRow) => ({
  id: uuid,
  ...operation,
  refusals: refusals.map(({ flowRunId, message }) => ({ flowRunId: rawId(flowRunId), message })),
})
