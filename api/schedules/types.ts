/** GraphQL types of schedules. */
import type { ScheduleInput as Input } from '../../core/schedules/schedule.ts'
import type { OnGap, OnOverlap } from '../../core/schedules/zone.ts'
import { builder } from '../builder.ts'

const ScheduleOnGap = builder.enumType('ScheduleOnGap', {
  description: 'What happens to a wall time that does not exist because clocks are set forward.',
  values: {
    SHIFT: { value: 'shift', description: 'It fires at the first instant after the gap.' },
    SKIP: { value: 'skip', description: 'It does not fire that day.' },
  } as const satisfies Record<Uppercase<OnGap>, { value: OnGap; description: string }>,
})

const ScheduleOnOverlap = builder.enumType('ScheduleOnOverlap', {
  description: 'What happens to a wall time that exists twice because clocks are set back.',
  values: {
    FIRST: { value: 'first', description: 'It fires the first time.' },
    BOTH: { value: 'both', description: 'It fires both times.' },
  } as const satisfies Record<Uppercase<OnOverlap>, { value: OnOverlap; description: string }>,
})

/** A schedule as clients write it: core checks it, so that every mistake is told in the same words everywhere. */
export const ScheduleInput = builder.inputRef<Input>('ScheduleInput').implement({
  description: 'When something runs: one of `cron`, `interval` and `rrule`.',
  fields: (t) => ({
    cron: t.string({
      description:
        'Five fields, six with seconds first, or an alias such as `@daily`. `L`, `LW`, `15W`, `5L` and `5#2` are known. At most 1,000 characters.',
    }),
    dayOr: t.boolean({
      description:
        'With two restricted day fields of a cron: one of them has to match (true, also when left out), or both. A field that begins with `*` is not restricted.',
    }),
    interval: t.float({ description: 'Whole seconds, 1 or more. Whole days keep wall time; others are elapsed time.' }),
    anchor: t.string({
      description:
        'Wall time in the zone of the schedule, `2026-01-01T09:00`: an interval keeps step with it, an `rrule` without DTSTART begins there. When left out: when the schedule was created.',
    }),
    rrule: t.string({
      description: 'A rule of RFC 5545, or a set: lines of DTSTART, RRULE, EXRULE, RDATE and EXDATE in any order. At most 6,500 characters.',
    }),
    timezone: t.string({ description: 'IANA name, for example `Europe/Berlin`; `UTC` when left out.' }),
    onGap: t.field({ type: ScheduleOnGap, description: '`SHIFT` when left out. Crons that fire in every hour, and elapsed time, have no gap.' }),
    onOverlap: t.field({
      type: ScheduleOnOverlap,
      description: '`FIRST` when left out. Crons that fire in every hour, and elapsed time, always fire both times.',
    }),
    start: t.field({ type: 'DateTime', description: 'Nothing before; this instant may be the first.' }),
    end: t.field({ type: 'DateTime', description: 'Nothing from this instant on.' }),
  }),
})
