import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say, style } from '../../terminal.ts'
import { apiKeyJson, statusOf } from './api-key-json.ts'
import { type ApiKeyRow, LIST } from './documents.ts'

/** `weir api-key ls`: those that work; `--all` also the others. */
export async function execute(_: string[], options: CommonOptions & { all?: boolean }): Promise<void> {
  const { client, json } = openSession(options)
  const { apiKeys } = await client.ask(LIST, {})
  const rows = options.all ? apiKeys : apiKeys.filter((key) => statusOf(key) === 'active')
  if (json) return printJson(rows.map(apiKeyJson))
  const hidden = apiKeys.length - rows.length
  if (rows.length > 0) {
    printTable<ApiKeyRow>(
      [
        { title: 'ID', value: (key) => key.uuid },
        { title: 'NAME', value: (key) => safeLine(key.name), shrinks: true },
        {
          title: 'ROLE',
          value: (key) => key.role.toLowerCase() + (key.scopes === null ? '' : ` (${safeLine(key.scopes.join(', '))})`),
          shrinks: true,
        },
        { title: 'STATUS', value: showStatus },
        { title: 'LAST USED', value: (key) => showAgo(key.lastUsedAt) || 'never' },
        { title: 'SERVICE ACCOUNT', value: (key) => safeLine(key.serviceAccount?.name ?? ''), shrinks: true },
        { title: 'CREATED', value: (key) => showAgo(key.createdAt) },
        { title: 'BY', value: (key) => safeLine(key.createdBy ?? ''), shrinks: true },
      ],
      rows,
    )
  } else say('No API key works. Make one: weir api-key create NAME --role editor')
  if (hidden > 0) say(`${hidden} more that ${hidden === 1 ? 'works' : 'work'} no more: --all`)
}

function showStatus(key: ApiKeyRow): string {
  const status = statusOf(key)
  if (status === 'revoked') return style('dim', `✕ revoked ${showAgo(key.revokedAt)}`)
  if (status === 'expired') return style('yellow', `✕ expired ${showAgo(key.expiresAt)}`)
  return style('green', '● active') + (key.expiresAt === null ? '' : `, expires ${showAgo(key.expiresAt)}`)
}
