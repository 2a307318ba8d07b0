/**
 * Takes the report batches of all runners and the worker's own facts to `POST /reports`, over a few kept-alive connections.
 *
 * 1. One report of a run is on its way at a time (the runner waits for the answer before it hands over the next).
 * 2. A fact about a run leaves only when no report of that run waits: "exited" must not overtake the final state. Captured output may ride along, and is never
 *    overtaken by the final state.
 * 3. What was not answered is sent again, with `sentAt` stamped anew, until it is answered or refused for good. Nothing is given up.
 * 4. A batch that is refused is taken apart, so that one bad report spoils no other. What the API refuses by itself is over; what somebody on the way does
 *    not let pass (a gateway's limit, a filter that dislikes a text) is tried again more and more rarely, while all else goes on.
 */
import type { ClientRequest } from 'node:http'
import type { HolderFact, ReportAnswer, ReportRequest, RunAnswer, RunReport } from '../../core/protocol/reports.ts'
import { MAX_REPORT_BYTES, PROTOCOL_VERSION } from '../../core/protocol/version.ts'
import type { Clocks } from '../../core/fence.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { agentFor } from '../client/http/agent.ts'
import { postJson } from '../client/http/post-json.ts'
import { readProblem, sayWhoAnswered } from '../client/http/read-problem.ts'
import { readReportAnswer } from '../client/reporting/read-report-answer.ts'
import { readClocks } from '../client/reporting/transport.ts'

/** Everything is taken at once and sent when it may; `close` gives up what waits. */
export interface Delivery {
  /** At most one of a run until it is answered. `last`: it ends the run, and goes behind all output that was handed over before. */
  report(report: RunReport, urgent: boolean, last: boolean): void
  /** `stored` is called when it has been answered. */
  fact(fact: HolderFact, stored?: () => void): void
  /** Drops what waits of this epoch: nobody wants it. */
  forget(run: RunKey): void
  /** An empty batch: renews the session. Answers when it was sent, or null when the API could not be reached. */
  renew(): Promise<Clocks | null>
  /** The control plane is in reach again: what was on its way since before is sent anew, and nothing waits for its next try. */
  wake(): void
  /** Reports and facts not answered yet. */
  waiting(): number
  /** Resolves when nothing waits any more, or after so many milliseconds; answers what is left. */
  settle(patience: number): Promise<number>
  close(): void
}

interface DeliveryOptions {
  apiUrl: string
  /** The worker's key. */
  apiKey: string
  sessionId: string
  /** How long a report that is not urgent may wait for company, in milliseconds. */
  patience: number
  /**
   * `n` = number of the report that it answers; null: the run was not reported, the session that holds it was renewed. `serverTime` null: the answer does
   * not tell it.
   */
  onAnswer(answer: RunAnswer, n: number | null, sentAt: Clocks, serverTime: number | null): void
  /** The API did not take these just now (and will be asked again), or takes them again. */
  onUnreachable(flowRunIds: string[], reason: string): void
  onReachable(): void
  /** Somebody on the way does not let something of this run pass, not even alone; told at the first try. */
  onHeldUp(flowRunId: string, reason: string): void
}

/** Requests at the same time: enough to fill a burst, few enough that each carries many runs. */
const CONNECTIONS = 4
const REQUEST_TIMEOUT = 30_000
const FIRST_WAIT = 200
const LONGEST_WAIT = 10_000
/** What a request that somebody on the way dislikes counts for at most: so many failures in a row, of which the wait of all others follows. */
const HELD_UP_FAILURES = 3
/** Why a request is ended that was on its way before contact was regained. */
const WOKEN = new Error('the way to the control plane was broken')
/** A body of this size is small enough for everybody. */
const SMALL_BODY = 64 * 1024
/** What others on the way answer because of what a request carries, and not because of the moment. */
const DISLIKES = new Set([400, 403, 406, 413, 414, 415, 422, 451])

interface Item {
  flowRunId: string
  epoch: number
  /** Items of one lane leave in order, each after the answer to the one before. */
  lane: string
  /** A lane whose items of before are to be answered, or on the same way. */
  behind: string | null
  report?: RunReport
  fact?: HolderFact
  stored?: () => void
  /** The report or fact as JSON, encoded once. */
  json: string
  bytes: number
  /** Must travel alone: a batch with it was refused. */
  alone: boolean
  /** How often somebody on the way did not let it pass alone, and when it is tried again, monotonic. */
  heldUp: number
  notBefore: number
  /** Forgotten while it was on its way: not sent again. */
  unwanted: boolean
}

const laneOf = ({ flowRunId, epoch }: { flowRunId: string; epoch: number }, name: '' | 'output'): string => `${flowRunId}/${epoch} ${name}`

function makeItem(lane: '' | 'output', { report, fact }: { report?: RunReport; fact?: HolderFact }): Item {
  const content = (report ?? fact) as RunReport | HolderFact
  const json = JSON.stringify(content)
  return {
    flowRunId: content.flowRunId,
    epoch: content.epoch,
    lane: laneOf(content, lane),
    behind: null,
    report,
    fact,
    json,
    bytes: Buffer.byteLength(json),
    alone: false,
    heldUp: 0,
    notBefore: 0,
    unwanted: false,
  }
}

