/** What the person at the terminal presses; where no terminal is, the first character of each line of stdin. */
import { createInterface } from 'node:readline'

/** Calls `onKey` for each; `close` gives the terminal back. The end of stdin is no key. */
export function listenToKeys(onKey: (key: string) => void): { close(): void } {
  const { stdin } = process
  if (!stdin.isTTY) {
    const lines = createInterface({ input: stdin })
    lines.on('line', (line) => onKey(line.trim().slice(0, 1)))
    return { close: () => lines.close() }
  }
  const hear = (chunk: Buffer) => {
    // Ctrl-C and Ctrl-D come as characters while keys are read one by one.
    for (const key of chunk.toString('utf8')) onKey(key === '\u0003' || key === '\u0004' ? 'q' : key)
  }
  stdin.setRawMode(true)
  stdin.resume()
  stdin.on('data', hear)
  return {
    close() {
      stdin.off('data', hear)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}
