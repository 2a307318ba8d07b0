/** Within this many milliseconds a second signal is the first one again: a terminal sends it to all of us, and whoever started us passes it on. */
const SAME_SIGNAL = 500

/** Whether a signal that comes `now` is another one than the one that came `first`, both in milliseconds: whoever sends another one waits for nothing. */
export const isAnotherSignal = (first: number, now: number): boolean => now - first > SAME_SIGNAL
