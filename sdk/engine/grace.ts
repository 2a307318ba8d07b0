/** How long code may go on after its signal was aborted, in milliseconds. */
import { TimedOut } from '../errors.ts'

/** Asked to stop: time to clean up. A worker kills after 30 s. */
const AFTER_CANCEL = 5_000
/** The time it had is over already; this is only to see whether it heeds the signal. */
const AFTER_TIMEOUT = 50

/** By what the signal was aborted with. */
export const graceAfterAbort = (reason: unknown): number => (reason instanceof TimedOut ? AFTER_TIMEOUT : AFTER_CANCEL)
