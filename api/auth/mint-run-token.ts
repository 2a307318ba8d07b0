/** Making run tokens. They are signed, not stored: nothing has to be looked up to believe one. */
import type { Instant } from '../../core/instant.ts'
import type { Timings } from '../../core/timings.ts'
import { RUN_TOKEN_PREFIX } from './run-token.ts'
import { sign } from './signature.ts'

/** A token for one run under one epoch, good for `runTokenLife` from `now`. */
export async function mintRunToken(
  tokenSecret: string,
  timings: Pick<Timings, 'runTokenLife'>,
  run: { workspaceId: string; flowRunId: string; epoch: number; now: Instant },
): Promise<string> {
  const expiresAt = Math.floor(run.now + timings.runTokenLife)
  return RUN_TOKEN_PREFIX + (await sign(tokenSecret, 'run', { w: run.workspaceId, r: run.flowRunId, e: run.epoch, x: expiresAt }))
}
