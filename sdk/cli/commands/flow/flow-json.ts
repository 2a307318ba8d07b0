import type { FlowRow } from './documents.ts'

/** The shape of a flow in `-o json`; stable. */
export const flowJson = (flow: FlowRow) => ({
  id: flow.uuid,
  name: flow.name,
  deployments: flow.deployments.map(({ fullName }) => fullName),
  createdAt: flow.createdAt,
})
