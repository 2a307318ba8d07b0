/** The hour's duty for partitions. Rows that found none lie in DEFAULT, are moved, and warned about. */
import { dropOldChanges, makePartitions } from '../../db/queries/maintenance/maintain-partitions.ts'
import type { Duty } from './duty.ts'

/** A run made that far ahead still finds its week. */
const DAYS_AHEAD = 14
/** Feeds resume from cursors up to 47 h old. */
const CHANGES_KEPT_HOURS = 48

/** Makes partitions ahead of time and drops the days of `changes` that nobody can resume from, once an hour. */
export const keepPartitions: Duty = {
  name: 'keep-partitions',
  async runOnce(context) {
    if (new Date(context.now).getUTCMinutes() !== 0) return
    const { made, moved } = await context.db.run(makePartitions({ daysAhead: DAYS_AHEAD }))
    if (moved > 0) context.log.warn('rows had gathered in a default partition: partitions were made too late', { moved, made })
    const dropped = await context.db.run(dropOldChanges({ hours: CHANGES_KEPT_HOURS }))
    if (made.length + dropped.length > 0) context.log.info('partitions kept', { made, dropped })
  },
}
