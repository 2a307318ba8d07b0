import { resolve } from 'node:path'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson, say, showProgress } from '../../terminal.ts'
import { databaseUrlOf } from './database-url.ts'
import { failureOf, loadServer } from './load-server.ts'

interface Options extends CommonOptions {
  databaseUrl?: string
  force?: boolean
}

/** `weir server restore FILE`. */
export async function execute([file = '']: string[], options: Options): Promise<void> {
  const { home } = settingsOf(options)
  const { restore } = await loadServer()
  const done = showProgress('restoring the control plane')
  const summary = await restore({ file: resolve(file), home, databaseUrl: databaseUrlOf(options), force: options.force })
    .catch((error) => Promise.reject(failureOf(error)))
    .finally(done)
  if (wantsJson(options)) return printJson({ home, ...summary })
  const { blocksWithoutKey } = summary
  if (blocksWithoutKey > 0)
    say(
      `The secrets of ${blocksWithoutKey} ${blocksWithoutKey === 1 ? 'block' : 'blocks'} are sealed with a key that is not in a backup: put it into ${home} as secrets.key before the first start, or set them anew.`,
    )
  print(`Restored the backup of ${summary.createdAt} into ${home}. Start it with "weir server start".`)
}
