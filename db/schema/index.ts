/**
 * Every table, as types for the queries. Constraints, indexes, partitions, roles and policies stand in db/migrations/*.sql, which is what runs;
 * test/db/schema.test.ts holds the two against each other column by column.
 */
export { accounts } from './accounts.ts'
export { apiKeys, idempotencyKeys, serviceAccounts, sessions, signInTokens } from './api-keys.ts'
export { artifacts } from './artifacts.ts'
export { auditRows } from './audit-rows.ts'
export { changes } from './changes.ts'
export { deployments, deploymentVersions } from './deployments.ts'
export { deletedFlowRuns, flowRunStates, flowRuns, flowRunTags } from './flow-runs.ts'
export { flowRunWaits } from './flow-run-waits.ts'
export { flows } from './flows.ts'
export { judges } from './judges.ts'
export { limits, slots } from './limits.ts'
export { logChunks } from './log-chunks.ts'
export { deletedOccurrences, schedules } from './schedules.ts'
export { operations } from './operations.ts'
export { runInputs } from './run-inputs.ts'
export { taskRuns } from './task-runs.ts'
export { variables } from './variables.ts'
export { workers, workerSessions } from './workers.ts'
export { workPools, workQueues } from './work-pools.ts'
export { workspaces } from './workspaces.ts'
