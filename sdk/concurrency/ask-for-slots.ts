/** One POST /concurrency: what a process wants of named limits at this moment. */
import type { ConcurrencyAnswer, ConcurrencyRequest } from '../../core/protocol/concurrency.ts'
import { type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { fetchThroughProxy } from '../client/http/fetch-through-proxy.ts'
import { messageOf } from '../errors.ts'

/** Milliseconds for an answer. Tasks with tags wait so long before they go on without. */
const TIMEOUT = 10_000

/** Throws ControlPlaneAway (ask again later) or ControlPlaneRefused. */
export async function askForSlots({ apiUrl, credential }: ControlPlane, asked: ConcurrencyRequest): Promise<ConcurrencyAnswer> {
  const bearer = credential()
  let response: Response
  let text: string
  try {
    response = await fetchThroughProxy(`${apiUrl}/concurrency`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(TIMEOUT),
      redirect: 'error',
    })
    text = await response.text()
  } catch (error) {
    throw new ControlPlaneAway(apiUrl, messageOf((error as Error).cause ?? error))
  }
  const answer = read(text)
  if (response.ok && answer && 'acquired' in answer) return answer
  const { code = 'UNKNOWN', message = `it answered ${response.status}`, hint } = answer && 'error' in answer ? answer.error : {}
  if (code === 'UNKNOWN' || response.status >= 500 || response.status === 429) throw new ControlPlaneAway(apiUrl, message)
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
