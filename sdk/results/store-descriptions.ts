/** What each store of this package is made of, as plain data (see described-results.ts). */
import type { ResultStore } from './result-store.ts'

const KEY = Symbol.for('weirflow.store-descriptions')
type Holder = { [KEY]?: WeakMap<ResultStore, object> }

/** Shared by all copies of the package. */
export const descriptions: WeakMap<ResultStore, object> = ((globalThis as Holder)[KEY] ??= new WeakMap<ResultStore, object>())

/** Notes it; gives the same store. */
export function describeAs(description: object, store: ResultStore): ResultStore {
  descriptions.set(store, description)
  return store
}
