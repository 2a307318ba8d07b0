/** Where the main module of a thread lies. */
import { existsSync } from 'node:fs'

/** Of the room `name` (its `main.ts`), which a module of that room starts: beside that one as source, at its own path as build. `asker`: its address. */
export function threadMain(name: string, asker: string): URL {
  if (asker.endsWith('.ts')) return new URL('./main.ts', asker)
  // From the entry of the package, or from one of its chunks.
  const beside = new URL(`./${name}/main.js`, asker)
  return existsSync(beside) ? beside : new URL(`../${name}/main.js`, asker)
}
