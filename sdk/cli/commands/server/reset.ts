import { confirm } from '../../ask-person.ts'
import { wrongUse } from '../../failure.ts'
import { type CommonOptions, mayAsk, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { failureOf, loadServer } from './load-server.ts'

/** `weir server reset`: asks at a terminal; elsewhere it wants `--force`, because nothing brings the record back. */
export async function execute(_: string[], options: CommonOptions & { force?: boolean }): Promise<number | void> {
  const { home } = settingsOf(options)
  const json = wantsJson(options)
  const { reset } = await loadServer()
  if (!options.force && !mayAsk(options))
    throw wrongUse('NOT_CONFIRMED', `Everything of the control plane in ${home} would be deleted, and there is nobody to ask.`, 'If so: --force')
  if (!options.force && !(await confirm(`Delete everything of the control plane in ${home}: deployments, runs, logs, keys?`))) {
    say('Nothing was changed.')
    return 1
  }
  await reset({ home }).catch((error) => Promise.reject(failureOf(error)))
  if (json) return printJson({ home, reset: true })
  print(`The control plane in ${home} is empty. Start it: weir server start`)
}
