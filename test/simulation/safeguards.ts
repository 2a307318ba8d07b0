/**
 * The decisions that the simulated parts ask for: the product's own functions. A mutation replaces one of them by a version with a safeguard switched off,
 * and the simulator has to notice.
 */
import type { PoolCommand } from '../../core/pool-commands.ts'
import { chooseAssignments } from '../../core/dispatch.ts'
import { mayStartAtOnce, mayStartAttempt } from '../../core/fence.ts'
import { decideAssignment, mustLetGo } from '../../core/holder.ts'
import { foldHolderFact, judgeRun } from '../../core/leases.ts'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import { foldReport } from '../../core/reports.ts'
import { planOccurrences } from '../../core/schedules/plan-occurrences.ts'
import type { Theme } from './faults.ts'

export interface Safeguards {
  foldReport: typeof foldReport
  foldHolderFact: typeof foldHolderFact
  judgeRun: typeof judgeRun
  chooseAssignments: typeof chooseAssignments
  decideAssignment: typeof decideAssignment
  mayStartAtOnce: typeof mayStartAtOnce
  mayStartAttempt: typeof mayStartAttempt
  mustLetGo: typeof mustLetGo
  /** What a WorkPool's commands are before they are carried out. */
  commands: (commands: PoolCommand[]) => PoolCommand[]
  /** Whether a claim counts the slots again under the limits' locks. */
  recountsLimits: boolean
  planOccurrences: typeof planOccurrences
  /** Whether an occurrence that is there is not made again; whether a plan is only written where nobody has changed the schedule meanwhile. */
  fillsOnce: boolean
  checksRevision: boolean
  /** Whether the sweep cancels children that their parent's cancellation has not reached. */
  cancelsLeftChildren: boolean
}

export const SAFEGUARDS: Safeguards = {
  foldReport,
  foldHolderFact,
  judgeRun,
  chooseAssignments,
  decideAssignment,
  mayStartAtOnce,
  mayStartAttempt,
  mustLetGo,
  commands: (commands) => commands,
  recountsLimits: true,
  planOccurrences,
  fillsOnce: true,
  checksRevision: true,
  cancelsLeftChildren: true,
}

/** A safeguard that is off, and the kind of world in which that shows soonest. */
interface Mutation {
  off: Partial<Safeguards>
  theme: Partial<Theme>
  /** Where it showed when somebody last looked, if that is far from 1: these worlds come first. */
  from?: number
}

const LONG = { every: 15_000, longShare: 0.9, proposingShare: 0, meddling: 0 }

const SCHEDULED = { schedules: 3, every: 15_000, slowShare: 0.05 }

/** One safeguard off at a time. */
export const MUTATIONS: Record<string, Mutation> = {
  'a report of an old epoch is taken': {
    off: { foldReport: (input) => foldReport({ ...input, report: { ...input.report, epoch: input.run.epoch } }) },
    theme: { ...LONG, faults: ['cut off'], stopShare: 1 },
    from: 17,
  },
  'a report is taken whatever its number': {
    off: {
      foldReport: (input) => {
        const fold = foldReport({ ...input, run: { ...input.run, lastN: input.report.n - 1 } })
        return fold.kind === 'write' ? { ...fold, change: { ...fold.change, guard: { ...fold.change.guard, lastN: undefined } } } : fold
      },
    },
    theme: { faults: ['messages lost'] },
  },
  'an occurrence is made by everybody who fills': { off: { fillsOnce: false }, theme: { ...SCHEDULED, faults: ['object doubled'] } },
  'a filling goes on from now and not from where the last one ended': {
    off: { planOccurrences: (schedule, input) => planOccurrences(schedule, { ...input, filledUntil: Math.max(input.filledUntil, input.now) }) },
    theme: { ...SCHEDULED, faults: ['all of us away', 'database refused'], longShare: 1 },
  },
  'a plan is written whatever became of its schedule': {
    off: { checksRevision: false },
    theme: { ...SCHEDULED, schedules: 8, faults: [] },
    from: 3,
  },
  'a cancellation that did not reach a child is not made up for': {
    off: { cancelsLeftChildren: false },
    theme: { childShare: 0.9, faults: ['database refused'], every: 15_000, longShare: 0.9, slowShare: 0.9, meddling: 0 },
    from: 146,
  },
  'a hello that the network held back sends the newer connection away for good': {
    off: {
      commands: (commands) =>
        commands.map((command) => {
          const isOld = command.do === 'send' && command.message.type === 'goodbye' && command.message.code === 'superseded'
          return isOld ? { ...command, message: { ...command.message, retry: false } as PoolMessage } : command
        }),
    },
    theme: { faults: ['hello held back'] },
  },
  'a claim does not count again under lock': { off: { recountsLimits: false }, theme: { faults: ['object doubled'], every: 5_000, slowShare: 0.05 } },
  'a holder does not mind its fence': {
    off: { mustLetGo: () => false },
    theme: { ...LONG, faults: ['cut off'], stopShare: 1, slowShare: 0.6 },
    from: 59,
  },
  'a judge that was away judges at once': {
    off: { judgeRun: (run, _mayJudge, now, newId, timings) => judgeRun(run, true, now, newId, timings) },
    theme: { ...LONG, faults: ['all of us away', 'database refused'] },
    from: 19,
  },
  'an assignment starts whatever its age': {
    off: { mayStartAtOnce: ({ mayStart }) => mayStart },
    theme: { ...LONG, faults: ['machine asleep', 'cut off'], startAgainShare: 1, stopShare: 0 },
    from: 51,
  },
  'an assignment that did not arrive is not sent again': {
    off: { commands: (commands) => commands.filter((command) => command.do !== 'assign-again') },
    theme: { faults: ['object wiped', 'isolates ended'], every: 5_000 },
  },
  'a retry that waited starts without asking': {
    off: { mayStartAttempt: () => true },
    theme: { ...LONG, faults: ['cut off'], stopShare: 0, slowShare: 0.6, failShare: 0.6 },
    from: 818,
  },
  'an assignment is acted upon each time it arrives': {
    off: { decideAssignment: (assignment, facts) => decideAssignment(assignment, { ...facts, begun: null, waiting: null }) },
    theme: { faults: ['object wiped', 'messages lost'], every: 5_000 },
  },
}
