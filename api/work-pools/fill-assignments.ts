/** What workers get of job variables: what the template of their pool makes of them, as it is when the run is given out. */
import type { AssignmentRow } from '../../db/queries/flow-runs/list-assignments.ts'
import { fitJobVariables } from './fit-job-variables.ts'

/** A run that its pool's template has no place for. */
export interface UnfitRun {
  flowRunId: string
  epoch: number
  sessionId: string
  /** For people, with the first thing that does not fit. */
  reason: string
}

/** In the order of the rows. Its variables fitted when the run was made, unless its schedule made it; the template may have changed since. */
export function fillAssignments(workPoolType: string, rows: readonly AssignmentRow[]): { fit: AssignmentRow[]; unfit: UnfitRun[] } {
  const fit: AssignmentRow[] = []
  const unfit: UnfitRun[] = []
  for (const row of rows) {
    const { deployment, jobTemplate, flowRunId, epoch, sessionId } = row
    if (deployment === null || jobTemplate === null) {
      fit.push(row)
      continue
    }
    const workPool = { type: workPoolType, baseJobTemplate: jobTemplate }
    const { jobVariables, issues } = fitJobVariables({ workPool, jobVariables: deployment.jobVariables })
    const [issue, ...more] = issues
    if (issue === undefined) fit.push({ ...row, deployment: { ...deployment, jobVariables } })
    else {
      const others = more.length === 0 ? '' : ` (and ${more.length} more)`
      const reason = `Not started: its job variables do not fit the base job template of its work pool: ${issue.path.join('.')}: ${issue.message}${others}`
      unfit.push({ flowRunId, epoch, sessionId, reason })
    }
  }
  return { fit, unfit }
}
