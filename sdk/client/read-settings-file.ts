/** A file of settings as it is. */
import { readFileSync } from 'node:fs'
import { SettingsError } from './settings-error.ts'

/** Its text; empty without a file. Throws SettingsError for one that cannot be read. */
export function readSettingsFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw new SettingsError(`Cannot read ${path}: ${code ?? (error as Error).message}.`, 'It must be a file of yours.')
  }
}
