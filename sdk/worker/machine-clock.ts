/** Milliseconds of the machine's monotonic clock. All processes of one machine share it, unlike `performance.now()`; it stands still while the machine sleeps. */
export const monotonicNow = (): number => Number(process.hrtime.bigint()) / 1e6
