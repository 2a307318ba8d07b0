/** What a process has printed, in chunks that each fit into a request of their own, wherever the request has to pass. */
import { sizeOfLine } from '../../core/fact-size.ts'
import type { LogLine } from '../../core/protocol/reports.ts'

/** In order; a line that is longer than `maxBytes` has a chunk of its own. None without lines. */
export function splitLines(lines: readonly LogLine[], maxBytes: number): LogLine[][] {
  const chunks: LogLine[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const line of lines) {
    const size = sizeOfLine(line)
    if (bytes + size > maxBytes) {
      chunks.push([])
      bytes = 0
    }
    chunks.at(-1)?.push(line)
    bytes += size
  }
  return chunks
}
