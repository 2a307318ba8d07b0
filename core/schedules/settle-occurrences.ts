/**
 * What becomes of due occurrences that cannot be given out as they stand.
 *
 * 1. *Missed*: nobody noted, from its instant until `maxLateness` later, that a worker of its pool was online. Waiting for slots, pauses or overlap
 *    never counts. `skip` gives it up; `latest` keeps the newest that has come; `all` never gets here.
 * 2. *Overlap*: against every earlier run of the schedule that had not ended at its instant (`skip`, `queue-one`), or has not ended yet (the others).
 *    What never ran (missed, skipped) is in nobody's way.
 * 3. Decided from the record alone, so it comes out the same whoever decides, and however late.
 */
import type { Change } from '../change.ts'
import { cancelFlowRun, forceFlowRun } from '../flow-run-commands.ts'
import type { FlowRunFacts } from '../flow-run.ts'
import { formatInstant, type Instant } from '../instant.ts'
import { timeAfter } from '../state-clock.ts'
import { isFinal, makeState } from '../states.ts'
import type { CatchUp, Overlap } from './occurrence-policy.ts'

/** A run that a schedule has made. */
export interface OccurrenceRun {
  facts: FlowRunFacts
  /** The instant of the schedule for which it was made. */
  occurrence: Instant
  /** A worker of its pool was online in time. */
  isMet: boolean
  endTime: Instant | null
}

/** A schedule with due occurrences that are held, and the runs of it that are due and had not ended at the first of their instants. */
export interface HeldSchedule {
  slug: string
  catchUp: CatchUp
  /** Milliseconds. */
  maxLateness: number
  overlap: Overlap
  filledUntil: Instant
  /** Ids of the runs that are to be settled. */
  held: readonly string[]
  /** In the order of their occurrences. */
  runs: readonly OccurrenceRun[]
}

/** The changes that settle what can be settled now; what only has to wait is left as it is. A run that is CANCELLING afterwards has a holder to be told. */
export function settleOccurrences(schedule: HeldSchedule, now: Instant, newId: () => string): Change[] {
  const changes: Change[] = []
  const gone = new Set<string>()
  const give = (run: OccurrenceRun, name: 'Missed' | 'Skipped', message: string) => {
    gone.add(run.facts.id)
    changes.push(endUnstarted(run.facts, name, message, `schedule ${schedule.slug}`, now, newId))
  }
  const held = schedule.runs.filter((run) => schedule.held.includes(run.facts.id) && isUntouched(run.facts))

  for (const run of held) {
    if (isMissed(schedule, run, now) && !isKept(schedule, run, gone))
      give(run, 'Missed', `No worker was there to take it between ${show(run.occurrence)} and ${show(run.occurrence + schedule.maxLateness)}`)
  }
  if (schedule.overlap === 'allow' || schedule.overlap === 'queue-all') return changes

  for (const run of held) {
    if (gone.has(run.facts.id) || waitsForFilling(schedule, run, now)) continue
    const earlier = schedule.runs.filter((other) => other.occurrence < run.occurrence && !gone.has(other.facts.id))
    const atItsInstant = earlier.filter(({ endTime, facts }) => endTime === null || (endTime > run.occurrence && facts.startTime !== null))
    if (schedule.overlap === 'skip' || schedule.overlap === 'queue-one') {
      const room = schedule.overlap === 'skip' ? 0 : 1
      const first = atItsInstant[0]
      if (first && atItsInstant.length > room) {
        const others = room === 0 ? `The run of ${show(first.occurrence)} had not ended` : 'One run had not ended and another was waiting'
        give(run, 'Skipped', others)
      }
      continue
    }
    for (const other of earlier) {
      if (isFinal(other.facts.state.type)) continue
      const command = { run: other.facts, by: `schedule ${schedule.slug}`, reason: `Made way for the run of ${show(run.occurrence)}`, now, newId }
      const verdict = schedule.overlap === 'cancel-running' ? cancelFlowRun(command) : forceFlowRun({ ...command, type: 'CANCELLED' })
      if (verdict.kind !== 'change') continue
      changes.push(verdict.change)
      gone.add(other.facts.id)
    }
  }
  return changes
}

const show = (instant: Instant): string => `${formatInstant(instant).slice(0, 19)}Z`

/** Nobody has begun it, and no person has queued it again. */
const isUntouched = ({ state, holder, runCount, epoch }: FlowRunFacts): boolean =>
  state.type === 'SCHEDULED' && holder === null && runCount === 0 && epoch === 1

const isMissed = ({ catchUp, maxLateness }: HeldSchedule, run: OccurrenceRun, now: Instant): boolean =>
  catchUp !== 'all' && !run.isMet && run.occurrence + maxLateness < now

/** With `latest`: nothing newer has come that runs, ran or waits. */
function isKept({ catchUp, runs }: HeldSchedule, run: OccurrenceRun, gone: ReadonlySet<string>): boolean {
  if (catchUp !== 'latest') return false
  return !runs.some(
    (other) => other.occurrence > run.occurrence && !gone.has(other.facts.id) && (other.endTime === null || other.facts.startTime !== null),
  )
}

/** With `latest`: missed, and the newest known; a newer one may still have to be made. */
const waitsForFilling = (schedule: HeldSchedule, run: OccurrenceRun, now: Instant): boolean =>
  schedule.catchUp === 'latest' && isMissed(schedule, run, now) && schedule.filledUntil <= now

function endUnstarted(run: FlowRunFacts, name: 'Missed' | 'Skipped', message: string, by: string, now: Instant, newId: () => string): Change {
  const state = makeState({ id: newId(), type: 'CANCELLED', name, timestamp: timeAfter(run.state.timestamp, now), message, details: { by } })
  return {
    flowRunId: run.id,
    guard: { stateId: run.state.id, epoch: run.epoch },
    states: [state],
    history: [],
    lease: 'keep',
    raiseEpoch: false,
  }
}
