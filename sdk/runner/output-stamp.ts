/**
 * When a line was printed, exactly: a worker reads it out of a pipe a moment later, and what stdout, stderr and the logger say within that moment would lose its
 * order. So whatever the runner's own code writes begins with a stamp, which the worker takes away. What child processes print has none.
 */
import type { Instant } from '../../core/instant.ts'

/** An application command of terminals: whoever sees it by accident shows nothing. */
const STAMP = /^\u001b_weir;(\d{1,15}(?:\.\d{1,3})?);(\d{1,9})\u001b\\/

/** Stamps the process's two streams from now on. */
export function stampOutput(now: () => Instant): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean
    let beginsLine = true
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const isText = typeof chunk === 'string'
      // Of a text in another encoding nobody knows here how long it is, nor how it ends.
      if (chunk.length === 0 || (isText && typeof rest[0] === 'string' && !/^utf-?8$/i.test(rest[0]))) return write(chunk, ...rest)
      const endsLine = isText ? chunk.endsWith('\n') : chunk.at(-1) === 10
      const stamp = beginsLine ? `\u001b_weir;${now()};${countLines(chunk) + (endsLine ? 0 : 1)}\u001b\\` : ''
      beginsLine = endsLine
      if (stamp === '') return write(chunk, ...rest)
      return write(isText ? stamp + chunk : Buffer.concat([Buffer.from(stamp), chunk]), ...rest)
    }) as typeof stream.write
  }
}

function countLines(chunk: string | Uint8Array): number {
  let count = 0
  const next = (from: number): number => (typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(10, from))
  for (let at = next(0); at >= 0; at = next(at + 1)) count++
  return count
}

/** For the lines of one stream in their order: each without its stamp, and when it was printed; `now` where nobody said it. */
export function readStamps(now: () => Instant): (line: string) => { time: Instant; text: string } {
  let time = 0
  /** Lines that the last stamp still stands for. */
  let left = 0
  return (line) => {
    const stamp = STAMP.exec(line)
    if (stamp) {
      time = Number(stamp[1])
      left = Number(stamp[2])
    }
    return { time: left-- > 0 ? time : now(), text: stamp ? line.slice(stamp[0].length) : line }
  }
}
