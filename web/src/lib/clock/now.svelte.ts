/** One clock for the whole page: whatever shows a relative time or a running duration reads `now()` and is redrawn once a second, all at once. */

// Always ticking, whether somebody reads it or not: a clock that starts and stops with its readers (createSubscriber) counts its own stopping as a
// change, and readers that come and go because of it never come to rest.
let ticks = $state(0)
setInterval(() => {
  ticks += 1
}, 1000)

/** Milliseconds since 1970 by the browser's clock, moved to the server's. Reactive. */
export function now(): number {
  void ticks
  return Date.now() + shift
}

let shift = 0

/** Told by every answer that carries the server's date; only a clock that is off by more than two seconds is corrected. */
export function learnServerTime(date: string | null): void {
  const server = date ? Date.parse(date) : Number.NaN
  if (Number.isNaN(server)) return
  const off = server - Date.now()
  shift = Math.abs(off) > 2_000 ? off : 0
}
