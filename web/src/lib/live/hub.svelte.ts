/**
 * Live updates, shared between the tabs of a browser, because HTTP/1.1 allows six connections and a wall of tabs would take them all.
 * 1. The tab that holds the Web Lock leads: it opens one stream for each distinct subscription, of whichever tab, and passes messages on by BroadcastChannel.
 * 2. When it goes, the lock passes on; every tab says again what it wants, with its last cursor, so nothing is missed.
 * 3. Who listens first hears that the stream is registered, then reads its snapshot, then applies what comes: no gap between the two.
 */
import { untrack } from 'svelte'
import { Streams, type StreamStatus, type Wanted } from './streams.ts'

/** What a page is told. `data` is the subscription's data; cursors are handled here. */
export interface Listener {
  wanted: Wanted
  onMessage: (data: Record<string, unknown>) => void
  /** Called when the stream is up: the first time, and again after a break that the cursor could not bridge. */
  onRegistered: () => void
}

type Message =
  | { kind: 'want'; tab: string; wanted: Wanted; since: string | null }
  | { kind: 'drop'; tab: string; key: string }
  | { kind: 'leader' }
  | { kind: 'message'; key: string; data: Record<string, unknown> }
  | { kind: 'status'; key: string; status: StreamStatus; message: string | null }
  | { kind: 'retry' }

interface Own extends Listener {
  cursor: string | null
  registered: boolean
}

const tab = crypto.randomUUID()
const own = new Map<string, Set<Own>>()
/** Of the leader: which tabs listen to which stream. */
const listeners = new Map<string, Set<string>>()
let leading = false
let streams: Streams | null = null

const statuses = $state<Record<string, StreamStatus>>({})

/** Worst of all streams that this tab listens to; what the banner shows. */
export const connection = {
  get status(): StreamStatus | 'idle' {
    const all = Object.values(statuses)
    for (const status of ['signed-out', 'broken', 'connecting', 'live'] as const) if (all.includes(status)) return status
    return 'idle'
  },
}

const channel = new BroadcastChannel('weir-live')
channel.onmessage = ({ data }: MessageEvent<Message>) => receive(data)

/** To every tab, this one included. */
function send(message: Message): void {
  channel.postMessage(message)
  receive(message)
}

function receive(message: Message): void {
  if (message.kind === 'leader') for (const set of own.values()) ask([...set][0])
  else if (message.kind === 'message') deliver(message.key, message.data)
  else if (message.kind === 'status') follow(message.key, message.status)
  else if (!leading || !streams) return
  else if (message.kind === 'want') serve(message)
  else if (message.kind === 'drop') leave(message.tab, message.key)
  else streams.retryNow()
}

function serve({ tab: who, wanted, since }: Extract<Message, { kind: 'want' }>): void {
  const set = listeners.get(wanted.key) ?? new Set()
  listeners.set(wanted.key, set)
  if (!set.has(who)) {
    set.add(who)
    // Every tab holds a lock of its own for as long as it lives: getting it means that the tab is gone, however it went.
    if (who !== tab) void navigator.locks.request(lockOf(who), () => leave(who, wanted.key))
  }
  streams?.want(wanted, since)
}

function leave(who: string, key: string): void {
  const set = listeners.get(key)
  set?.delete(who)
  if (set?.size !== 0) return
  listeners.delete(key)
  streams?.drop(key)
}

function deliver(key: string, data: Record<string, unknown>): void {
  const set = own.get(key)
  if (!set) return
  const [event] = Object.values(data) as [{ cursor?: string; reset?: boolean } | undefined]
  for (const listener of set) {
    if (event?.cursor) listener.cursor = event.cursor
    if (event?.reset || !listener.registered) {
      listener.registered = true
      listener.onRegistered()
    }
    listener.onMessage(data)
  }
}

function follow(key: string, status: StreamStatus): void {
  const set = own.get(key)
  if (!set) return
  statuses[key] = status
  if (status !== 'live') return
  for (const listener of set) {
    if (listener.registered) continue
    listener.registered = true
    listener.onRegistered()
  }
}

function ask(listener: Own | undefined): void {
  if (listener) send({ kind: 'want', tab, wanted: $state.snapshot(listener.wanted) as Wanted, since: listener.cursor })
}

/** Starts listening; the answer stops it. */
export const listen = (listener: Listener): (() => void) => untrack(() => startListening(listener))

function startListening(listener: Listener): () => void {
  start()
  const entry: Own = { ...listener, cursor: null, registered: false }
  const { key } = listener.wanted
  const set = own.get(key) ?? new Set()
  set.add(entry)
  own.set(key, set)
  statuses[key] ??= 'connecting'
  ask(entry)
  return () =>
    untrack(() => {
      set.delete(entry)
      if (set.size > 0) return
      own.delete(key)
      delete statuses[key]
      send({ kind: 'drop', tab, key })
    })
}

/** Tries again at once what is waiting to try again. */
export const reconnect = (): void => send({ kind: 'retry' })

const lockOf = (who: string) => `weir-tab-${who}`
let started = false

function start(): void {
  if (started) return
  started = true
  void navigator.locks.request(lockOf(tab), () => new Promise(() => {}))
  void navigator.locks.request('weir-live', () => {
    leading = true
    streams = new Streams({
      message: (key, data) => send({ kind: 'message', key, data }),
      status: (key, status, message) => send({ kind: 'status', key, status, message }),
    })
    send({ kind: 'leader' })
    return new Promise(() => {})
  })
  addEventListener('online', reconnect)
}
