/** How a document travels: by its hash, which the control plane of the same build knows. `vite dev` sends the text, whatever control plane it asks. */

/** What stands in the body of a request instead of a document. */
export type Sent = { documentId: string } | { query: string }

// Set by web/persisted-documents.ts: true while `vite dev` serves.
declare const SENDS_TEXT: boolean | undefined

// Written by the code generator, and only there: no build has it.
const texts =
  typeof SENDS_TEXT !== 'undefined' && SENDS_TEXT
    ? Object.values(import.meta.glob<Record<string, string>>('./generated/persisted-documents.json', { import: 'default' }))
    : []

/** Throws when the document was made without its hash. */
export async function documentOf(document: object): Promise<Sent> {
  const documentId = (document as { __meta__?: { hash?: string } }).__meta__?.hash
  if (documentId === undefined) throw new Error('The document has no hash: `npm run codegen -w web` makes it.')
  const query = (await texts[0]?.())?.[documentId]
  return query === undefined ? { documentId } : { query }
}
