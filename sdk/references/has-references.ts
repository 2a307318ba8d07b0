/** Whether a value refers to others. Apart from their resolution, because a worker asks it and resolves nothing. */
import { findReferences } from '../../core/references.ts'

/** Broken ones count: whoever resolves them says so. */
export function hasReferences(value: unknown): boolean {
  const { references, broken } = findReferences(value)
  return references.length > 0 || broken.length > 0
}
