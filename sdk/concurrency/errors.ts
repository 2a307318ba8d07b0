/** What can go wrong with slots of named limits. Each names the limits and what to do. */
import { WeirError } from '../errors.ts'

/** Why slots were not taken. */
export type SlotsNotTakenReason =
  | /** Nobody gave any within the `timeout`. */ 'timed_out'
  | /** `strict`, and a limit is not there. */ 'no_such_limit'
  | /** More than the limit has. */ 'slots_above_limit'
  | /** `rateLimit` of a limit without a decay. */ 'no_decay'
  | /** The run goes on elsewhere, or has ended. */ 'run_over'
  | /** The control plane does not let this credential ask. */ 'refused'

/** The code that was to run with slots has not started. */
export class SlotsNotTaken extends WeirError {
  /** Names of the limits that were asked. */
  readonly names: readonly string[]
  /** What is in the way. */
  readonly reason: SlotsNotTakenReason

  constructor(names: readonly string[], reason: SlotsNotTakenReason, message: string, hint?: string) {
    super('slots_not_taken', message, hint === undefined ? {} : { hint })
    this.names = names
    this.reason = reason
  }
}

/** The slots were taken away while code ran with them, and `onLeaseLost` is `'abort'`. */
export class LeaseLost extends WeirError {
  /** Names of the limits whose slots are gone. */
  readonly names: readonly string[]

  constructor(names: readonly string[], why: string) {
    super('lease_lost', `the slots of ${names.join(', ')} are lost: ${why}`, {
      hint: 'Somebody else may have them by now. With onLeaseLost: "continue" the code goes on all the same.',
    })
    this.names = names
  }
}
