import type { CommonOptions } from '../../../session.ts'
import { changeSchedule } from './change-schedule.ts'
import { RESUME } from './documents.ts'

/** `weir deployment schedule resume FLOW/NAME SLUG`. */
export const execute = (names: [string, string], options: CommonOptions): Promise<void> => changeSchedule(names, options, RESUME, 'goes on from now.')
