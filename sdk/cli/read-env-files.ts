/**
 * `.env` of this folder and `--env-file`: environment variables for this process and what it starts. What the environment says already goes before; of several files
 * the later one. They are read here and go nowhere: a deployment keeps only what `--env` names.
 */
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { wrongUse } from './failure.ts'

const DEFAULT = '.env'

/** Sets what the files say. Without `--env-file` that is `.env`, if there is one. Throws Failure for a file that cannot be read. */
export function readEnvFiles(files: readonly string[] | undefined): void {
  const values: NodeJS.Dict<string> = {}
  for (const file of files ?? [DEFAULT]) Object.assign(values, read(file, files !== undefined))
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value
}

function read(file: string, isWanted: boolean): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!isWanted && (code === 'ENOENT' || code === 'EISDIR')) return {}
    throw wrongUse(
      'ENV_FILE_UNREADABLE',
      `The environment file ${file} cannot be read: ${message}.`,
      'Name one that is there: --env-file production.env',
    )
  }
}
