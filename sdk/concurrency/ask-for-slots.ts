/** One POST /concurrency: what a process wants of named limits at this moment. */
import type { ConcurrencyAnswer, ConcurrencyRequest } from '../../core/protocol/concurrency.ts'
import { type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { postText } from '../client/http/post-text.ts'
import { messageOf } from '../errors.ts'

/** Milliseconds for an answer. Tasks with tags wait so long before they go on without. */
const TIMEOUT = 10_000

/** Throws ControlPlaneAway (ask again later) or ControlPlaneRefused. */
export async function askForSlots({ apiUrl, credential }: ControlPlane, asked: ConcurrencyRequest): Promise<ConcurrencyAnswer> {
  const bearer = credential()
  const headers = { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) }
  const { status, text } = await postText(`${apiUrl}/concurrency`, { headers, body: JSON.stringify(asked), timeout: TIMEOUT }).catch(
    (error: Error) => {
      throw new ControlPlaneAway(apiUrl, messageOf(error.cause ?? error))
    },
  )
  const answer = read(text)
  if (status === 200 && answer && 'acquired' in answer) return answer
  const { code = 'UNKNOWN', message = `it answered ${status}`, hint } = answer && 'error' in answer ? answer.error : {}
  if (code === 'UNKNOWN' || status >= 500 || status === 429) throw new ControlPlaneAway(apiUrl, message)
  throw new ControlPlaneRefused(code, message, hint === undefined ? {} : { hint })
}

function read(text: string): ConcurrencyAnswer | { error: { code?: string; message?: string; hint?: string } } | null {
  try {
    const answer = JSON.parse(text) as unknown
    return typeof answer === 'object' && answer !== null ? (answer as ConcurrencyAnswer) : null
  } catch {
    return null
  }
}
