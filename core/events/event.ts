/** What an event is: something that happened to a resource, said by whoever saw it. */
import type { JsonObject } from '../json-value.ts'

/** What an event happened to. The id is whatever names the thing: `order.4711`, `s3://bucket/key`. Weir's own are `weir.flow-run.UUID` and so on. */
export interface EventResource {
  id: string
  /** What else is known of it, for people and for filters. */
  labels: Record<string, string>
}

/** What else has to do with it, and in which role: `customer`, `flow-run`. */
export interface RelatedResource extends EventResource {
  role: string
}

/** What an event says, whichever way it came. */
export interface EventContent {
  /** What happened: `order.shipped`. */
  name: string
  resource: EventResource
  related: RelatedResource[]
  /** Whatever else it has to say; `{}` when that is nothing. */
  payload: JsonObject
  /** Id of the event that it came after, and of; null = it stands alone. It need not be there. */
  follows: string | null
}
