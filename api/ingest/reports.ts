/** POST /reports: the door of workers (for all their runners) and of runners that own their connection. Translates; `takeReports` does the work. */
import { Malformed } from '../../core/protocol/shape.ts'
import { readReportRequest, type ReadReports } from '../../core/protocol/read-report-request.ts'
import type { ProtocolError, ReportAnswer } from '../../core/protocol/reports.ts'
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../../core/protocol/version.ts'
import { newId } from '../../core/ids.ts'
import { authenticate } from '../auth/authenticate.ts'
import { RUN_TOKEN_PREFIX, type RunToken } from '../auth/run-token.ts'
import { verifyRunToken } from '../auth/verify-run-token.ts'
import { coordinatorsOf } from '../context.ts'
import type { Door } from '../door.ts'
import { credentialEnded, Invalid, Unauthenticated, WeirError } from '../errors.ts'
import { mayDo, permit } from '../permissions.ts'
import { recordOf } from '../record.ts'
import { credentialOfSender, type Sender } from './sender.ts'
import { takeReports } from './take-reports.ts'
import { CredentialEnded, DatabaseUnavailable } from '../../db/client.ts'

/** Answers a `ReportAnswer`, or a `ProtocolError` with 400 (nothing was written), 401, 403, or 503 (try again). */
export async function receiveReports(door: Door): Promise<Response> {
  if (door.request.method !== 'POST')
    throw new WeirError('NOT_FOUND', `There is nothing at ${door.request.method} /reports.`, { hint: 'Reports are sent with POST.' })
  const sender = await senderOf(door)
  const request = await readBody(door.request)
  const { env, timings, log } = door
  try {
    const answer = await takeReports(
      {
        workspaceId: sender.workspaceId,
        db: recordOf(env).inWorkspace(sender.workspaceId, credentialOfSender(sender)),
        coordinators: coordinatorsOf(env, timings, log, door.waitUntil),
        timings,
        log,
        tokenSecret: env.TOKEN_SECRET,
        newId,
      },
      sender,
      request,
    )
    return Response.json(answer satisfies ReportAnswer, { headers: { 'x-request-id': door.requestId } })
  } catch (error) {
    if (error instanceof CredentialEnded) throw credentialEnded()
    if (!(error instanceof DatabaseUnavailable)) throw error
    log.warn('reports could not be stored: the database cannot be reached', { error })
    const message = 'The control plane cannot reach its database; nothing of this batch was stored.'
    return Response.json({ error: { code: 'NOT_READY', message, hint: 'Send it again.', requestId: door.requestId } } satisfies ProtocolError, {
      status: 503,
      headers: { 'retry-after': '1', 'x-request-id': door.requestId },
    })
  }
}

/** A worker's key, or a run token; an expired one still delivers reports of its epoch for `runTokenDelivery`. */
async function senderOf(door: Door): Promise<Sender> {
  const header = door.request.headers.get('authorization') ?? ''
  const bearer = /^bearer +(\S+)$/i.exec(header.trim())?.[1]
  if (bearer?.startsWith(RUN_TOKEN_PREFIX)) {
    const token: RunToken | null = bearer.length <= 4_096 ? await verifyRunToken(door.env.TOKEN_SECRET, bearer) : null
    if (!token || Date.now() > token.expiresAt + door.timings.runTokenDelivery) {
      throw new Unauthenticated('The run token is not valid, or not any more.', {
        hint: 'A run token delivers reports of its own run and epoch until 7 days after its end.',
      })
    }
    door.note({ workspaceId: token.workspaceId, flowRunId: token.flowRunId })
    return { kind: 'runner', workspaceId: token.workspaceId, token: bearer }
  }
  const actor = await authenticate(door)
  // A script that started without the API reports with an editor's key.
  if (!mayDo(actor, 'flow-runs:start')) permit(actor, 'workers:report')
  return { kind: 'key', workspaceId: actor.workspaceId, actor }
}

async function readBody(request: Request): Promise<ReadReports> {
  let value: unknown
  try {
    value = await request.json()
  } catch {
    throw new Invalid([{ path: [], message: 'The body is not JSON.', expected: 'a ReportRequest as JSON text' }])
  }
  let read: ReadReports
  try {
    read = readReportRequest(value)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new Invalid([{ path: error.path.map(String), message: `expected ${error.expected}`, expected: error.expected }])
  }
  if (read.protocol > PROTOCOL_VERSION || read.protocol < OLDEST_PROTOCOL_VERSION) {
    const expected = `protocol ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}`
    throw new Invalid([{ path: ['protocol'], message: `this control plane speaks ${expected}, the batch is of ${read.protocol}`, expected }], {
      hint: 'Update whichever is older.',
    })
  }
  if (read.unaddressed.length > 0) {
    // Without its run and number nothing could be answered about it: better nothing is stored, and the sender takes the batch apart.
    throw new Invalid(read.unaddressed.slice(0, 10).map((message) => ({ path: [], message, expected: null })))
  }
  return read
}
