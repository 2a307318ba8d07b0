/**
 * The worker's one connection to its WorkPool: opened outbound, opened again when it is lost. The session (the worker process's life) outlives every line.
 * Nothing here decides about runs.
 *
 * 1. After a loss the first try is quick; later ones wait longer, also when lines open and are lost soon, always with jitter, so that a pool of workers does
 *    not come back in one instant.
 * 2. Only a close that announces a restart (1012) spreads the workers over a whole minute.
 *    Whoever has said too much (4429) is quiet for a quarter of a minute first.
 * 3. A refusal that will not change by asking again (bad key, unknown pool, wrong type, old protocol) ends the connection with its reason.
 * 4. Where no WebSocket passes, or none holds, it goes on with long polls, and tries a WebSocket again from time to time: the pool takes it as the same
 *    session's next line, and only when it is welcomed there the polls end.
 */
import { CLOSE_CODES } from '../../core/protocol/close-codes.ts'
import type { PoolWord } from '../../core/protocol/pool-messages.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'
import { type ConnectionRefused, type Line, type LineEnd, type LineOptions, SERVICE_RESTART } from './line.ts'
import { openPollLine } from './poll-line.ts'
import { openSocketLine } from './socket-line.ts'

export { ConnectionRefused } from './line.ts'

/** Stays the same over any number of lines. */
export interface Connection {
  /** Answers whether there was an open line to say it on. */
  send(message: WorkerMessage): boolean
  readonly isOpen: boolean
  /** Closes for good; resolves when that is said, as well as it can be. */
  close(): Promise<void>
}

interface ConnectionOptions {
  apiUrl: string
  apiKey: string
  workPool: string
  /** Milliseconds between text pings. */
  ping: number
  /** A line is open: say hello with `send`. */
  onOpen(send: (message: WorkerMessage) => boolean): void
  /** A goodbye is told by `onLost` or `onRefused`. */
  onMessage(message: PoolWord): void
  /** The line is gone; `delay` = milliseconds until the next try. */
  onLost(reason: string, delay: number): void
  /** The way has changed. */
  onWay(way: 'socket' | 'poll', reason: string): void
  /** No further try. */
  onRefused(error: ConnectionRefused): void
}

const QUICK = 250
const LONGEST = 15_000
const RESTART_SPREAD = 60_000
/** Whoever said too much is quiet for so many milliseconds at least. */
const QUIET = 15_000
/** So many sockets in a row that did not hold. */
const BROKEN_SOCKETS = 3
/** A line that lived for so many pings has held. */
const STEADY_PINGS = 3
/** Pings until a socket is tried again, first and at the longest. */
const FIRST_TRIAL = 6
const LAST_TRIAL = 90

