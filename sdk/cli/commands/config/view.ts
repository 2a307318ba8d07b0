import { hideKey } from '../../hide-key.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { printTable } from '../../table.ts'
import { printJson, style } from '../../terminal.ts'

/** `weir config view`. */
export async function execute(_: string[], options: CommonOptions & { showSources?: boolean }): Promise<void> {
  const { home, apiUrl, apiKey, profile, sources } = settingsOf(options)
  const rows = [
    { name: 'home', value: home, source: sources.home },
    { name: 'profile', value: profile, source: sources.profile },
    { name: 'api-url', value: apiUrl, source: sources.apiUrl },
    { name: 'api-key', value: apiKey === null ? null : hideKey(apiKey), source: sources.apiKey },
  ]
  if (wantsJson(options)) return printJson(rows)
  printTable(
    [
      { title: 'SETTING', value: (row) => row.name },
      { title: 'VALUE', value: (row) => row.value ?? style('dim', 'not set') },
      ...(options.showSources ? [{ title: 'FROM', value: (row: (typeof rows)[number]) => row.source }] : []),
    ],
    rows,
  )
}
