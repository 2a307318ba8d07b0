/**
 * Slots that a task needs because of its tags: a task with the tag `x` runs only while it has a slot of the limit `tag:x`, if there is one.
 * Most tags have no limit; a process asks about each once in a while.
 */
import { tagLimitName } from '../../core/concurrency.ts'
import { LIMITS } from '../../core/limits.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import { writeLog } from '../logger.ts'
import type { RunScope } from '../run-context.ts'
import { holderOf, MOST_NAMES } from './take-slots.ts'
import type { Lease } from './held-slots.ts'
import { Away, type SlotsClient, slotsClientOf } from './slots-client.ts'
import type { Wish } from './waiting-line.ts'

interface TaggedTask {
  tags: readonly string[]
  scope: Pick<RunScope, 'flowRun' | 'taskRun' | 'slot'>
  signal: AbortSignal | null
  /** An error = the task does not start any more. */
  stopped: () => Error | null
  /** There is no slot at once. */
  onWait: (message: string) => void
}

const said = new WeakSet<SlotsClient>()

/**
 * Null = nothing to wait for. Else the slots, or null when nobody answers and no limit of these tags is known: a run does not stop because nobody can be asked.
 * Rejects with SlotsNotTaken (a limit of 0), or with why the task does not start any more.
 */
export function holdTagSlots(task: TaggedTask): Promise<Lease | null> | null {
  const { flowRun } = task.scope
  // Settings that cannot be read are no reason for a task outside of flows not to run.
  if (!flowRun)
    return configuredControlPlane()
      .catch(() => null)
      .then((controlPlane) => controlPlane && holdSlotsOf(controlPlane, task))
  return flowRun.session.controlPlane && holdSlotsOf(flowRun.session.controlPlane, task)
}

function holdSlotsOf(controlPlane: ControlPlane, { tags, scope, signal, stopped, onWait }: TaggedTask): Promise<Lease | null> | null {
  const { flowRun, taskRun, slot } = scope
  const client = slotsClientOf(controlPlane)
  const names = tags.map(tagLimitName).filter((name) => name.length <= LIMITS.name)
  if (client.areFree(names)) return null
  const wish: Wish = {
    names: names.slice(0, MOST_NAMES),
    slots: 1,
    mode: 'slots',
    flowRunId: flowRun?.record.rootFlowRunId ?? null,
    taskRunId: taskRun?.id ?? null,
    holder: holderOf(scope),
    signal,
    timeout: null,
    stopped,
    onWait,
    onAway(why) {
      if (!said.has(client)) writeLog({ flowRun, taskRun }, 'warn', `limits of tags are not looked at for now: ${why}`, undefined, 'weir')
      said.add(client)
      return true
    },
  }
  const taking = client.take(wish).catch((error: unknown) => {
    if (error instanceof Away) return null
    throw error
  })
  return slot ? slot.lendWhile(taking) : taking
}
