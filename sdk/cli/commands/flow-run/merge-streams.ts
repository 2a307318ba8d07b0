/** Two streams of one run arrive side by side and are shown as one. */

/** Milliseconds that a line waits, so that an earlier one of the other stream can pass it. */
const MOMENT = 250

interface MergedStreams {
  /** `time` is ISO 8601; `show` prints the line. */
  add(stream: 'states' | 'logs', time: string, show: () => void): void
  /** Shows what still waits. */
  close(): void
}

interface Line {
  time: string
  arrived: number
  show(): void
}

/**
 * Within a stream lines keep the order in which they arrived, which is the record's; only between the two streams their times decide. So a clock that
 * steps back never turns what a program said around.
 */
export function mergeStreams(): MergedStreams {
  const states: Line[] = []
  const logs: Line[] = []
  const release = (before: number) => {
    const hasWaited = ([first]: Line[]) => first !== undefined && first.arrived <= before
    while (hasWaited(states) || hasWaited(logs)) {
      const earlier = !logs[0] || (states[0] && states[0].time <= logs[0].time) ? states : logs
      earlier.shift()?.show()
    }
  }
  const timer = setInterval(() => release(performance.now() - MOMENT), MOMENT / 5)
  timer.unref()
  return {
    add(stream, time, show) {
      const lines = stream === 'states' ? states : logs
      lines.push({ time, arrived: performance.now(), show })
    },
    close() {
      clearInterval(timer)
      release(Number.POSITIVE_INFINITY)
    },
  }
}
