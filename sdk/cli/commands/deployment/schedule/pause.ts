import type { CommonOptions } from '../../../session.ts'
import { changeSchedule } from './change-schedule.ts'
import { PAUSE } from './documents.ts'

/** `weir deployment schedule pause FLOW/NAME SLUG`. */
export const execute = (names: [string, string], options: CommonOptions): Promise<void> =>
  changeSchedule(names, options, PAUSE, 'is paused: what it had made and nobody has begun is removed.')
