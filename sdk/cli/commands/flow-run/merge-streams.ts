/** Several streams of one run arrive side by side and are shown as one: its states, what its loggers say, and what its processes print. */
import type { LogRow } from './documents.ts'

/** Milliseconds that a line waits, so that an earlier one of another stream can pass it. */
const MOMENT = 250
/** The same where lines are read that lie there already: how far apart by their own times two streams may have been stored. */
const STORED_APART = 5_000
/** So many lines wait at most. */
const MOST_WAITING = 5_000

export type StreamName = 'states' | 'logs' | 'stdout' | 'stderr'

/** Lines of the author's loggers and of the engine come in one stream; captured output in one for each of the process's own. */
export const streamOf = ({ source }: LogRow): StreamName => (source === 'stdout' || source === 'stderr' ? source : 'logs')

interface MergedStreams {
  /** `time` is ISO 8601; `show` prints the line. */
  add(stream: StreamName, time: string, show: () => void): void
  /** Shows what still waits. */
  close(): void
}

interface Line {
  time: string
  /** When it came, in milliseconds; of stored lines their own time. */
  at: number
  show(): void
}

/**
 * Within a stream lines keep the order in which they arrived, which is the record's; only between streams their times decide. So a clock that steps back never
 * turns what a program said around. `stored`: lines come as fast as they can be read.
 */
export function mergeStreams({ stored = false }: { stored?: boolean } = {}): MergedStreams {
  const streams: Record<StreamName, Line[]> = { states: [], logs: [], stdout: [], stderr: [] }
  let waiting = 0
  const release = (before: number, most = MOST_WAITING) => {
    const isDue = ([first]: Line[]) => first !== undefined && first.at <= before
    while (waiting > most || Object.values(streams).some(isDue)) {
      let earliest: Line[] | null = null
      for (const lines of Object.values(streams)) if (lines[0] && (!earliest?.[0] || lines[0].time < earliest[0].time)) earliest = lines
      waiting--
      earliest?.shift()?.show()
    }
  }
  const timer = stored ? null : setInterval(() => release(performance.now() - MOMENT), MOMENT / 5)
  timer?.unref()
  return {
    add(stream, time, show) {
      const at = stored ? Date.parse(time) : performance.now()
      streams[stream].push({ time, at, show })
      waiting++
      if (stored) release(at - STORED_APART)
      else if (waiting > MOST_WAITING) release(Number.NEGATIVE_INFINITY)
    },
    close() {
      if (timer) clearInterval(timer)
      release(Number.POSITIVE_INFINITY, 0)
    },
  }
}
