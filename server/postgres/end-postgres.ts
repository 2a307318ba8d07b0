/**
 * Ending a PostgreSQL. A fast shutdown rolls open transactions back and writes a last checkpoint, which takes as long as the disk takes. SIGKILL is the
 * very last resort: a postmaster that is killed leaves its children behind, and while one of them lives no other can start on the data.
 */
import { endProcess, waitForEnd } from '../processes/end-process.ts'

/** What a last checkpoint may take on a slow disk. Whoever waits for the end of a PostgreSQL waits for longer than this and IMMEDIATE_PATIENCE. */
const CHECKPOINT_PATIENCE = 60_000
/** In an immediate shutdown PostgreSQL kills its own children after 5 s, and ends after them. */
const IMMEDIATE_PATIENCE = 10_000

/** Fast shutdown; one that does not end within a minute becomes an immediate one. Resolves when the server is gone. */
export async function endPostgres(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    return
  }
  if (!(await waitForEnd(pid, CHECKPOINT_PATIENCE))) await abortPostgres(pid)
}

/** Immediate shutdown, without a checkpoint: what was committed is recovered by the next start. Resolves when the server is gone. */
export const abortPostgres = (pid: number): Promise<void> => endProcess(pid, 'SIGQUIT', IMMEDIATE_PATIENCE)
