/** What every `delete` of something in the control plane does. */
import { Failure } from './failure.ts'
import { type Document, document } from './graphql.ts'
import { ERROR_FIELDS, successOf, type UnionError } from './read-result.ts'
import { safeLine } from './safe-text.ts'
import type { Session } from './session.ts'
import { print, printJson, say } from './terminal.ts'

/** A mutation that deletes by id, its field called `result`. */
type DeleteDocument = Document<{ result: { __typename: string; deletedId: string } | UnionError }, { id: string }>

/** The document of `deleteX(input: { id })`, for a documents.ts: `DeleteWorkPool` → `deleteWorkPool`. */
export const deleteDocument = (name: `Delete${string}`): DeleteDocument =>
  document(
    `mutation ${name}($id: ID!) { result: d${name.slice(1)}(input: { id: $id }) { __typename ... on ${name}Success { deletedId } ${ERROR_FIELDS} } }`,
  )

/**
 * Asks the person at the terminal, deletes, and says so: `Deleted work pool big.`; for programs `{ id, name, deleted: true }`. Answers the exit code: 1 when the
 * person would rather not. `id` = its uuid (`opaqueId` where that does not say enough), `noun` as in `work pool`. Throws Failure.
 */
export async function deleteThing(
  { client, json, mayAsk }: Session,
  mutation: DeleteDocument,
  { noun, id, name, opaqueId = id, also = '' }: { noun: string; id: string; name: string; opaqueId?: string; also?: string },
): Promise<number> {
  if (mayAsk) {
    // Every list of this noun comes past here by its documents; only who deletes reads from the terminal.
    const { confirm } = await import('./ask-person.ts')
    if (!(await confirm(`Delete ${noun} "${safeLine(name)}"${also}?`))) {
      say('Nothing was changed.')
      return 1
    }
  }
  const { result } = await client.ask(mutation, { id: opaqueId })
  // The API says why, and only the command knows how people call the thing.
  if (result.__typename === 'ConflictError' && 'code' in result)
    throw new Failure(1, result.code, `The ${noun} "${name}" stays: ${result.message}`, result.hint ?? undefined)
  successOf(result)
  if (json) printJson({ id, name, deleted: true })
  else print(`Deleted ${noun} ${safeLine(name)}.`)
  return 0
}
