/** How much work one answer may be. Rules that count from a DTSTART long ago, and exclusions that take all there is, could go on for minutes. */
import { ScheduleProblem } from './schedule-problem.ts'

/** What a step costs that is more than a look at one day. */
export const OCCURRENCE = 10

/** A budget that the rules of a set share; throws a ScheduleProblem when it is used up. One unit is a look at one day. */
export class Patience {
  #left = 3_000_000

  spend(units: number): void {
    this.#left -= units
    if (this.#left < 0)
      throw new ScheduleProblem('rrule', 'takes too long to work out: expected a later DTSTART where a rule has COUNT, and rules that exclude less')
  }
}
