/**
 * The control plane's side of the worker protocol, small enough to see through: `/connect` and `/reports` on a free port. It stores what it is told and
 * answers as the real one would for runs that nobody else touches. What the real one decides is tested with the real one (test/e2e).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { newId } from '../../../core/ids.ts'
import type { AssignedDeployment, Assignment } from '../../../core/protocol/assignment.ts'
import type { PoolMessage } from '../../../core/protocol/pool-messages.ts'
import type { Directive, Fact, HolderFact, LogLine, ReportRequest, RunAnswer } from '../../../core/protocol/reports.ts'
import { SOCKET_PING, SOCKET_PONG } from '../../../core/protocol/version.ts'
import type { Hello, RunKey, WorkerMessage } from '../../../core/protocol/worker-messages.ts'
import type { JsonObject } from '../../../core/json-value.ts'

export const API_KEY = 'weir_local_0123456789abcdef_thisisthesecretofthekey'

interface StoredRun {
  assignment: Assignment
  n: number
  facts: Fact[]
  holderFacts: HolderFact[]
  stateType: string
  stateId: string
  directives: Directive[]
}

export interface PoolServer {
  url: string
  hellos: Hello[]
  messages: WorkerMessage[]
  requests: ReportRequest[]
  runs: Map<string, StoredRun>
  /** Sockets opened so far. */
  sockets: number
  /** Every /reports is refused with 503, and every socket is cut and refused, while it is true. */
  away: boolean
  /** What every answer to a renewal names as not held. */
  lost: RunKey[]
  /** What `GET /connect` answers instead of upgrading. */
  refusal: { status: number; code: string; message: string } | null
  /** Pushes a run of this deployment; answers its id. */
  assign(deployment: Partial<AssignedDeployment> & { entrypoint: string; path: string }, parameters?: JsonObject, more?: Partial<Assignment>): string
  say(message: PoolMessage): void
  /** Closes the open sockets with this code. */
  cut(code?: number): void
  /** Resolves when it is true of the server's memory; looked at after everything that arrives. */
  until<T>(read: () => T | undefined | null | false): Promise<T>
  close(): Promise<void>
}

