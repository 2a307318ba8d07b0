/**
 * Ends a script whose code computes past a time limit without a pause: its own event loop cannot. A thread of its own watches, from the first time limit on;
 * the process of a worker's run has its watch already (sdk/runner/watch.ts).
 */
import { Worker } from 'node:worker_threads'
import type { TimeLimit } from '../engine/flow-run-scope.ts'
import type { Speaker } from '../client/reporting/say-last-word.ts'
import { threadMain } from '../threads/thread-main.ts'
import { TimeLimits, type WatchedLimit } from './time-limits.ts'

/** What the thread is told. */
export interface ScriptLimit extends WatchedLimit {
  /** Who may say it to the control plane; null = nobody hears of it. */
  speaker: Speaker | null
}

let limits: TimeLimits<Speaker | null> | null = null

/** Answers what to call when the limit is over, or has been seen to pass. */
export function watchScript(limit: TimeLimit, speaker: Speaker | null, timeScale: number): () => void {
  // Whoever stands at a breakpoint has time.
  if (process.getBuiltinModule('node:inspector').url() !== undefined) return () => {}
  limits ??= new TimeLimits<Speaker | null>(startThread())
  return limits.begin(limit, speaker, timeScale)
}

function startThread(): (first: WatchedLimit | null, speaker: Speaker | null) => void {
  const thread = new Worker(threadMain('limits', import.meta.url), { execArgv: [] })
  thread.unref()
  // Without it everything goes on; only what computes for ever does so, too.
  thread.on('error', () => {})
  return (first, speaker) => thread.postMessage(first && ({ ...first, speaker } satisfies ScriptLimit))
}
