/**
 * How many requests came, what became of them and how long they took, since this isolate began. On a laptop there is one isolate; hosted there are many, and
 * none knows what the others have counted (docs/deploying.md says what to look at there).
 */
import type { Metric } from '../../core/prometheus.ts'
import { DOOR_NAMES, type DoorName } from './door-name.ts'

/** Upper ends in seconds; the last one is +Inf. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY]

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx']

/** Counting allocates nothing. */
export class RequestCounts {
  readonly #byClass = new Float64Array(DOOR_NAMES.length * CLASSES.length)
  /** Not added up: what fell between two ends. */
  readonly #byDuration = new Float64Array(DOOR_NAMES.length * BUCKETS.length)
  readonly #seconds = new Float64Array(DOOR_NAMES.length)

  /** `status` from 100 to 599. */
  add(door: DoorName, status: number, seconds: number): void {
    const place = DOOR_NAMES.indexOf(door)
    const status100 = place * CLASSES.length + Math.min(Math.max(Math.floor(status / 100), 1), CLASSES.length) - 1
    const bucket = place * BUCKETS.length + BUCKETS.findIndex((end) => seconds <= end)
    this.#byClass[status100] = (this.#byClass[status100] as number) + 1
    this.#byDuration[bucket] = (this.#byDuration[bucket] as number) + 1
    this.#seconds[place] = (this.#seconds[place] as number) + seconds
  }

  /** Every door with every class, also those that nobody has met: a counter that first appears as 1 has no increase to alert on. */
  read(): Metric[] {
    return [
      {
        name: 'weir_requests_total',
        help: 'Requests answered, by door and class of status. An answer of GraphQL counts as the worst of its errors, whatever its HTTP status.',
        type: 'counter',
        samples: DOOR_NAMES.flatMap((door, place) =>
          CLASSES.map((status, index) => ({ labels: { door, status }, value: this.#byClass[place * CLASSES.length + index] as number })),
        ),
      },
      {
        name: 'weir_request_seconds',
        help: 'How long their answers took, by door. Long polls wait on purpose; a stream is answered when it begins.',
        type: 'histogram',
        samples: DOOR_NAMES.flatMap((door, place) => this.#histogram(door, place)),
      },
    ]
  }

  #histogram(door: DoorName, place: number): Metric['samples'] {
    let count = 0
    const buckets = BUCKETS.map((end, index) => {
      count += this.#byDuration[place * BUCKETS.length + index] as number
      return { suffix: '_bucket', labels: { door, le: end === Number.POSITIVE_INFINITY ? '+Inf' : String(end) }, value: count }
    })
    return [
      ...buckets,
      { suffix: '_sum', labels: { door }, value: this.#seconds[place] as number },
      { suffix: '_count', labels: { door }, value: count },
    ]
  }
}

/** Of this isolate. */
export const requestCounts = new RequestCounts()
