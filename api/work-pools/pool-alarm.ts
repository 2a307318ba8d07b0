/**
 * The alarm of one WorkPool, and the next due instant in its storage. Nothing here waits: between looking and setting, something else could be due.
 * An idle pool has no alarm, so that it sleeps.
 */
import type { Instant } from '../../core/instant.ts'

/** The runtime takes no alarm in some far future; a pool looks again long before. */
const FARTHEST = 30 * 86_400_000

/** Key of the next due instant in the object's storage. */
const NEXT_DUE = 'next-due'

export class PoolAlarm {
  readonly #storage: DurableObjectStorage
  /** Undefined = not known: the object has just woken, or the alarm has just fired. */
  #armedAt: Instant | null | undefined

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** The runtime has taken the alarm off; whatever is due must be armed again. */
  fired(): void {
    this.#armedAt = undefined
  }

  /** Wakes the object at this instant at the latest; null = not at all. */
  arm(at: Instant | null, now: Instant): void {
    const armedAt = this.#armedAt
    if (at === null) {
      if (armedAt === null) return
      this.#armedAt = null
      void this.#storage.deleteAlarm({ allowUnconfirmed: true })
    } else if (armedAt == null || armedAt > at || armedAt < now) {
      this.#armedAt = Math.min(Math.max(at, now), now + FARTHEST)
      void this.#storage.setAlarm(this.#armedAt, { allowUnconfirmed: true })
    }
  }

  /** When the next run of the pool was due, as it was last remembered. */
  get nextDue(): Instant | null {
    return this.#storage.kv.get<Instant>(NEXT_DUE) ?? null
  }

  /** For after hibernation. Losing it costs at most the minute until the sweep rings, so nothing waits for it to be on disk. */
  rememberDue(due: Instant | null, now: Instant): void {
    const known = this.nextDue
    if (due === known) return
    if (due === null) void this.#storage.delete(NEXT_DUE, { allowUnconfirmed: true })
    else if (known === null || due < known || known < now) void this.#storage.put(NEXT_DUE, due, { allowUnconfirmed: true })
  }
}
