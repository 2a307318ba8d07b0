/** The answer to reports, from text that somebody on the way may have written. */
import type { ReportAnswer } from '../../../core/protocol/reports.ts'

/** Null when it is none. */
export function readReportAnswer(text: string): ReportAnswer | null {
  try {
    const answer = JSON.parse(text) as ReportAnswer | null
    return typeof answer?.serverTime === 'number' && Array.isArray(answer.runs) ? answer : null
  } catch {
    return null
  }
}
