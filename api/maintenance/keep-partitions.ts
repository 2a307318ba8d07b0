/** The hour's duty for partitions. Rows that found none lie in DEFAULT, are moved, and warned about. */
import { dropOldChanges, dropOldEvents, makePartitions } from '../../db/queries/maintenance/maintain-partitions.ts'
import type { Duty } from './duty.ts'

/** A run made that far ahead still finds its week. */
const DAYS_AHEAD = 14
/** Feeds resume from cursors up to 47 h old. */
const CHANGES_KEPT_HOURS = 48
/** An event is kept for so many days after the one in which it came. */
const EVENTS_KEPT_DAYS = 7

/** Makes partitions ahead of time and drops the days of `changes` that nobody can resume from and those of events that are too old, once an hour. */
export const keepPartitions: Duty = {
  name: 'keep-partitions',
  async runOnce(context) {
    if (new Date(context.now).getUTCMinutes() !== 0) return
    const { made, moved } = await context.db.run(makePartitions({ daysAhead: DAYS_AHEAD }))
    if (moved > 0) context.log.warn('rows had gathered in a default partition: partitions were made too late', { moved, made })
    const changes = await context.db.run(dropOldChanges({ hours: CHANGES_KEPT_HOURS }))
    const dropped = [...changes, ...(await context.db.run(dropOldEvents({ days: EVENTS_KEPT_DAYS })))]
    if (made.length + dropped.length > 0) context.log.info('partitions kept', { made, dropped })
  },
}
