import { DurableObject } from 'cloudflare:workers'
import type { FeedCoordinator } from '../coordinators.ts'
import type { Env } from '../env.ts'

/** Fan-out of one topic to its listeners. */
export class Feed extends DurableObject<Env> implements FeedCoordinator {
  async ring(): Promise<void> {}
}
