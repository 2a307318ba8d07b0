/**
 * The watch of a runner: a thread of its own, so that user code which blocks the event loop neither outlives its lease nor misses the end of its worker.
 *
 * 1. The lifeline's end means that the worker is gone: the main thread stops, then that is said with the run's token within 5 s, and the process group ends.
 *    Said while the flow's code went on, its slots would be given to others, and what it finished then would be done again, for nobody would hear of it.
 * 2. Renewals come over the lifeline; a fence that passes ends the process group without a word.
 * 3. A time limit that passes unheard ends it, too: the worker is told which one over the same line.
 */
import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { fenceLeft, fenceStops, moveFence } from '../../core/fence.ts'
import { mustLetGo } from '../../core/holder.ts'
import type { TimedOutFact } from '../../core/protocol/reports.ts'
import { readClocks } from '../client/reporting/transport.ts'
import { sayLastWord } from '../client/reporting/say-last-word.ts'
import { LIFELINE_FD, LIFELINE_WORD, type LifelineMessage } from './ipc.ts'
import { STOPPED, type WatchedRun, type WatchMessage } from './watch-messages.ts'

/** The fence is looked at when it is about to pass, and at least this often: a wall clock may be set meanwhile. */
const TICK = 1_000
const SHORTEST_TICK = 20
/** Milliseconds for the main thread to put on disk what it has and to stop, if it can. */
const FAREWELL = 200

/** Called once, in the watch thread, and returns at once. From then on it may end the whole process group. */
export function startWatch(): void {
  let run: WatchedRun | null = null
  let ending = false
  let hasStopped = () => {}

  const endGroup = () => {
    // Children that the flow has started are in the group; outside of one (started by hand) the process ends alone.
    for (const pid of [-process.pid, process.pid]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // No such group.
      }
    }
  }
  const workerGone = async () => {
    if (ending) return
    ending = true
    const stopped = new Promise<void>((resolve) => {
      hasStopped = resolve
    })
    parentPort?.postMessage('worker-gone')
    await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, FAREWELL))])
    if (run) await sayLastWord(run, { kind: 'worker-gone', flowRunId: run.flowRunId, epoch: run.epoch })
    endGroup()
  }

  parentPort?.on('message', (message: WatchMessage | typeof STOPPED) => {
    if (message === STOPPED) return hasStopped()
    const known = run
    run = message.run
    // A renewal may have overtaken the message.
    if (run && known && known.flowRunId === run.flowRunId && known.epoch === run.epoch && known.fence.monotonic > run.fence.monotonic)
      run.fence = known.fence
  })
  readLifeline((message) => {
    if (run && message.flowRunId === run.flowRunId && message.epoch === run.epoch) run.fence = moveFence(run.fence, message.sentAt, message.fence)
  }, workerGone)
  const look = () => {
    const now = readClocks()
    if (run?.limit && !ending && now.monotonic > run.limit.at) {
      ending = true
      sayPastLimit(run.limit.fact)
      endGroup()
    }
    if (run && !ending && mustLetGo(run, now)) {
      ending = true
      endGroup()
    }
    setTimeout(look, Math.max(SHORTEST_TICK, Math.min(TICK, run && fenceStops(run) ? fenceLeft(run.fence, now) : TICK)))
  }
  look()
}

/** To the worker, and to the people who read its output. */
function sayPastLimit(fact: TimedOutFact): void {
  const whole = JSON.stringify(fact)
  const word = whole.length <= LIFELINE_WORD ? whole : JSON.stringify({ ...fact, part: [] })
  for (const [fd, text] of [
    [LIFELINE_FD, `${word}\n`],
    [2, `\n${fact.message}\n`],
  ] as const) {
    try {
      writeSync(fd, text)
    } catch {
      // Nobody reads it any more, or the pipe is full: the process ends all the same.
    }
  }
}

function readLifeline(hear: (message: LifelineMessage) => void, onEnd: () => void): void {
  let line: Socket
  try {
    line = new Socket({ fd: LIFELINE_FD, readable: true, writable: false })
  } catch {
    // Started without a lifeline: nobody to lose.
    return
  }
  let rest = ''
  line.setEncoding('utf8')
  line.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    for (const each of lines) {
      try {
        hear(JSON.parse(each) as LifelineMessage)
      } catch {
        // From a worker of another version: what cannot be read renews nothing.
      }
    }
  })
  line.on('error', onEnd)
  line.on('close', onEnd)
}
