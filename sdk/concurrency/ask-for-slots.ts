/** One POST /concurrency: what a process wants of named limits at this moment. */
import type { ConcurrencyAnswer, ConcurrencyRequest } from '../../core/protocol/concurrency.ts'
import { type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from '../client/control-plane.ts'
import { postText } from '../client/http/post-text.ts'
import { readProblem, sayWhoAnswered } from '../client/http/read-problem.ts'
import { messageOf } from '../errors.ts'

/** Milliseconds for an answer. Tasks with tags wait so long before they go on without. */
const TIMEOUT = 10_000

/** Throws ControlPlaneAway (ask again later) or ControlPlaneRefused. */
export async function askForSlots({ apiUrl, credential }: ControlPlane, asked: ConcurrencyRequest): Promise<ConcurrencyAnswer> {
  const bearer = credential()
  const headers = { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) }
  const {
    status,
    headers: answered,
    text,
  } = await postText(`${apiUrl}/concurrency`, { headers, body: JSON.stringify(asked), timeout: TIMEOUT }).catch((error: Error) => {
    throw new ControlPlaneAway(apiUrl, messageOf(error.cause ?? error))
  })
  const answer = status === 200 ? readAnswer(text) : null
  if (answer) return answer
  const problem = readProblem(text)
  if (problem === null || status >= 500 || status === 429)
    throw new ControlPlaneAway(apiUrl, problem?.message ?? sayWhoAnswered(status, answered.location))
  const { code, message, hint } = problem
  throw new ControlPlaneRefused(code, message, hint === undefined ? {} : { hint })
}

function readAnswer(text: string): ConcurrencyAnswer | null {
  try {
    const answer = JSON.parse(text) as ConcurrencyAnswer | null
    return Array.isArray(answer?.acquired) && Array.isArray(answer.gone) ? answer : null
  } catch {
    return null
  }
}
