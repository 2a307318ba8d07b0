/**
 * Schedules in the simulated record: the same statements as db/transitions with the same guards, and what must be true of occurrences.
 *
 * 10. Each instant of a schedule is a run once, and none is left out while it is not paused: `fill`, `check`.
 * 11. A paused schedule makes nothing: `fill`.
 * 12. Nothing is given out beside an earlier run of its schedule that has not ended, unless the schedule allows it: `given`.
 */
import type { ScheduleFill } from '../../db/transitions/fill-schedules.ts'
import { nextInstants } from '../../core/schedules/next-instants.ts'
import type { CatchUp, Overlap } from '../../core/schedules/occurrence-policy.ts'
import { readSchedule, type Schedule } from '../../core/schedules/schedule.ts'
import type { HeldSchedule } from '../../core/schedules/settle-occurrences.ts'
import { isFinal } from '../../core/states.ts'
import type { NewRun, Record, Row } from './record.ts'
import type { Safeguards } from './safeguards.ts'
import { Violation } from './truth.ts'
import type { World } from './world.ts'

export interface ScheduleRow {
  id: string
  workPoolId: string
  schedule: Schedule
  catchUp: CatchUp
  maxLateness: number
  overlap: Overlap
  isPaused: boolean
  revision: number
  filledUntil: number
  fillAt: number | null
  /** Since when it has not been paused. */
  activeSince: number
  newRun(id: string, at: number): NewRun
}

export class Schedules {
  readonly rows = new Map<string, ScheduleRow>()
  readonly #world: World
  readonly #record: Record
  readonly #safeguards: Safeguards
  /** The run of each occurrence that there is, by `schedule/instant`. */
  readonly #made = new Map<string, string>()

  constructor(world: World, record: Record, safeguards: Safeguards) {
    this.#world = world
    this.#record = record
    this.#safeguards = safeguards
  }

  create(row: Omit<ScheduleRow, 'schedule' | 'isPaused' | 'revision' | 'filledUntil' | 'fillAt' | 'activeSince'> & { interval: number }): void {
    const { now } = this.#world
    const read = readSchedule({ interval: row.interval }, now)
    if (!read.ok) throw new Error(read.message)
    this.rows.set(row.id, { ...row, schedule: read.schedule, isPaused: false, revision: 1, filledUntil: now, fillAt: now, activeSince: now })
  }

  /** Paused, what nobody has begun is removed; resumed, it goes on from now. */
  pause(id: string, isPaused: boolean): void {
    const row = this.rows.get(id)
    if (!row || row.isPaused === isPaused) return
    if (isPaused) this.check(row)
    const { now } = this.#world
    Object.assign(row, { isPaused, revision: row.revision + 1, filledUntil: now, fillAt: isPaused ? null : now, activeSince: now })
    this.#world.tell(() => `${id} is ${isPaused ? 'paused' : 'resumed'}`)
    for (const run of this.#runsOf(id)) {
      const { facts } = run
      if (facts.state.type !== 'SCHEDULED' || facts.holder !== null || facts.runCount > 0 || facts.epoch > 1) continue
      this.#record.runs.delete(facts.id)
      this.#made.delete(keyOf(id, run.occurrence?.at as number))
    }
  }

  /** Those that need more occurrences. */
  listToFill(workPoolId: string | null): ScheduleRow[] {
    const { now } = this.#world
    return [...this.rows.values()]
      .filter((row) => row.fillAt !== null && row.fillAt <= now && (workPoolId === null || row.workPoolId === workPoolId))
      .map((row) => ({ ...row }))
  }

