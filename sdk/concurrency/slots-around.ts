/** Limits of which the code around this one has slots: whoever asks for more of them there may wait for itself. */
import { AsyncLocalStorage } from 'node:async_hooks'

const KEY = Symbol.for('weirflow.slots-around')
type Holder = { [KEY]?: AsyncLocalStorage<readonly string[]> }

/** One per process, for all copies of the package. */
const scopes: AsyncLocalStorage<readonly string[]> = ((globalThis as Holder)[KEY] ??= new AsyncLocalStorage<readonly string[]>())

/** Runs `body` as code that has slots of these limits. */
export const withSlots = <T>(names: readonly string[], body: () => T): T =>
  names.length === 0 ? body() : scopes.run([...(scopes.getStore() ?? []), ...names], body)

/** Those of `names` of which the code around this one has slots. */
export const namesAround = (names: readonly string[]): string[] => names.filter((name) => scopes.getStore()?.includes(name))
