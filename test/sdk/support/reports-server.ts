/** A record that takes reports over HTTP as docs/protocol.md says: numbers in order, idempotent, directives in answers. It can be taken away and brought back. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConcurrencyAnswer, ConcurrencyRequest } from '../../../core/protocol/concurrency.ts'
import { isRefused, readReportRequest, type ReadReports } from '../../../core/protocol/read-report-request.ts'
import type { Directive, Fact, ReportRequest, RunAnswer, RunReport } from '../../../core/protocol/reports.ts'
import { MAX_REPORT_BYTES } from '../../../core/protocol/version.ts'
import type { State } from '../../../core/states.ts'
import { TIMINGS } from '../../../core/timings.ts'

interface ReportsServer {
  url: string
  requests: { authorization: string; request: ReportRequest }[]
  /** Stored reports, in the order of their numbers. */
  stored: RunReport[]
  /** Answers of the next requests, instead of taking them. */
  refusing: { status: number; body: unknown } | null
  directives: Directive[]
  /** Stops listening; connections are cut. */
  close(): Promise<void>
  /** Listens again at the same address. */
  open(): Promise<void>
  states(): State[]
  facts(): Fact[]
  /** Resolves once `condition` holds after a request. */
  until(condition: () => boolean): Promise<void>
}

export async function startReportsServer(): Promise<ReportsServer & AsyncDisposable> {
  const waiting = new Set<() => void>()
  let server: Server | null = null
  let port = 0
  const record: ReportsServer = {
    url: '',
    requests: [],
    stored: [],
    refusing: null,
    directives: [],
    async open() {
      server = createServer((request, response) => {
        let text = ''
        request.on('data', (chunk) => {
          text += chunk
        })
        request.on('end', () => {
          if (request.url?.endsWith('/graphql')) {
            response.setHeader('content-type', 'application/json')
            response.end(JSON.stringify({ errors: [{ message: 'only reports are taken here', extensions: { code: 'FORBIDDEN' } }] }))
            return
          }
          if (request.url?.endsWith('/concurrency')) {
            // There is no limit here that would hold anybody back.
            const { acquire } = JSON.parse(text) as ConcurrencyRequest
            const acquired = acquire.map(({ id }) => ({ id, outcome: 'granted' as const, held: false, names: [] }))
            response.setHeader('content-type', 'application/json')
            response.end(JSON.stringify({ gone: [], life: TIMINGS.silence, acquired } satisfies ConcurrencyAnswer))
            return
          }
          const body = JSON.parse(text) as ReportRequest
          const tooLarge = Buffer.byteLength(text) > MAX_REPORT_BYTES
          record.requests.push({ authorization: request.headers.authorization ?? '', request: body })
          response.setHeader('content-type', 'application/json')
          if (record.refusing) {
            response.statusCode = record.refusing.status
            response.end(JSON.stringify(record.refusing.body))
          } else if (tooLarge) {
            response.statusCode = 413
            response.end(JSON.stringify({ error: { code: 'BODY_TOO_LARGE', message: 'the body is above 5 MiB', requestId: 'r' } }))
          } else {
            // As the record reads it: what it refuses or cuts is not stored here either.
            const { reports } = readReportRequest(body)
            response.end(JSON.stringify({ serverTime: Date.now(), answers: body.sentAt, runs: reports.map(take) }))
          }
          for (const look of waiting) look()
        })
      })
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
      port = (server.address() as AddressInfo).port
      record.url = `http://127.0.0.1:${port}`
    },
    close() {
      const closing = server
      server = null
      closing?.closeAllConnections()
      return new Promise((resolve) => (closing ? closing.close(() => resolve()) : resolve()))
    },
    states: () => record.facts().flatMap((fact) => (fact.kind === 'flow-run-state' ? [fact.state] : [])),
    facts: () => record.stored.flatMap(({ facts }) => facts),
    until(condition) {
      return new Promise((resolve) => {
        const look = () => {
          if (!condition()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
  }
  const take = (read: ReadReports['reports'][number]): RunAnswer => {
    const report = isRefused(read) ? { ...read, facts: [] } : read
    const own = record.stored.filter(({ flowRunId }) => flowRunId === report.flowRunId)
    if (report.n === own.length + 1) {
      record.stored.push(report)
      own.push(report)
    }
    const last = own.flatMap(({ facts }) => facts).findLast((fact) => fact.kind === 'flow-run-state')
    return {
      flowRunId: report.flowRunId,
      epoch: report.epoch,
      acknowledged: own.length,
      stateId: last?.kind === 'flow-run-state' ? last.state.id : report.stateId,
      stateType: last?.kind === 'flow-run-state' ? last.state.type : null,
      fence: 75_000,
      runToken: 'run-token',
      directives: record.directives,
    }
  }
  await record.open()
  return Object.assign(record, { [Symbol.asyncDispose]: () => record.close() })
}
