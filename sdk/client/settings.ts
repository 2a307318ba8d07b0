/**
 * Which control plane is meant and with which key. Strongest first: flags, `WEIR_*` environment, the profile (`profiles.toml` in WEIR_HOME),
 * the control plane that runs on this machine's WEIR_HOME.
 *
 * A key is only ever used with the address it belongs to: a profile's with the profile's, `local.key` with the local control plane's. So an address
 * from a flag or the environment never receives somebody else's key.
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

interface SettingsFlags {
  apiUrl?: string
  apiKey?: string
  profile?: string
}

/** Where runs of this home leave what they could not deliver: those of scripts and those of workers. */
export const spoolsOf = (home: string): string => join(home, 'spools')

/** Where a value came from, as people read it: `--api-url`, `WEIR_API_KEY`, `profile "work"`, `local control plane`, `default`. */
type SettingSource = string

/** What holds for this process, and where each value came from. */
export interface Settings {
  /** WEIR_HOME: profiles, spools, local keys. */
  home: string
  /** Without a slash at its end. Null when no control plane is configured. */
  apiUrl: string | null
  apiKey: string | null
  profile: string | null
  sources: { home: SettingSource; apiUrl: SettingSource; apiKey: SettingSource; profile: SettingSource }
}

/** A setting that cannot be used; `hint` says what to do. */
export class SettingsError extends Error {
  readonly code = 'INVALID_SETTING'
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.name = 'SettingsError'
    this.hint = hint
  }
}

/** Reads all sources. Throws SettingsError for an address that is none, an unknown profile or an unreadable profile file. */
export function readSettings(flags: SettingsFlags = {}, env: NodeJS.ProcessEnv = process.env): Settings {
  const home = env['WEIR_HOME'] || join(homedir(), '.weir')
  const profiles = readProfiles(join(home, 'profiles.toml'))
  const wanted = flags.profile ?? (env['WEIR_PROFILE'] || undefined) ?? profiles.active
  const profile = wanted === undefined ? undefined : profiles.named.get(wanted)
  if (wanted !== undefined && !profile && wanted !== 'local') {
    const known = [...profiles.named.keys(), 'local'].join(', ')
    throw new SettingsError(`There is no profile "${wanted}" in ${join(home, 'profiles.toml')}.`, `Known profiles: ${known}.`)
  }
  const local = readLocal(home)
  const [apiUrl, urlSource] = first<string>(
    [flags.apiUrl, '--api-url'],
    [env['WEIR_API_URL'] || undefined, 'WEIR_API_URL'],
    [profile?.apiUrl, `profile "${wanted}"`],
    [local?.apiUrl, 'local control plane'],
  )
  const address = apiUrl === null ? null : cleanUrl(apiUrl, urlSource)
  const [apiKey, keySource] = first<string>(
    [flags.apiKey, '--api-key'],
    [env['WEIR_API_KEY'] || undefined, 'WEIR_API_KEY'],
    [profile?.apiUrl && cleanUrl(profile.apiUrl, `profile "${wanted}"`) === address ? profile.apiKey : undefined, `profile "${wanted}"`],
    [local && local.apiUrl === address ? local.apiKey : undefined, 'local control plane'],
  )
  if (apiKey !== null && !HEADER_TEXT.test(apiKey))
    throw new SettingsError(`The API key (${keySource}) has characters that no key has.`, 'Copy it again, without spaces and line breaks.')
  return {
    home,
    apiUrl: address,
    apiKey,
    profile: wanted ?? null,
    sources: {
      home: env['WEIR_HOME'] ? 'WEIR_HOME' : 'default',
      apiUrl: urlSource,
      apiKey: keySource,
      profile: flags.profile !== undefined ? '--profile' : env['WEIR_PROFILE'] ? 'WEIR_PROFILE' : wanted === undefined ? 'default' : 'profiles.toml',
    },
  }
}

/** What a key may consist of: it travels in a header. */
const HEADER_TEXT = /^[\x21-\x7e]*$/

function first<T>(...candidates: [T | undefined, SettingSource][]): [T | null, SettingSource] {
  for (const [value, source] of candidates) if (value !== undefined) return [value, source]
  return [null, 'not set']
}

function cleanUrl(text: string, source: SettingSource): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new SettingsError(`"${text}" (from ${source}) is no address.`, 'Expected for example http://127.0.0.1:4600 or https://weir.example.com.')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SettingsError(`"${text}" (from ${source}) is no HTTP address.`, 'Expected http:// or https:// at its beginning.')
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`
}

/** The control plane that serves on this home now: where it listens is in its lock, its admin key in `local.key`. */
function readLocal(home: string): { apiUrl: string; apiKey: string | undefined } | null {
  try {
    const lock = JSON.parse(readFileSync(join(home, 'control-plane.lock'), 'utf8')) as { url?: string | null }
    if (typeof lock.url !== 'string') return null
    return { apiUrl: lock.url, apiKey: readText(join(home, 'local.key')) }
  } catch {
    return null
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

interface Profile {
  apiUrl?: string
  apiKey?: string
}

/** Reads `active = "name"` and `[profiles.name]` tables with `api_url` and `api_key`: the part of TOML that profiles need. */
function readProfiles(path: string): { active: string | undefined; named: Map<string, Profile> } {
  const text = readText(path)
  const named = new Map<string, Profile>()
  let active: string | undefined
  let current: Profile | null = null
  for (const [index, raw] of (text ?? '').split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const table = /^\[profiles\.(?:"([^"]+)"|([\w-]+))\]$/.exec(line)
    if (table) {
      current = {}
      named.set((table[1] ?? table[2]) as string, current)
      continue
    }
    const pair = /^([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/.exec(line)
    if (!pair)
      throw new SettingsError(
        `Line ${index + 1} of ${path} cannot be read: ${line}`,
        'Expected [profiles.NAME], then api_url = "…" and api_key = "…".',
      )
    const value = (pair[2] ?? pair[3]) as string
    if (!current && pair[1] === 'active') active = value
    else if (current && pair[1] === 'api_url') current.apiUrl = value
    else if (current && pair[1] === 'api_key') current.apiKey = value
  }
  return { active, named }
}
