/** Reports over HTTP, one POST each, with the run's own token (or, before there is one, with an API key). */
import { postText } from '../http/post-text.ts'
import { sayWhyNot } from '../http/say-why-not.ts'
import type { ProtocolError, ReportAnswer, ReportRequest } from '../../../core/protocol/reports.ts'
import { PROTOCOL_VERSION } from '../../../core/protocol/version.ts'
import { NoAnswer, Refused, readClocks, type ReportTransport } from './transport.ts'

/** A batch of a mebibyte over a slow line, and the database behind it. */
const TIMEOUT = 15_000

/** `apiKey` is used only while the run has no token of its own. */
export function httpTransport(apiUrl: string, apiKey: string | null): ReportTransport {
  return {
    async send(report) {
      const sent = readClocks()
      const request: ReportRequest = { protocol: PROTOCOL_VERSION, sentAt: sent.wall, sessionId: null, reports: [report], holderFacts: [] }
      const answered = await postReports(apiUrl, report.runToken || apiKey || '', request)
      const answer = answered.runs.find((run) => run.flowRunId === report.flowRunId)
      if (!answer) throw new NoAnswer('the answer does not name the run')
      return { answer, sent }
    },
  }
}

/** One POST /reports. Throws NoAnswer or Refused. */
export async function postReports(apiUrl: string, bearer: string, request: ReportRequest, timeout: number = TIMEOUT): Promise<ReportAnswer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
  const response = await postText(`${apiUrl}/reports`, { headers, body: JSON.stringify(request), timeout }).catch((error: Error) => {
    throw new NoAnswer(sayWhyNot((error.cause as NodeJS.ErrnoException | undefined) ?? error, new URL(apiUrl)))
  })
  const { status } = response
  const isGood = status >= 200 && status < 300
  const body = parse(response.text)
  if (isGood && isAnswer(body)) return body
  const problem = (body as Partial<ProtocolError> | null)?.error
  const message = problem?.message ?? `it answered ${status} with something that is no answer to a report`
  if (isGood || [400, 401, 403, 404, 405, 413, 422].includes(status)) throw new Refused(status, message)
  const after = Number(response.headers['retry-after'])
  throw new NoAnswer(message, Number.isFinite(after) && after > 0 ? after * 1_000 : null)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isAnswer = (body: unknown): body is ReportAnswer => typeof body === 'object' && body !== null && 'runs' in body && Array.isArray(body.runs)
