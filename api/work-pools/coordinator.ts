import { DurableObject } from 'cloudflare:workers'
import type { OfferAnswer, WorkPoolCoordinator } from '../coordinators.ts'
import type { Env } from '../env.ts'

/** Sockets, room and the next due instant of one work pool. */
export class WorkPool extends DurableObject<Env> implements WorkPoolCoordinator {
  async offer(): Promise<OfferAnswer> {
    return { outcome: 'declined', reason: 'no worker is connected' }
  }
  async ring(): Promise<void> {}
  async direct(): Promise<boolean> {
    return false
  }
  async revoke(): Promise<void> {}
}
