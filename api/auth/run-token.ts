/** What a run token says. It is the only credential a runner gets, and good for one run under one epoch. */
import type { Instant } from '../../core/instant.ts'

/** Recognised by secret scanners and by our own doors. */
export const RUN_TOKEN_PREFIX = 'weir_run_'

export interface RunToken {
  workspaceId: string
  flowRunId: string
  epoch: number
  /** After this it may deliver reports of its epoch (for `runTokenDelivery`) and nothing else. */
  expiresAt: Instant
}
