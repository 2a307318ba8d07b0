import { resolve } from 'node:path'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson, showProgress } from '../../terminal.ts'
import { databaseUrlOf } from './database-url.ts'
import { failureOf, loadServer } from './load-server.ts'

interface Options extends CommonOptions {
  databaseUrl?: string
}

/** `weir server backup FILE`. */
export async function execute([file = '']: string[], options: Options): Promise<void> {
  const { home } = settingsOf(options)
  const { backUp } = await loadServer()
  const path = resolve(file)
  const done = showProgress('backing up the control plane')
  const summary = await backUp({ file: path, home, databaseUrl: databaseUrlOf(options) })
    .catch((error) => Promise.reject(failureOf(error)))
    .finally(done)
  if (wantsJson(options)) return printJson({ file: path, ...summary })
  print(`Backed up ${summary.rows.toLocaleString('en')} rows of ${summary.tables} tables to ${path}. Keep it as you keep a password: it can sign in.`)
}
