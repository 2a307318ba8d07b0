/** Who has answered: the control plane, or somebody on the way to it (a proxy's page, a hotel's sign-in, another program on that port). */
import type { ProtocolError } from '../../../core/protocol/reports.ts'

type Problem = ProtocolError['error']

/**
 * What the control plane says when it does not do as asked; null when somebody else has answered. Other people's errors look much like ours, but all of ours
 * name their request.
 */
export function readProblem(text: string): Problem | null {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<Problem> }
    const isOurs = typeof error?.code === 'string' && typeof error.message === 'string' && typeof error.requestId === 'string'
    return isOurs ? (error as Problem) : null
  } catch {
    return null
  }
}

/** A problem in words, with what finds it in the log of the control plane. */
export const sayProblem = ({ message, requestId }: Problem): string => `${message} Request ${requestId}.`

/** Why an answer with this status is none, in words. */
export function sayWhoAnswered(status: number, location?: string): string {
  const redirect = status >= 300 && status < 400 && location !== undefined ? `, a redirect to ${location.slice(0, 200)}` : ''
  return `something on the way answered instead of the control plane (status ${status}${redirect})`
}
