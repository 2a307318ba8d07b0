/**
 * Which control plane is meant and with which key. Strongest first: flags, `WEIR_*` environment, the profile (`profiles.toml` in WEIR_HOME),
 * the control plane that runs on this machine's WEIR_HOME. Which profile: flag, environment, the project's `weir.toml` or `weir.yaml`, the active one.
 *
 * A key is only ever used with the address it belongs to: a profile's with the profile's, `local.key` with the local control plane's. So an address
 * from a flag or the environment never receives somebody else's key.
 */
import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { LOCAL_PROFILE, type Profiles, readProfiles } from './profiles.ts'
import { isProjectFile, projectProfile } from './project-file.ts'
import { SettingsError } from './settings-error.ts'

/** What a command line says about them. */
export interface SettingsFlags {
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

/** Reads all sources. Throws SettingsError for an address that is none, an unknown profile or an unreadable profile file. */
export function readSettings(flags: SettingsFlags = {}, env: NodeJS.ProcessEnv = process.env): Settings {
  const home = homeOf(env)
  const profiles = readProfiles(home)
  const { name: wanted, source: profileSource } = wantedProfile(profiles, flags, env)
  const profile = wanted === null ? undefined : profiles.named.get(wanted)
  const given = flags.apiUrl ?? (env['WEIR_API_URL'] || undefined)
  // A project's wish is no reason to stop where everything is said already (a build server, a worker).
  const isMissed = wanted !== LOCAL_PROFILE && (given === undefined || !isProjectFile(profileSource))
  if (wanted !== null && !profile && isMissed) throw unknownProfile(profiles, wanted, profileSource)
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
    profile: wanted,
    sources: {
      home: env['WEIR_HOME'] ? 'WEIR_HOME' : 'default',
      apiUrl: urlSource,
      apiKey: keySource,
      profile: profileSource,
    },
  }
}

/** WEIR_HOME. An empty HOME, as some supervisors set it, is none: the user's own folder counts then. */
export const homeOf = (env: NodeJS.ProcessEnv = process.env): string => env['WEIR_HOME'] || join(homedir() || userInfo().homedir, '.weir')

/** Which profile is in force, and who says so; it need not exist. Null name = none was chosen. */
export function wantedProfile(
  profiles: Profiles,
  flags: SettingsFlags = {},
  env: NodeJS.ProcessEnv = process.env,
): { name: string | null; source: SettingSource } {
  if (flags.profile !== undefined) return { name: flags.profile, source: '--profile' }
  if (env['WEIR_PROFILE']) return { name: env['WEIR_PROFILE'], source: 'WEIR_PROFILE' }
  const project = projectProfile(process.cwd())
  if (project) return { name: project.name, source: project.path }
  return profiles.active === undefined ? { name: null, source: 'default' } : { name: profiles.active, source: 'profiles.toml' }
}

/** The error for a profile that is not there. */
export function unknownProfile(profiles: Profiles, name: string, source?: SettingSource): SettingsError {
  const known = [...new Set([...profiles.named.keys(), LOCAL_PROFILE])].join(', ')
  const from = source === undefined || source === '--profile' || source === 'profiles.toml' ? '' : ` (${source} asks for it)`
  return new SettingsError(
    `There is no profile "${name}" in ${profiles.path}${from}.`,
    `Known profiles: ${known}. Make it: weir profile create ${name} --api-url URL`,
  )
}

/** What a key may consist of: it travels in a header. */
const HEADER_TEXT = /^[\x21-\x7e]*$/

function first<T>(...candidates: [T | undefined, SettingSource][]): [T | null, SettingSource] {
  for (const [value, source] of candidates) if (value !== undefined) return [value, source]
  return [null, 'not set']
}

/** The address as it is kept. Throws SettingsError for one that is none. */
export function cleanUrl(text: string, source: SettingSource): string {
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

/** The control plane that serves on this home now: where it listens is in its lock, its admin key in `local.key`. Null when none does. */
export function readLocal(home: string): { apiUrl: string; apiKey?: string } | null {
  try {
    const lock = JSON.parse(readFileSync(join(home, 'control-plane.lock'), 'utf8')) as { url?: string | null }
    if (typeof lock.url !== 'string') return null
    const apiKey = readText(join(home, 'local.key'))
    return { apiUrl: lock.url, ...(apiKey === undefined ? {} : { apiKey }) }
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
