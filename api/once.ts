/**
 * Mutations that are safe to send again. With an `idempotencyKey`, the same request answers with what it made the first time; another request with the same
 * key is a Conflict. Keys belong to a workspace and a verb, and are remembered for seven days. (`createFlowRun` has its own: unique within the flow, for ever.)
 */
import { newId } from '../core/ids.ts'
import { DatabaseError } from '../db/client.ts'
import { findIdempotencyKey, type MadeIn, rememberIdempotencyKey } from '../db/queries/idempotency-keys/idempotency-keys.ts'
import type { Statement } from '../db/statement.ts'
import { hashSecret } from './auth/hash-secret.ts'
import { checkJson } from './check-input.ts'
import type { Context } from './context.ts'
import { Conflict, Invalid } from './errors.ts'

interface Request {
  /** Null: the request is not to be recognised. */
  key: string | null | undefined
  /** The mutation's name. */
  verb: string
  /** What was asked, in a form that is the same whenever it is the same. */
  input: object
  madeIn: MadeIn
}

/** Longest idempotency key. */
const LONGEST = 255

/** What every input with such a key says of it. */
export const IDEMPOTENCY_KEY_DESCRIPTION = 'The same request with the same key is answered with what it made, for seven days. At most 255 characters.'

/**
 * Makes something once. `make` gets the id of what it makes and statements that must stand behind the one that makes it, in the same batch; `find` gets the
 * id of what the request has made before. Throws Invalid, Conflict.
 */
export async function once<Answer>(
  context: Context,
  { key, verb, input, madeIn }: Request,
  find: (id: string) => Promise<Answer | null>,
  make: (id: string, behind: readonly Statement<unknown>[]) => Promise<Answer>,
): Promise<Answer> {
  if (key == null) return make(newId(), [])
  const expected = `1 to ${LONGEST} characters`
  if (key === '' || key.length > LONGEST || checkJson(key, []).length > 0)
    throw new Invalid([{ path: ['idempotencyKey'], message: `expected ${expected}, got ${key.length}`, expected }])
  const requestHash = await hashSecret(canonical(input))
  for (let attempt = 1; ; attempt++) {
    const known = await context.db.run(findIdempotencyKey({ verb, key }))
    if (known) {
      if (known.requestHash !== requestHash)
        throw new Conflict('The idempotency key was used for another request.', {
          path: ['idempotencyKey'],
          hint: 'Use a new key for each thing you make.',
        })
      const made = await find(known.subject)
      if (made !== null) return made
      throw new Conflict('What this request has made is gone.', { path: ['idempotencyKey'], hint: 'Use a new key to make it again.' })
    }
    const id = newId()
    try {
      return await make(id, [rememberIdempotencyKey({ verb, key, requestHash, subject: id, madeIn })])
    } catch (error) {
      // The same request is on its way elsewhere, and was first: either its key is there, or what it has made (a name that is taken).
      if (attempt > 3) throw error
      if (error instanceof Conflict && (await context.db.run(findIdempotencyKey({ verb, key }))) === null) throw error
      if (!(error instanceof Conflict) && !(error instanceof DatabaseError && error.constraint === 'idempotency_keys_pkey')) throw error
    }
  }
}

/** JSON with the keys of objects in order, so that the same request has the same text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
