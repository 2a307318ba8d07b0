/**
 * When a worker was heard last. The record says it while its pool holds leases; an idle worker writes nothing for hours and its pool sleeps, so whoever looks
 * stale by the record is looked up among the open sockets. Asked at most once a second for a pool, however many fields of a request want it.
 */
import type { Instant } from '../../core/instant.ts'
import type { Context } from '../context.ts'

type Asking = Pick<Context, 'workspaceId' | 'coordinators' | 'clock' | 'timings'>

/** By worker. */
type Contacts = ReadonlyMap<string, Instant>

const ASKED_FOR = 1_000
const asked = new WeakMap<Asking['coordinators'], Map<string, { at: Instant; contacts: Promise<Contacts> }>>()

/** Whether somebody who was heard at this instant counts as online. */
export const isOnline = (context: Asking, heardAt: Instant | null): boolean =>
  heardAt !== null && heardAt > context.clock.now() - context.timings.workerOnline

/** The later of what the record and what the worker's socket say. */
export async function lastContactOf(
  context: Asking,
  worker: { id: string; workPoolId: string; hasLeft: boolean; lastSeenAt: Instant },
): Promise<Instant> {
  if (worker.hasLeft || isOnline(context, worker.lastSeenAt)) return worker.lastSeenAt
  return Math.max(worker.lastSeenAt, (await contactsOf(context, worker.workPoolId)).get(worker.id) ?? 0)
}

/** Workers with an open socket at this pool; empty when its object does not answer. */
export function contactsOf(context: Asking, workPoolId: string): Promise<Contacts> {
  const { coordinators, workspaceId, clock } = context
  const known = asked.get(coordinators) ?? new Map<string, { at: Instant; contacts: Promise<Contacts> }>()
  asked.set(coordinators, known)
  const answer = known.get(workPoolId)
  if (answer && answer.at > clock.now() - ASKED_FOR) return answer.contacts
  const contacts = coordinators
    .presence({ workspaceId, workPoolId })
    .then((present) => new Map(present.map(({ workerId, heardAt }) => [workerId, heardAt])))
  known.set(workPoolId, { at: clock.now(), contacts })
  return contacts
}
