import type { Instant } from '../../core/instant.ts'
import type { Door } from '../door.ts'

/** The minute sweep. */
export async function runMaintenance(_sweep: Omit<Door, 'request' | 'requestId'> & { now: Instant }): Promise<void> {}
