/** What a flow asks of the control plane by itself: one POST a question. A run asks with its own token, a script with its API key. */
import { messageOf, WeirError } from '../errors.ts'
import { postText } from './http/post-text.ts'

/** Where to ask, and as whom. */
export interface ControlPlane {
  readonly apiUrl: string
  /** Asked anew each time: a run's token is renewed while it runs. Null = none. */
  credential(): string | null
  /** Sees to it that there is a new one soon: that of a run which says nothing for an hour is over. */
  renew?(): void
  /** Told of leases of named limits, before they are asked for and when they are over, by code that may be ended at any moment (a task's thread). */
  onLease?(id: string, isOver: boolean): void
  /**
   * The same control plane, asked as the run itself, where `credential` is somebody else's: a script's run begins with an API key. Resolves when the record
   * knows the run, or after `patience` milliseconds to this one.
   */
  asRun?(signal: AbortSignal, patience: number): Promise<ControlPlane>
}

/** No answer, or none that says anything about the question: asking again later may help. */
export class ControlPlaneAway extends WeirError {
  /** Milliseconds that the control plane asked us to wait. */
  readonly retryAfter: number | null

  constructor(apiUrl: string, why: string, retryAfter: number | null = null) {
    super('control_plane_away', `${apiUrl} cannot be asked just now: ${why}`)
    this.retryAfter = retryAfter
  }
}

/** The control plane has answered, and said no. `code` is the API's. */
export class ControlPlaneRefused extends WeirError {}

const TIMEOUT = 30_000
/** Codes that say nothing about the question. */
const LATER = new Set(['NOT_READY', 'RATE_LIMITED', 'INTERNAL', 'TIMEOUT'])

interface Answer {
  data?: unknown
  errors?: { message: string; extensions?: { code?: string; hint?: string; retryAfter?: number } }[]
}

/** The data of an answer. Throws ControlPlaneAway, ControlPlaneRefused, or what `signal` is aborted with. */
export async function askControlPlane<Data>(
  { apiUrl, credential }: ControlPlane,
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Data> {
  const bearer = credential()
  const answer = await post(apiUrl, bearer, JSON.stringify({ query, variables }), signal)
  const error = answer.errors?.[0]
  if (!error) return answer.data as Data
  const { code = 'UNKNOWN', hint, retryAfter } = error.extensions ?? {}
  if (LATER.has(code)) throw new ControlPlaneAway(apiUrl, error.message, retryAfter === undefined ? null : retryAfter * 1_000)
  throw new ControlPlaneRefused(code, error.message, hint === undefined ? {} : { hint })
}

async function post(apiUrl: string, bearer: string | null, body: string, signal: AbortSignal): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
  }
  const { status, text } = await postText(`${apiUrl}/graphql`, { headers, body, timeout: TIMEOUT, signal }).catch((error: Error) => {
    if (signal.aborted) throw signal.reason
    throw new ControlPlaneAway(apiUrl, causeOf(error))
  })
  try {
    const answer = JSON.parse(text) as Answer
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)) return answer
  } catch {
    // Told below.
  }
  throw new ControlPlaneAway(apiUrl, `it answered ${status} with something else than GraphQL`)
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause
  return cause?.code === 'ECONNREFUSED' ? 'nothing listens there' : messageOf(cause ?? error)
}
