/** Reports over HTTP, one POST each, with the run's own token (or, before there is one, with an API key). */
import { postText } from '../http/post-text.ts'
import { readProblem, sayProblem, sayWhoAnswered } from '../http/read-problem.ts'
import { sayWhyNot } from '../http/say-why-not.ts'
import type { ReportAnswer, ReportRequest } from '../../../core/protocol/reports.ts'
import { PROTOCOL_VERSION } from '../../../core/protocol/version.ts'
import { readReportAnswer } from './read-report-answer.ts'
import { NoAnswer, Refused, readClocks, type ReportTransport } from './transport.ts'

/** A batch of a mebibyte over a slow line, and the database behind it. */
const TIMEOUT = 15_000

/** `apiKey` is used only while the run has no token of its own: nobody knows then whether there is a control plane at all. */
export function httpTransport(apiUrl: string, apiKey: string | null): ReportTransport {
  return {
    async send(report) {
      const sent = readClocks()
      const request: ReportRequest = { protocol: PROTOCOL_VERSION, sentAt: sent.wall, sessionId: null, reports: [report], holderFacts: [] }
      const answered = await postReports(apiUrl, report.runToken || apiKey || '', request).catch((error: Error) => {
        throw error instanceof NoAnswer && error.isStranger && report.runToken === '' ? new Refused(error.message) : error
      })
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
  const { status, headers: answered, text } = response
  const answer = status === 200 ? readReportAnswer(text) : null
  if (answer) return answer
  const problem = readProblem(text)
  const isLater = status >= 500 || status === 408 || status === 429
  if (problem && !isLater) throw new Refused(sayProblem(problem))
  const after = Number(answered['retry-after'])
  const delay = Number.isFinite(after) && after > 0 ? after * 1_000 : null
  throw new NoAnswer(problem ? sayProblem(problem) : sayWhoAnswered(status, answered.location), delay, problem === null && !isLater)
}
