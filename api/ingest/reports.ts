import type { Door } from '../door.ts'
import { Unauthenticated } from '../errors.ts'

/** POST /reports. */
export async function receiveReports(_door: Door): Promise<Response> {
  throw new Unauthenticated('Reports need a worker key or a run token.')
}