export async function startPoolServer(): Promise<PoolServer> {
  const waiters = new Set<() => void>()
  const changed = () => {
    for (const look of [...waiters]) look()
  }
  const open = new Set<WebSocket>()
  const http = createServer((request, response) => void answerReports(request, response))
  const door = new WebSocketServer({ noServer: true })

  const server: PoolServer = {
    url: '',
    hellos: [],
    messages: [],
    requests: [],
    runs: new Map(),
    sockets: 0,
    away: false,
    lost: [],
    refusal: null,
    assign(deployment, parameters = {}, more = {}) {
      const assignment = makeAssignment(deployment, parameters, more)
      server.runs.set(assignment.flowRunId, {
        assignment,
        n: 0,
        facts: [],
        holderFacts: [],
        stateType: 'PENDING',
        stateId: assignment.stateId,
        directives: [],
      })
      server.say({ type: 'assign', assignments: [assignment] })
      return assignment.flowRunId
    },
    say(message) {
      for (const socket of open) socket.send(JSON.stringify(message))
    },
    cut(code = 1001) {
      for (const socket of open) socket.close(code)
    },
    until(read) {
      return new Promise((resolve) => {
        const look = () => {
          const found = read()
          if (!found) return
          waiters.delete(look)
          resolve(found)
        }
        waiters.add(look)
        look()
      })
    },
    async close() {
      for (const socket of open) socket.terminate()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }

  http.on('upgrade', (request, socket, head) => {
    if (server.away) return socket.destroy()
    const refusal =
      request.headers.authorization === `Bearer ${API_KEY}` ? server.refusal : { status: 401, code: 'unauthenticated', message: 'no such key' }
    if (refusal) {
      const body = JSON.stringify({ error: { code: refusal.code, message: refusal.message, requestId: 'r' } })
      return socket.end(
        `HTTP/1.1 ${refusal.status} No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      )
    }
    door.handleUpgrade(request, socket, head, (opened) => {
      server.sockets += 1
      open.add(opened)
      opened.on('close', () => {
        open.delete(opened)
        changed()
      })
      opened.on('message', (data) => hear(opened, String(data)))
      changed()
    })
  })

  function hear(socket: WebSocket, text: string): void {
    if (text === SOCKET_PING) return socket.send(SOCKET_PONG)
    const message = JSON.parse(text) as WorkerMessage
    server.messages.push(message)
    const say = (answer: PoolMessage) => socket.send(JSON.stringify(answer))
    if (message.type === 'hello') {
      server.hellos.push(message)
      const workPool = { id: newId(), name: 'test', type: 'process', isPaused: false }
      say({ type: 'welcome', protocol: 1, workerId: newId(), workPool, serverTime: Date.now(), answers: message.sentAt, fence: 75_000 })
    }
    if (message.type === 'renew') say({ type: 'renewed', answers: message.sentAt, fence: 75_000, lost: server.lost })
    changed()
  }

  async function answerReports(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (server.away) return answer(503, { error: { code: 'not_ready', message: 'away', requestId: 'r' } })
    if (request.url !== '/reports') return answer(404, { error: { code: 'not_found', message: 'no such route', requestId: 'r' } })
    const batch = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ReportRequest
    server.requests.push(batch)
    const touched = new Set<string>()
    const over: RunAnswer[] = []
    for (const report of batch.reports) {
      const run = server.runs.get(report.flowRunId)
      if (!run) continue
      if (report.epoch !== run.assignment.epoch) {
        over.push({
          flowRunId: report.flowRunId,
          epoch: report.epoch,
          acknowledged: report.n,
          stateId: null,
          stateType: null,
          fence: 0,
          directives: [{ kind: 'stop', reason: 'old epoch' }],
        })
        continue
      }
      touched.add(report.flowRunId)
      if (report.n !== run.n + 1) continue
      run.n = report.n
      run.facts.push(...report.facts)
      for (const fact of report.facts) if (fact.kind === 'flow-run-state') Object.assign(run, { stateType: fact.state.type, stateId: fact.state.id })
    }
    for (const fact of batch.holderFacts) {
      server.runs.get(fact.flowRunId)?.holderFacts.push(fact)
      touched.add(fact.flowRunId)
    }
    const runs = [...touched].flatMap((id): RunAnswer[] => {
      const run = server.runs.get(id)
      if (!run) return []
      const { assignment, n, stateId, stateType } = run
      return [{ flowRunId: id, epoch: assignment.epoch, acknowledged: n, stateId, stateType, fence: 75_000, directives: run.directives.splice(0) }]
    })
    answer(200, { serverTime: Date.now(), answers: batch.sentAt, runs: [...runs, ...over] })
    changed()
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return server
}

function makeAssignment(
  deployment: Partial<AssignedDeployment> & { entrypoint: string; path: string },
  parameters: JsonObject,
  more: Partial<Assignment>,
): Assignment {
  const now = Date.now()
  const id = newId()
  return {
    flowRunId: id,
    epoch: 1,
    claimedAt: now,
    mayStart: true,
    stateId: newId(),
    runToken: 'run-token',
    fence: 75_000,
    flowRun: {
      name: `run-${id.slice(-4)}`,
      parameters,
      tags: [],
      runCount: 0,
      scheduledTime: null,
      createdAt: now,
      url: 'http://127.0.0.1/flow-runs/x',
    },
    flow: { id: newId(), name: 'flow' },
    deployment: {
      id: newId(),
      name: 'test',
      versionId: newId(),
      version: 1,
      contentHash: null,
      jobVariables: {},
      reuse: false,
      preload: true,
      onContactLost: 'continue',
      startAgain: false,
      retries: null,
      ...deployment,
    },
    watched: false,
    ...more,
  }
}

/** All log lines of a run, the runner's and the captured ones. */
export const linesOf = (run: StoredRun): LogLine[] =>
  [...run.facts, ...run.holderFacts].flatMap((fact) => (fact.kind === 'logs' || fact.kind === 'output' ? fact.lines : []))
