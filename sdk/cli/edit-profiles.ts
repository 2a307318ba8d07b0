/** Changes to `profiles.toml`: line by line, so that comments and whatever else stands there stay as they are. Only its owner can read the file. */
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../client/make-folder.ts'
import { type Profiles, readProfileLine } from '../client/profiles.ts'
import { noAccess, wrongUse } from './failure.ts'

/** What a profile holds, as the file calls it. */
export type ProfileKey = 'api_url' | 'api_key'

/** The text with `key` of a profile set, or taken away by null. Makes the profile when it is missing. */
export function setInProfile(text: string, profile: string, key: ProfileKey, value: string | null): string {
  const lines = addProfile(text, profile).split('\n')
  const { begin, end } = placeOf(lines, profile) as Place
  const at = lines.findIndex((line, index) => index > begin && index < end && isPair(line, key))
  if (value === null) {
    if (at >= 0) lines.splice(at, 1)
  } else if (at >= 0) lines[at] = `${key} = ${quote(value)}`
  else lines.splice(key === 'api_url' ? begin + 1 : lastFilled(lines, begin, end) + 1, 0, `${key} = ${quote(value)}`)
  return lines.join('\n')
}

/** The text with an empty profile of this name at its end, unless there is one. */
export function addProfile(text: string, profile: string): string {
  if (placeOf(text.split('\n'), profile)) return text
  const before = text.trimEnd()
  return `${before}${before === '' ? '' : '\n\n'}${heading(profile)}\n`
}

/** The text without a profile; when it was the active one, without an active one. */
export function removeProfile({ text, active }: Pick<Profiles, 'text' | 'active'>, profile: string): string {
  const lines = text.split('\n')
  for (let place = placeOf(lines, profile); place; place = placeOf(lines, profile)) lines.splice(place.begin, place.end - place.begin)
  const rest = lines.join('\n')
  return active === profile ? setActive(rest, null) : rest
}

/** The text with a profile under another name, still active if it was. */
export function renameProfile({ text, active }: Pick<Profiles, 'text' | 'active'>, profile: string, name: string): string {
  const lines = text.split('\n')
  for (let place = placeOf(lines, profile); place; place = placeOf(lines, profile)) lines[place.begin] = heading(name)
  const renamed = lines.join('\n')
  return active === profile ? setActive(renamed, name) : renamed
}

/** The text with this profile active, or none. */
export function setActive(text: string, profile: string | null): string {
  const lines = text === '' ? [] : text.split('\n')
  const firstTable = lines.findIndex((line) => readProfileLine(line)?.is === 'table')
  const at = lines.findIndex((line, index) => (firstTable < 0 || index < firstTable) && isPair(line, 'active'))
  if (profile === null) {
    if (at >= 0) lines.splice(at, lines[at + 1]?.trim() === '' ? 2 : 1)
  } else if (at >= 0) lines[at] = `active = ${quote(profile)}`
  else lines.unshift(`active = ${quote(profile)}`, '')
  return lines.join('\n')
}

/** Writes the file at once, readable for its owner alone. Throws Failure. */
export function saveProfiles({ path }: Pick<Profiles, 'path'>, text: string): void {
  const next = `${path}.${process.pid}`
  try {
    makeFolder(dirname(path), { mode: 0o700 })
    writeFileSync(next, text, { mode: 0o600 })
    chmodSync(next, 0o600)
    renameSync(next, path)
  } catch (error) {
    // Below what is no folder there is nothing to remove either.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') rmSync(next, { force: true })
    throw noAccess(
      'FILE_NOT_WRITTEN',
      `Cannot write ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`,
      'Set WEIR_HOME to a folder that you may write to.',
    )
  }
}

/** A name that a profile may be given. Throws Failure. */
export function checkProfileName(name: string): string {
  if (/^[\w-]{1,64}$/.test(name)) return name
  throw wrongUse('BAD_PROFILE_NAME', `"${name.slice(0, 100)}" is no name for a profile.`, 'Expected 1 to 64 letters, digits, "-" and "_".')
}

/** The lines of a profile: from its heading to before the next one. */
interface Place {
  begin: number
  end: number
}

function placeOf(lines: readonly string[], profile: string): Place | null {
  let begin = -1
  for (const [index, raw] of lines.entries()) {
    const line = readProfileLine(raw)
    if (line?.is !== 'table') continue
    if (begin >= 0) return { begin, end: index }
    if (line.name === profile) begin = index
  }
  return begin < 0 ? null : { begin, end: lines.length }
}

function isPair(raw: string, key: string): boolean {
  const line = readProfileLine(raw)
  return line?.is === 'pair' && line.key === key
}

/** The last line of a profile that says something: what is added comes below it, above the empty lines before the next one. */
function lastFilled(lines: readonly string[], begin: number, end: number): number {
  let last = begin
  for (let index = begin; index < end; index++) if (readProfileLine(lines[index] as string)?.is === 'pair') last = index
  return last
}

const heading = (profile: string): string => `[profiles.${/^[\w-]+$/.test(profile) ? profile : `"${profile}"`}]`

/** Addresses and keys have no quotes: both are checked before they come here. */
const quote = (value: string): string => `"${value}"`