/** Opens nothing until there is something to send. Never throws for what the API answers. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const base = new URL(options.apiUrl)
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/reports`, base)
  const agent = agentFor(url, CONNECTIONS + 1)

  let queue: Item[] = []
  const onTheWay = new Set<string>()
  const flying = new Set<Item>()
  const connected = new Set<ClientRequest>()
  /** Bytes of a body: somebody on the way may take less than the API. */
  let maxBytes = MAX_REPORT_BYTES
  let requests = 0
  let failures = 0
  let closed = false
  let timer: { handle: NodeJS.Timeout; at: number } | null = null
  const settled: (() => void)[] = []

  const flushIn = (delay: number) => {
    if (closed || queue.length === 0) return
    const at = performance.now() + delay
    if (timer && timer.at <= at) return
    if (timer) clearTimeout(timer.handle)
    timer = { handle: setTimeout(flush, delay), at }
  }
  const flush = () => {
    if (timer) clearTimeout(timer.handle)
    timer = null
    let next = Number.POSITIVE_INFINITY
    while (!closed && requests < (failures > 0 ? 1 : CONNECTIONS)) {
      const batch = nextBatch()
      if (batch.length === 0) {
        for (const { notBefore } of queue) if (notBefore > performance.now()) next = Math.min(next, notBefore)
        break
      }
      void send(batch)
    }
    if (next < Number.POSITIVE_INFINITY) flushIn(next - performance.now())
  }
  /** As much as fits into one body: nothing of a lane that is on its way already. */
  const nextBatch = (): Item[] => {
    const batch: Item[] = []
    const rest: Item[] = []
    const held = new Set(onTheWay)
    let bytes = 256
    const now = performance.now()
    for (const item of queue) {
      const waits = item.notBefore > now || held.has(item.lane) || (item.behind !== null && held.has(item.behind))
      const fits = !waits && (batch.length === 0 || (!item.alone && !batch[0]?.alone && bytes + item.bytes < maxBytes))
      if (!fits) {
        held.add(item.lane)
        rest.push(item)
        continue
      }
      batch.push(item)
      bytes += item.bytes + 1
      // What follows of the same run waits for this answer; only chunks of its output may travel together, in their order.
      if (item.fact?.kind !== 'output') held.add(item.lane)
    }
    queue = rest
    return batch
  }
  const send = async (batch: Item[]) => {
    requests++
    for (const item of batch) {
      onTheWay.add(item.lane)
      flying.add(item)
    }
    const sentAt: Clocks = readClocks()
    const outcome = await post(
      sentAt,
      batch.filter((item) => item.report).map((item) => item.json),
      batch.filter((item) => item.fact).map((item) => item.json),
    )
    requests--
    for (const item of batch) {
      onTheWay.delete(item.lane)
      flying.delete(item)
    }
    if (closed) return
    if (outcome.kind === 'answered') acceptAnswers(batch, outcome.answer, sentAt)
    else if (outcome.kind === 'refused') acceptRefusal(batch, outcome.error, sentAt)
    else if (outcome.kind === 'held-up') holdUp(batch, outcome.status, outcome.reason)
    else if (outcome.kind === 'woken') takeBack(batch)
    else again(batch, outcome.reason, outcome.wait)
    if (queue.length > 0) flushIn(failures > 0 ? waitTime() : 0)
    else if (onTheWay.size === 0) for (const resolve of settled.splice(0)) resolve()
  }
  const acceptAnswers = (batch: Item[], answer: ReportAnswer, sentAt: Clocks) => {
    if (failures > 0) {
      failures = 0
      options.onReachable()
    }
    const missing: Item[] = []
    for (const item of batch) {
      item.stored?.()
      if (!item.report) continue
      const run = answer.runs.find(({ flowRunId, epoch }) => flowRunId === item.flowRunId && epoch === item.report?.epoch)
      if (run) options.onAnswer(run, item.report.n, sentAt, answer.serverTime)
      else missing.push(item)
    }
    for (const run of answer.runs) {
      if (!batch.some((item) => item.report && item.flowRunId === run.flowRunId)) options.onAnswer(run, null, sentAt, answer.serverTime)
    }
    if (missing.length > 0) again(missing, 'the answer left out runs that were reported')
  }
  const acceptRefusal = (batch: Item[], error: { code: string; message: string }, sentAt: Clocks) => {
    if (batch.length > 1) return takeApart(batch)
    const [item] = batch
    // A fact that is refused for good has had its answer.
    item?.stored?.()
    const report = item?.report
    if (!report) return
    options.onAnswer(
      {
        flowRunId: report.flowRunId,
        epoch: report.epoch,
        acknowledged: report.n,
        stateId: report.stateId,
        stateType: null,
        fence: 0,
        directives: [],
        refused: error,
      },
      report.n,
      sentAt,
      null,
    )
  }
  const takeBack = (batch: Item[]) => void queue.unshift(...batch.filter((item) => !item.unwanted))
  const takeApart = (batch: Item[]) => takeBack(batch.map((item) => ({ ...item, alone: true })))
  const holdUp = (batch: Item[], status: number, reason: string) => {
    // It may be the moment all the same: until something passes, one request at a time. Each of them waits longer by itself, whoever comes anew does not.
    failures = Math.max(failures, Math.min(failures + 1, HELD_UP_FAILURES))
    const bytes = batch.reduce((sum, item) => sum + item.bytes, 0)
    const [item] = batch
    if (batch.length > 1 && status === 413 && bytes > SMALL_BODY) maxBytes = Math.max(SMALL_BODY, bytes / 2)
    else if (batch.length > 1) return takeApart(batch)
    else if (item) {
      if (item.heldUp === 0) options.onHeldUp(item.flowRunId, reason)
      item.notBefore = performance.now() + waitAfter(item.heldUp++)
    }
    takeBack(batch)
  }
  const again = (all: Item[], reason: string, wait = 0) => {
    failures++
    const batch = all.filter((item) => !item.unwanted)
    takeBack(batch)
    options.onUnreachable(
      batch.map((item) => item.flowRunId),
      reason,
    )
    if (wait > 0) flushIn(wait)
  }
  const waitAfter = (earlier: number) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(earlier, 10)) * (0.5 + Math.random() / 2)
  const waitTime = () => waitAfter(failures - 1)

  type Outcome =
    | { kind: 'answered'; answer: ReportAnswer }
    | { kind: 'refused'; error: { code: string; message: string } }
    | { kind: 'held-up'; status: number; reason: string }
    | { kind: 'woken' }
    | { kind: 'failed'; reason: string; wait?: number }

  const post = async (sentAt: Clocks, reports: string[], holderFacts: string[]): Promise<Outcome> => {
    const head = { protocol: PROTOCOL_VERSION, sentAt: sentAt.wall, sessionId: options.sessionId } satisfies Partial<ReportRequest>
    const payload = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"reports":[${reports.join()}],"holderFacts":[${holderFacts.join()}]}`)
    const onRequest = (request: ClientRequest) => {
      connected.add(request)
      request.on('close', () => connected.delete(request))
    }
    const answer = await postJson({ url, agent, apiKey: options.apiKey, payload, timeout: REQUEST_TIMEOUT, onRequest }).catch((error: Error) => error)
    if (answer instanceof Error) return answer.cause === WOKEN ? { kind: 'woken' } : { kind: 'failed', reason: answer.message }
    const { status, headers, text } = answer
    const stored = status === 200 ? readReportAnswer(text) : null
    if (stored) return { kind: 'answered', answer: stored }
    const error = readProblem(text)
    const wait = Number(headers['retry-after'] ?? 0) * 1000 || 0
    if (error === null) {
      const reason = sayWhoAnswered(status, headers.location)
      return DISLIKES.has(status) ? { kind: 'held-up', status, reason } : { kind: 'failed', reason, wait }
    }
    const { code, message, requestId } = error
    if (status === 400 || status === 413 || status === 422) return { kind: 'refused', error: { code, message } }
    return { kind: 'failed', reason: `${message} (${code}, ${status}, request ${requestId})`, wait }
  }

  return {
    report(report, urgent, last) {
      queue.push({ ...makeItem('', { report }), behind: last ? laneOf(report, 'output') : null })
      if (failures === 0) flushIn(urgent ? 0 : options.patience)
      else flushIn(waitTime())
    },
    fact(fact, stored) {
      const item = makeItem(fact.kind === 'output' ? 'output' : '', { fact })
      queue.push({ ...item, stored })
      // Much output needs no company.
      const mayWait = fact.kind === 'output' && item.bytes < SMALL_BODY
      flushIn(failures > 0 ? waitTime() : mayWait ? options.patience : 0)
    },
    forget({ flowRunId, epoch }) {
      queue = queue.filter((item) => item.flowRunId !== flowRunId || item.epoch !== epoch)
      for (const item of flying) if (item.flowRunId === flowRunId && item.epoch === epoch) item.unwanted = true
    },
    async renew() {
      const sentAt: Clocks = readClocks()
      const outcome = await post(sentAt, [], [])
      if (outcome.kind !== 'answered') return null
      for (const run of outcome.answer.runs) options.onAnswer(run, null, sentAt, outcome.answer.serverTime)
      return sentAt
    },
    wake() {
      failures = 0
      for (const request of connected) request.destroy(WOKEN)
      flush()
    },
    waiting: () => queue.length + onTheWay.size,
    settle(patience) {
      if (queue.length + onTheWay.size === 0) return Promise.resolve(0)
      flush()
      return new Promise((resolve) => {
        const late = setTimeout(() => resolve(queue.length + onTheWay.size), patience)
        settled.push(() => {
          clearTimeout(late)
          resolve(0)
        })
      })
    },
    close() {
      closed = true
      if (timer) clearTimeout(timer.handle)
      agent.destroy()
    },
  }
}
