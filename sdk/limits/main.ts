/** The watch thread of a script: ends its process when the time limit it was told of has long passed, and the event loop has not noticed. */
import { writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { readClocks } from '../client/reporting/transport.ts'
import { sayLastWord } from '../client/reporting/say-last-word.ts'
import type { ScriptLimit } from './watch-script.ts'

/** A process that was stopped for a while (Ctrl-Z, a laptop's lid) gets so long to see the limit itself. */
const SECOND_LOOK = 1_000

let first: ScriptLimit | null = null
let timer: NodeJS.Timeout | null = null

parentPort?.on('message', (message: ScriptLimit | null) => {
  first = message
  if (timer) clearTimeout(timer)
  timer = first && setTimeout(look, first.at - readClocks().monotonic)
})

function look(): void {
  if (!first) return
  const { at } = first
  timer = setTimeout(
    () => (readClocks().monotonic > at ? void end(first as ScriptLimit) : look()),
    Math.max(SECOND_LOOK, at - readClocks().monotonic),
  )
}

async function end({ fact, speaker }: ScriptLimit): Promise<void> {
  try {
    writeSync(2, `weir: ${fact.message}\n`)
  } catch {
    // Nobody reads it any more, or the pipe is full: the process ends all the same.
  }
  if (speaker) {
    const { flowRunId, epoch } = speaker
    const exit = { code: null, signal: 'SIGKILL', stderr: '', reason: fact.message }
    // The next attempt would have been in this process.
    await sayLastWord(speaker, { kind: 'exited', flowRunId, epoch, ...exit, timedOut: { ...fact, retryAfter: null } })
  }
  process.kill(process.pid, 'SIGKILL')
}
