import type { Door } from '../door.ts'
import { Unauthenticated } from '../errors.ts'

/** GET /connect with an upgrade: a worker's socket to its pool. */
export async function connect(_door: Door): Promise<Response> {
  throw new Unauthenticated('A worker connects with its API key.')
}
