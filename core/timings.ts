/**
 * Every duration of the protocol in one place, in milliseconds. `scaled` divides all of them, so that end-to-end tests run at a tenth of real time
 * (WEIR_TIME_SCALE=0.1). What each number means: docs/protocol.md.
 */
export const TIMINGS = {
  /** A process-pool assignment may start at once while it is younger than this by the server's clock. */
  assignmentMaxAge: 10_000,
  /** A run given out that has not begun after this long is sent again by the sweep's ring. Longer than `assignmentMaxAge`. */
  startingPatience: 15_000,
  /** The text ping of a worker's socket. */
  socketPing: 10_000,
  /** A worker without a socket renews over HTTP after this long. */
  httpRenewalAfter: 3_000,
  /** heard_at is written for all sessions of a pool once in this long. */
  renewalWrite: 10_000,
  /** … and again after this long when the record did not take it. */
  renewalAgain: 1_000,
  /** A session silent for this long has lost its leases. */
  silence: 90_000,
  /** A holder that has had no answer for this long must stop, if its run says `onContactLost: 'stop'`. Shorter than `silence`. */
  fence: 75_000,
  /** A runner without a worker sends an empty batch after this long without one. */
  runnerHeartbeat: 20_000,
  /** … and meanwhile asks this often, with its last number, whether it is to stop: nothing is written for that. */
  runnerLook: 1_500,
  /** Worker is ONLINE while last heard less than this ago. */
  workerOnline: 30_000,
  /** The pool's alarm judges this often while its sessions hold leases. */
  judgeAlarm: 10_000,
  /** Leases that fall silent one shortly after another are judged this far apart at least. */
  judgeAgain: 1_000,
  /** A judge whose last tick is older was away itself: alarm, sweep. */
  judgeAwayAlarm: 20_000,
  judgeAwaySweep: 75_000,
  /** What everybody judged gets when the judge was away. */
  judgeGrace: 30_000,
  /** API waits this long for the WorkPool before it inserts the run SCHEDULED. */
  offerTimeout: 2_000,
  /** A run is Late this long after its time. */
  lateAfter: 15_000,
  /** An occurrence of a schedule that says nothing else is missed when no worker was there this long from its instant. */
  maxLateness: 300_000,
  /** Between SIGTERM and SIGKILL of a run's process tree. */
  killGrace: 30_000,
  /** CANCELLING for longer is forced to CANCELLED by the sweep. */
  cancellingTimeout: 300_000,
  /** Exit 0 without a final state waits this long for the spool, then CRASHED. */
  exitWithoutState: 60_000,
  /** A runner that owns its spool tries this long to deliver it. */
  spoolDrain: 600_000,
  /** Reports leave this often; while watched; at once on a flow-run state. */
  reportInterval: 1_000,
  reportIntervalWatched: 100,
  /** Retry waits up to this stay in the process. */
  retryInProcess: 60_000,
  /** Run tokens: bound to (run, epoch), renewed with the lease. */
  runTokenLife: 3_600_000,
  /** An expired token may still deliver reports of its epoch for this long. */
  runTokenDelivery: 7 * 86_400_000,
  /** Feed reads once per this long however often it is rung. */
  feedDebounce: 100,
  /** How long one watching viewer keeps a run "watched". */
  watch: 30_000,
  /** A lease of named limits that belongs to no run lives this long after each renewal. */
  concurrencyLease: 60_000,
  /** Who waits for slots of named limits and has not asked again for this long has lost its place. */
  concurrencyPatience: 20_000,
  /** Live streams end after this and permission is checked again. */
  streamLife: 600_000,
} as const

export type Timings = { readonly [name in keyof typeof TIMINGS]: number }

export const scaled = (factor: number): Timings =>
  Object.fromEntries(Object.entries(TIMINGS).map(([name, value]) => [name, value * factor])) as Timings
