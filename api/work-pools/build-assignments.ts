/** Assignments as they are pushed: what the record knows of each run, with its token, its fence and its link. */
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { AssignmentRow } from '../../db/queries/flow-runs/list-assignments.ts'
import { mintRunToken } from '../auth/mint-run-token.ts'
import type { PoolContext } from './pool-context.ts'

/** In the order of the rows. Only process pools may start user code without a further question. */
export const buildAssignments = (context: PoolContext, workPoolType: string, rows: readonly AssignmentRow[]): Promise<Assignment[]> =>
  Promise.all(
    rows.map(async ({ flowRunId, epoch, claimedAt, stateId, flowRun, flow, deployment, watched }) => ({
      flowRunId,
      epoch,
      claimedAt,
      mayStart: workPoolType === 'process',
      stateId,
      runToken: await mintRunToken(context.tokenSecret, context.timings, { workspaceId: context.workspaceId, flowRunId, epoch, now: claimedAt }),
      fence: context.timings.fence,
      flowRun: { ...flowRun, url: `${context.publicUrl}/flow-runs/${flowRunId}` },
      flow,
      deployment,
      watched,
    })),
  )
