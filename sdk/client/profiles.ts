/**
 * Profiles: named control planes with their keys, in `profiles.toml` of WEIR_HOME. Read here, written by sdk/cli/edit-profiles.ts.
 * The part of TOML that they need: `active = "name"`, and `[profiles.name]` tables with `api_url` and `api_key`.
 */
import { join } from 'node:path'
import { readSettingsFile } from './read-settings-file.ts'
import { SettingsError } from './settings-error.ts'

/** The control plane that runs on this machine. It needs no table in the file. */
export const LOCAL_PROFILE = 'local'

/** What one profile says. */
export interface Profile {
  apiUrl?: string
  apiKey?: string
}

/** The whole file. */
export interface Profiles {
  path: string
  /** Empty when there is no file. */
  text: string
  active: string | undefined
  named: Map<string, Profile>
}

const TABLE = /^\[profiles\.(?:"([^"]+)"|([\w-]+))\]\s*(?:#.*)?$/
const PAIR = /^([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/

/** One line of the file. */
export type ProfileLine = { is: 'nothing' } | { is: 'table'; name: string } | { is: 'pair'; key: string; value: string }

/** Reads one line. Null for one that cannot be read. */
export function readProfileLine(raw: string): ProfileLine | null {
  const line = raw.trim()
  if (line === '' || line.startsWith('#')) return { is: 'nothing' }
  const table = TABLE.exec(line)
  if (table) return { is: 'table', name: (table[1] ?? table[2]) as string }
  const pair = PAIR.exec(line)
  return pair ? { is: 'pair', key: pair[1] as string, value: (pair[2] ?? pair[3]) as string } : null
}

/** Reads the profiles of a home; none without a file. Throws SettingsError naming the line that cannot be read. */
export function readProfiles(home: string): Profiles {
  const path = join(home, 'profiles.toml')
  const text = readSettingsFile(path)
  const profiles: Profiles = { path, text, active: undefined, named: new Map() }
  let current: Profile | null = null
  for (const [index, raw] of text.split('\n').entries()) {
    const line = readProfileLine(raw)
    if (!line)
      throw new SettingsError(
        `Line ${index + 1} of ${path} cannot be read: ${/key/i.test(raw) ? raw.replace(/=.*/, '= …').trim() : raw.trim()}`,
        'Expected [profiles.NAME], then api_url = "…" and api_key = "…".',
      )
    if (line.is === 'table') {
      current = {}
      profiles.named.set(line.name, current)
    } else if (line.is === 'pair') {
      if (!current && line.key === 'active') profiles.active = line.value
      else if (current && line.key === 'api_url') current.apiUrl = line.value
      else if (current && line.key === 'api_key') current.apiKey = line.value
    }
  }
  return profiles
}
