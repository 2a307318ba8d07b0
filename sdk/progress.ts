/**
 * Progress that is told often: the same key in the same attempt is one artifact that changes, recorded at most once a second, at once when it is 100, and
 * as it stands when the attempt ends. So a loop may tell each of its turns.
 */
import type { ArtifactFact } from '../core/protocol/reports.ts'
import type { FlowRunScope } from './engine/flow-run-scope.ts'

/** Milliseconds between two records of one bar. */
const INTERVAL = 1_000

interface Bar {
  artifactId: string
  recordedAt: number
  /** What has not been recorded yet. */
  waiting: ArtifactFact | null
  timer: NodeJS.Timeout | null
}

const bars = new WeakMap<FlowRunScope, Map<string, Bar>>()

/** Records it now or soon; answers the artifact's id, which is that of the first one of its key. */
export function recordProgress(scope: FlowRunScope, key: string, fact: ArtifactFact): string {
  const known = bars.get(scope) ?? new Map<string, Bar>()
  bars.set(scope, known)
  const bar = known.get(key) ?? { artifactId: fact.artifactId, recordedAt: Number.NEGATIVE_INFINITY, waiting: null, timer: null }
  known.set(key, bar)
  bar.waiting = { ...fact, artifactId: bar.artifactId }
  const left = bar.recordedAt + INTERVAL - performance.now()
  if (left <= 0 || fact.data === 100) record(scope, bar)
  else {
    bar.timer ??= setTimeout(() => record(scope, bar), left)
    bar.timer.unref()
  }
  return bar.artifactId
}

/** The attempt is over: what still waits is recorded. */
export function endProgress(scope: FlowRunScope): void {
  for (const bar of bars.get(scope)?.values() ?? []) record(scope, bar)
}

function record(scope: FlowRunScope, bar: Bar): void {
  if (bar.timer) clearTimeout(bar.timer)
  bar.timer = null
  if (!bar.waiting) return
  scope.session.recorder.artifact(bar.waiting)
  bar.waiting = null
  bar.recordedAt = performance.now()
}
