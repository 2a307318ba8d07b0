/** What the minute sweep does, one file per duty. A duty is idempotent: run twice, or missed once, it does no harm. */
import type { Change } from '../../core/change.ts'
import type { Instant } from '../../core/instant.ts'
import type { Timings } from '../../core/timings.ts'
import type { SystemDb } from '../../db/system.ts'
import { type Applied, applyChanges } from '../../db/transitions/apply-changes.ts'
import { announce } from '../announce.ts'
import type { Sealer } from '../blocks/sealer.ts'
import type { Coordinators } from '../context.ts'
import type { Log } from '../log.ts'

export interface MaintenanceContext {
  /** The record across workspaces, as `weir_system`. */
  db: SystemDb
  coordinators: Coordinators
  timings: Timings
  log: Log
  newId: () => string
  sealer: Sealer
  /** Runs that ended so many days ago are deleted; null = none are. */
  retentionDays: number | null
  /** The minute that is being swept. */
  now: Instant
}

export interface Duty {
  /** As it stands in the log. */
  name: string
  /** Throws when it could not do all of it; the next sweep tries again. */
  runOnce(context: MaintenanceContext): Promise<void>
}

/** Rows looked at by one duty in one sweep; the next sweep takes the rest. */
export const A_SWEEP = 1_000

/** Changes in one statement. */
const A_STATEMENT = 200

/** Writes changes of runs of many workspaces, each under its own, and announces them. A change whose guard fails is decided anew by the next sweep. */
export async function applyInWorkspaces(context: MaintenanceContext, changes: readonly { workspaceId: string; change: Change }[]): Promise<void> {
  for (const [workspaceId, own] of Map.groupBy(changes, (entry) => entry.workspaceId)) {
    const db = context.db.inWorkspace(workspaceId)
    for (let start = 0; start < own.length; start += A_STATEMENT) {
      const applied: Applied = await db.run(applyChanges(own.slice(start, start + A_STATEMENT).map(({ change }) => ({ change }))))
      announce({ workspaceId, coordinators: context.coordinators }, applied)
    }
  }
}
