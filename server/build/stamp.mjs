/** Whether a part must be built anew: the hash of everything that goes into it, kept beside what came out. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What builds and tools leave behind, by name or by path. */
const NEVER = new Set(['node_modules', 'dist', '.svelte-kit', '.wrangler', 'web/build'])

/** Content hash of files and folders below `root`; a missing one counts as empty. */
export function hashOf(root, inputs) {
  const hash = createHash('sha256')
  const visit = (path, name, named) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) {
      if (!named && (NEVER.has(name) || NEVER.has(name.slice(name.lastIndexOf('/') + 1)))) return
      for (const entry of readdirSync(path).sort()) visit(join(path, entry), `${name}/${entry}`, false)
    } else {
      hash.update(`${name}\0`).update(readFileSync(path))
    }
  }
  for (const input of inputs) visit(join(root, input), input, true)
  return hash.digest('hex')
}

export const isFresh = (stampFile, hash) => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash

export function writeStamp(stampFile, hash) {
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, hash)
}
