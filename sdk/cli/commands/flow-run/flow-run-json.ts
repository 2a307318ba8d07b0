import type { FlowRunRow } from './documents.ts'

/** The shape of a flow run in `-o json`; stable. */
export const flowRunJson = (run: FlowRunRow) => ({
  id: run.uuid,
  name: run.name,
  flow: run.flow.name,
  deployment: run.deployment?.fullName ?? null,
  workPool: run.workPool?.name ?? null,
  state: run.state,
  runCount: run.runCount,
  createdAt: run.createdAt,
  startTime: run.startTime,
  endTime: run.endTime,
  url: run.url,
})
