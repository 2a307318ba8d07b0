/** `weirflow-server` is a package of its own, and the user's to install. */
import { Failure, wrongUse } from '../../failure.ts'

/** The part of it that is used. */
interface ServerPackage {
  startControlPlane(options: {
    home: string
    port: number
    databaseUrl?: string
    databaseConnections?: number
    retentionDays?: number
    logLevel?: 'debug' | 'info' | 'warn' | 'error'
    timeScale?: number
    clean?: boolean
    log(message: string): void
  }): Promise<{
    url: string
    signInUrl: string
    stop(): Promise<void>
  }>
  reset(options: { home: string }): Promise<void>
  backUp(options: {
    file: string
    home: string
    databaseUrl?: string
  }): Promise<{ tables: number; rows: number; bytes: number; schemaVersion: number }>
  restore(options: {
    file: string
    home: string
    databaseUrl?: string
    force?: boolean
  }): Promise<{ tables: number; createdAt: string; blocksWithoutKey: number }>
}

/** Throws a Failure that says how to install it. */
export async function loadServer(): Promise<ServerPackage> {
  const name = 'weirflow-server'
  try {
    return (await import(name)) as ServerPackage
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw wrongUse(
      'SERVER_MISSING',
      'The control plane is a package of its own, and it is not installed here.',
      'Install it: npm install weirflow-server',
    )
  }
}

const WRONG_USE = new Set(['ALREADY_RUNNING', 'PORT_IN_USE', 'HOME_NOT_EMPTY', 'BACKUP_DAMAGED', 'BACKUP_NEWER'])

/** What that package complains about, as the command's failure. */
export function failureOf(error: Error & { code?: string; hint?: string }): Failure {
  return new Failure(WRONG_USE.has(error.code ?? '') ? 2 : 3, error.code ?? 'SERVER_FAILED', error.message, error.hint)
}