  /** Pools that have something new, with their first due instant. */
  fill(fills: readonly ScheduleFill[]): { workPoolId: string; firstDue: number }[] {
    const pools = new Map<string, number>()
    for (const fill of fills) {
      const row = this.rows.get(fill.scheduleId)
      if (!row || (this.#safeguards.checksRevision && (row.revision !== fill.revision || row.fillAt === null))) continue
      row.filledUntil = Math.max(row.filledUntil, fill.filledUntil)
      row.fillAt = fill.fillAt
      for (const { at, id } of fill.occurrences) {
        const key = keyOf(row.id, at)
        if (this.#made.has(key) && this.#safeguards.fillsOnce) continue
        if (this.#made.has(key)) throw new Violation('an occurrence is made once', `${key} was made as ${this.#made.get(key)}, and now as ${id}`)
        if (row.isPaused) throw new Violation('a paused schedule makes nothing', `${key} was made`)
        this.#made.set(key, id)
        this.#record.insert(row.newRun(id, at))
        const run = this.#record.runs.get(id) as Row
        run.occurrence = { scheduleId: row.id, at, isMet: false }
        pools.set(row.workPoolId, Math.min(at, pools.get(row.workPoolId) ?? at))
      }
    }
    return [...pools].map(([workPoolId, firstDue]) => ({ workPoolId, firstDue }))
  }

  /** Notes what is due as met; when the pool's next one is due. */
  meet(workPoolId: string): number | null {
    for (const run of this.#due(workPoolId)) {
      const row = this.rows.get(run.occurrence?.scheduleId ?? '')
      if (run.occurrence && row && run.occurrence.at + row.maxLateness >= this.#world.now) run.occurrence.isMet = true
    }
    const ahead = [...this.#record.runs.values()].flatMap(({ facts, occurrence, scheduledTime }) =>
      occurrence !== null && facts.workPoolId === workPoolId && facts.state.type === 'SCHEDULED' && facts.holder === null
        ? (scheduledTime ?? [])
        : [],
    )
    return ahead.filter((at) => at > this.#world.now).reduce<number | null>((least, at) => Math.min(least ?? at, at), null)
  }

  /** As `is_held_occurrence` of db/migrations. */
  isHeld(run: Row): boolean {
    const { occurrence, facts } = run
    const row = occurrence && this.rows.get(occurrence.scheduleId)
    if (!occurrence || !row || facts.epoch > 1 || facts.runCount > 0) return false
    const { now } = this.#world
    const others = this.#runsOf(row.id)
    if (row.catchUp !== 'all' && !occurrence.isMet && occurrence.at + row.maxLateness < now) {
      if (row.catchUp === 'skip' || row.filledUntil <= now) return true
      const isNewer = ({ occurrence: other, endedAt, startedAt }: Row) =>
        other !== null && other.at > occurrence.at && other.at <= now && (endedAt === null || startedAt !== null)
      if (others.some(isNewer)) return true
    }
    if (row.overlap === 'allow') return false
    const earlier = others.filter((other) => (other.occurrence?.at ?? 0) < occurrence.at)
    const across = earlier.filter(({ endedAt, startedAt }) => endedAt !== null && endedAt > occurrence.at && startedAt !== null).length
    if (earlier.some(({ endedAt }) => endedAt === null)) return true
    return (row.overlap === 'skip' && across > 0) || (row.overlap === 'queue-one' && across > 1)
  }

  held(workPoolId: string): { now: number; schedules: HeldSchedule[]; fill: boolean } {
    const { now } = this.#world
    const due = this.#due(workPoolId)
    const held = Map.groupBy(
      due.filter((run) => this.isHeld(run)),
      (run) => run.occurrence?.scheduleId as string,
    )
    const schedules = [...held].map(([id, runs]): HeldSchedule => {
      const row = this.rows.get(id) as ScheduleRow
      const first = Math.min(...runs.map((run) => run.occurrence?.at as number))
      const shown = this.#runsOf(id).filter(({ occurrence, endedAt }) => (occurrence?.at as number) <= now && (endedAt === null || endedAt > first))
      return {
        slug: id,
        catchUp: row.catchUp,
        maxLateness: row.maxLateness,
        overlap: row.overlap,
        filledUntil: row.filledUntil,
        held: runs.map(({ facts }) => facts.id),
        runs: shown.map(({ facts, occurrence, startedAt, endedAt }) => ({
          facts: { ...facts, startTime: startedAt },
          occurrence: occurrence?.at as number,
          isMet: occurrence?.isMet === true,
          endTime: endedAt,
        })),
      }
    })
    const fill = due.some((run) => (this.rows.get(run.occurrence?.scheduleId as string)?.fillAt ?? Number.POSITIVE_INFINITY) <= now)
    return { now, schedules, fill }
  }

  /** 12. */
  given(run: Row): void {
    const row = run.occurrence && this.rows.get(run.occurrence.scheduleId)
    if (!row || row.overlap === 'allow' || run.facts.epoch > 1) return
    const beside = this.#runsOf(row.id).find(
      ({ facts, occurrence }) => (occurrence?.at ?? 0) < (run.occurrence?.at as number) && facts.id !== run.facts.id && !isFinal(facts.state.type),
    )
    if (beside) throw new Violation('overlap is as chosen', `${run.facts.id} is given out although ${beside.facts.id} of ${row.id} has not ended`)
  }

  /** 10. Every instant since it was made or resumed is a run, as far as it says that it is filled. */
  check(row: ScheduleRow): void {
    const until = Math.min(this.#world.now, row.filledUntil)
    const missing = nextInstants(row.schedule, { from: row.activeSince, count: 1_000 }).find((at) => at < until && !this.#made.has(keyOf(row.id, at)))
    if (missing !== undefined) throw new Violation('no occurrence is lost', `${keyOf(row.id, missing)} was never made`)
  }

  #runsOf(id: string): Row[] {
    return [...this.#record.runs.values()]
      .filter((run) => run.occurrence?.scheduleId === id)
      .sort((a, b) => (a.occurrence?.at ?? 0) - (b.occurrence?.at ?? 0))
  }

  #due(workPoolId: string): Row[] {
    const { now } = this.#world
    return [...this.#record.runs.values()].filter(
      ({ facts, occurrence, scheduledTime }) =>
        occurrence !== null &&
        facts.workPoolId === workPoolId &&
        facts.state.type === 'SCHEDULED' &&
        facts.holder === null &&
        (scheduledTime ?? 0) <= now,
    )
  }
}

const keyOf = (scheduleId: string, at: number): string => `${scheduleId}/${at}`
