/**
 * Which files of the user this process has loaded, and as which version: a runner that keeps a module must not serve a run once a file of it has changed.
 * Each is stamped before it is read, so a change in between makes the runner look stale, and never fresh.
 */
import { statSync } from 'node:fs'
import * as module from 'node:module'
import { fileURLToPath } from 'node:url'

/** Absolute path → stamp. */
export type LoadedFiles = Readonly<Record<string, string>>

/** Changes whenever the file does; empty for a missing one. */
export function stampOf(file: string): string {
  const info = statSync(file, { throwIfNoEntry: false })
  return info ? `${info.mtimeMs}:${info.size}:${info.ino}` : ''
}

/** Notes every file outside node_modules that is loaded from now on; returns what was noted so far. */
export function noteLoadedFiles(): () => LoadedFiles {
  const files: Record<string, string> = {}
  module.registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:') && !url.includes('/node_modules/')) {
        const file = fileURLToPath(url)
        files[file] ??= stampOf(file)
      }
      return next(url, context)
    },
  })
  return () => ({ ...files })
}
