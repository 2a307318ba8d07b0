/**
 * What a project says for everybody who works on it: `profile`, at the top of the nearest `weir.toml` or `weir.yaml` of a folder or one above it. It may only
 * name a profile, so that a project which somebody else wrote never learns a key. Below its tables other tools may say what they like.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readProfileLine } from './profiles.ts'
import { readSettingsFile } from './read-settings-file.ts'
import { SettingsError } from './settings-error.ts'

/** One line of the top of the file. `table`: the rest belongs to that. Null for a line that cannot be read. */
type ProjectLine = { is: 'nothing' } | { is: 'table' } | { is: 'pair'; key: string; value: string } | null

/** How a file of this name is read, line by line, and what it should say. */
const KINDS: Record<string, { read(line: string): ProjectLine; example: string }> = {
  'weir.toml': { read: readTomlLine, example: 'profile = "NAME"' },
  'weir.yaml': { read: readYamlLine, example: 'profile: NAME' },
}

/** The profile that a project asks for; null where none does. Throws SettingsError for a file that says something else. */
export function projectProfile(folder: string): { name: string; path: string } | null {
  for (let here = folder; ; here = dirname(here)) {
    const found = Object.keys(KINDS).filter((name) => existsSync(join(here, name)))
    if (found.length > 1) throw new SettingsError(`There are ${found.join(' and ')} in ${here}.`, 'Keep one of them.')
    if (found[0] !== undefined) return readProjectFile(join(here, found[0]), KINDS[found[0]] as (typeof KINDS)[string])
    if (dirname(here) === here) return null
  }
}

/** Whether a setting came from such a file. */
export const isProjectFile = (source: string): boolean => Object.keys(KINDS).some((name) => source.endsWith(`/${name}`))

function readProjectFile(path: string, { read, example }: (typeof KINDS)[string]): { name: string; path: string } | null {
  let name: string | null = null
  for (const [index, raw] of readSettingsFile(path).split('\n').entries()) {
    const line = read(raw.trimEnd())
    if (line?.is === 'nothing') continue
    if (line?.is === 'table') break
    if (line?.key !== 'profile')
      throw new SettingsError(
        line === null
          ? `Line ${index + 1} of ${path} cannot be read.`
          : `Line ${index + 1} of ${path} says ${line.key}, and a project may only name a profile.`,
        `Expected ${example}; addresses and keys are in profiles: weir profile create NAME --api-url URL`,
      )
    name = line.value
  }
  return name === null ? null : { name, path }
}

function readTomlLine(raw: string): ProjectLine {
  return raw.trim().startsWith('[') ? { is: 'table' } : readProfileLine(raw)
}

const YAML_PAIR = /^([\w-]+):\s+(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*(?:#.*)?$/

function readYamlLine(raw: string): ProjectLine {
  if (/^\s*(#.*)?$/.test(raw) || raw === '---') return { is: 'nothing' }
  if (/^[\w-]+:\s*(#.*)?$/.test(raw)) return { is: 'table' }
  const pair = YAML_PAIR.exec(raw)
  return pair ? { is: 'pair', key: pair[1] as string, value: (pair[2] ?? pair[3] ?? pair[4]) as string } : null
}
