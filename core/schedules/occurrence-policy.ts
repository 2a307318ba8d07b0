/** The choices of a deployment's schedule: what becomes of occurrences that were missed, and of those that come while an earlier one has not ended. */

/** What becomes of missed occurrences: they are noted as missed, only the newest runs, or all run. */
export const CATCH_UPS = ['skip', 'latest', 'all'] as const
export type CatchUp = (typeof CATCH_UPS)[number]

/** What becomes of an occurrence that comes while earlier runs of its schedule have not ended. */
export const OVERLAPS = ['allow', 'skip', 'queue-one', 'queue-all', 'cancel-running', 'terminate-running'] as const
export type Overlap = (typeof OVERLAPS)[number]
