/** Cancelling reaches what the run started elsewhere: deployed children, and theirs in turn. Subflows in its process end with it. */
import { cancelFlowRun } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import { listOpenDescendants } from '../../db/queries/flow-runs/list-open-descendants.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { announce } from '../announce.ts'
import type { Context } from '../context.ts'
import { directCancel } from './direct-cancel.ts'

/** As people read it in the states of the children. */
export const WITH_PARENT = { by: 'the run that started it', reason: 'Cancelled with the run that started it' } as const

/** At once; the sweep takes what is beyond that, and what changed in the same moment. */
const AT_ONCE = 200

/** Asks every open descendant of these runs to stop, and tells their holders. With a `reader` they are read along with what else is asked of it. */
export async function cancelDescendants(
  context: Pick<Context, 'db' | 'workspaceId' | 'coordinators'>,
  flowRunIds: readonly string[],
  reader: Pick<Context['reader'], 'run'> = context.db,
): Promise<void> {
  const open = await reader.run(listOpenDescendants({ flowRunIds, limit: AT_ONCE }))
  const changes = open.flatMap(({ facts, now }) => {
    const verdict = cancelFlowRun({ run: facts, ...WITH_PARENT, now, newId })
    return verdict.kind === 'change' ? [{ change: verdict.change }] : []
  })
  if (changes.length === 0) return
  const applied = await context.db.run(applyChanges(changes))
  announce(context, applied)
  for (const { written, facts } of applied.runs) if (written && facts) directCancel(context, facts)
}