/** Begins to connect and returns at once; what happens is told to the options' functions. Never throws. */
export function connect(options: ConnectionOptions): Connection {
  const url = new URL(options.apiUrl)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/connect`
  url.search = new URLSearchParams({ pool: options.workPool }).toString()
  const { apiKey, ping } = options
  const lineOptions: LineOptions = { url, apiKey, ping }

  let line: Line | null = null
  let trial: Line | null = null
  let way: 'socket' | 'poll' = 'socket'
  let toldWay: 'socket' | 'poll' = 'socket'
  let closed = false
  let wasWelcomed = false
  let tries = 0
  let brokenSockets = 0
  /** Lines in a row that were welcomed and did not hold. */
  let shortLines = 0
  /** Sockets were just given up: the polls are part of the same try. */
  let turnsToPolls = false
  let trialAfter = ping * FIRST_TRIAL
  let retryTimer: NodeJS.Timeout | null = null
  let trialTimer: NodeJS.Timeout | null = null

  const open = () => {
    if (closed) return
    const kind = way
    const begun = performance.now()
    let welcomed = false
    const opened = (kind === 'socket' ? openSocketLine : openPollLine)(lineOptions, {
      onOpen: () => options.onOpen((message) => opened.send(message)),
      onMessage(message) {
        if (message.type === 'welcome') {
          welcomed = true
          wasWelcomed = true
          if (kind === 'poll') planTrial()
          else tellWay('socket', 'a WebSocket passes')
        }
        options.onMessage(message)
      },
      onEnd(end) {
        line = null
        if (end.kind === 'refused') {
          // Who was welcomed here once knows that there is a control plane: somebody on the way is in a mood.
          if (end.isDoubtful && wasWelcomed) return lost({ kind: 'lost', reason: end.error.message, code: 0, fault: 'broken' })
          return refuse(end.error)
        }
        const held = performance.now() - begun >= ping * STEADY_PINGS
        if (welcomed) countShortLines(held)
        if (kind === 'socket') judgeSocket(end, welcomed && held)
        else if (!welcomed && end.fault !== 'said') {
          // Polls do not pass either: nobody is there, or the world has changed. One socket, then polls again.
          way = 'socket'
          brokenSockets = BROKEN_SOCKETS - 1
        }
        lost(end)
      },
    })
    line = opened
  }
  /** Only what has changed since it was last told. */
  const tellWay = (name: 'socket' | 'poll', reason: string) => {
    if (toldWay === name) return
    toldWay = name
    options.onWay(name, reason)
  }
  /** A line that was welcomed is over: the first that did not hold may be followed quickly, as those that did. */
  const countShortLines = (held: boolean) => {
    shortLines = held ? 0 : shortLines + 1
    tries = Math.max(0, shortLines - 1)
  }
  /** Whether sockets hold here. */
  const judgeSocket = ({ fault, reason }: LineEnd & { kind: 'lost' }, held: boolean) => {
    if (held) brokenSockets = 0
    if (fault === 'broken') brokenSockets++
    // Each costs ten seconds.
    if (fault === 'silent') brokenSockets += 2
    if (fault !== 'upgrade' && brokenSockets < BROKEN_SOCKETS) return
    brokenSockets = 0
    way = 'poll'
    turnsToPolls = true
    tellWay('poll', fault === 'upgrade' ? reason : `WebSockets do not hold here (${reason})`)
  }
  const lost = ({ reason, code }: LineEnd & { kind: 'lost' }) => {
    if (closed || trial !== null) return
    const isQuick = turnsToPolls || tries === 0
    const spread = code === SERVICE_RESTART ? RESTART_SPREAD : isQuick ? QUICK : Math.min(LONGEST, 500 * 2 ** Math.min(tries, 10))
    const delay = Math.random() * spread + (isQuick ? 0 : spread / 4) + (code === CLOSE_CODES.too_many_messages ? QUIET : 0)
    if (!turnsToPolls) tries++
    turnsToPolls = false
    retryTimer = setTimeout(open, delay)
    options.onLost(reason, delay)
  }
  const refuse = (error: ConnectionRefused) => {
    if (closed) return
    closed = true
    stop()
    options.onRefused(error)
  }

  const planTrial = () => {
    if (trialTimer) clearTimeout(trialTimer)
    trialTimer = setTimeout(tryASocket, trialAfter * (0.75 + Math.random() / 2))
    trialTimer.unref()
    trialAfter = Math.min(ping * LAST_TRIAL, trialAfter * 2)
  }
  /** Beside the polls, which go on until a socket is welcomed. */
  const tryASocket = () => {
    // Not now: the next welcome plans another one.
    if (closed || way === 'socket' || line === null) return
    const begun = performance.now()
    let welcomed = false
    const socket = openSocketLine(lineOptions, {
      onOpen: () => options.onOpen((message) => socket.send(message)),
      onMessage(message) {
        if (message.type === 'welcome' && !welcomed) {
          welcomed = true
          trial = null
          way = 'socket'
          // One that does not hold either brings the polls back at once.
          brokenSockets = BROKEN_SOCKETS - 1
          line?.drop()
          line = socket
          if (trialTimer) clearTimeout(trialTimer)
          tellWay('socket', 'a WebSocket passes')
        }
        if (welcomed) options.onMessage(message)
      },
      onEnd(end) {
        if (welcomed) {
          line = null
          if (end.kind === 'refused') return refuse(end.error)
          const held = performance.now() - begun >= ping * STEADY_PINGS
          countShortLines(held)
          judgeSocket(end, held)
          return lost(end)
        }
        trial = null
        planTrial()
        // Its hello was heard, and ended the polls, before it broke.
        if (line === null) lost({ kind: 'lost', reason: 'a WebSocket opened and did not hold', code: 0, fault: 'broken' })
      },
    })
    trial = socket
  }
  const stop = () => {
    if (retryTimer) clearTimeout(retryTimer)
    if (trialTimer) clearTimeout(trialTimer)
    trial?.drop()
    trial = null
  }
  open()

  return {
    send: (message) => line?.send(message) ?? false,
    get isOpen() {
      return line?.isOpen ?? false
    },
    async close() {
      closed = true
      stop()
      const last = line
      line = null
      await last?.leave()
    },
  }
}
