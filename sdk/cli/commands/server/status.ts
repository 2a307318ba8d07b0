import { readLocal } from '../../../client/settings.ts'
import { graphqlClient } from '../../graphql.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { print, printJson, style } from '../../terminal.ts'
import { SIGN_IN_LINK } from './documents.ts'
import { findServer } from './running-server.ts'

const PATIENCE = 3_000

/** `weir server status`: exit code 0 when it serves, 3 when not. People get a new sign-in link as well. */
export async function execute(_: string[], options: CommonOptions): Promise<number> {
  const { home } = settingsOf(options)
  const json = wantsJson(options)
  const server = findServer(home)
  const ready = server?.url ? await answers(server.url) : false
  const status = ready ? 'ready' : server ? 'not ready' : 'not running'
  if (json) printJson({ status, url: server?.url ?? null, pid: server?.pid ?? null, home })
  else if (ready) {
    print(`${style('green', '● ready')}  ${server?.url}  ${style('dim', `process ${server?.pid}, ${home}`)}`)
    const link = await makeSignInLink(home)
    if (link) print(`Sign in (once, until ${showInstant(link.expiresAt)}): ${link.url}`)
  } else if (server) print(`${style('yellow', '◔ not ready')}  process ${server.pid}, ${home}`)
  else print(`${style('dim', '○ not running')}  ${home}. Start it: weir server start`)
  return ready ? 0 : 3
}

/** For whoever can read the admin key of this home; null for everybody else. */
async function makeSignInLink(home: string): Promise<{ url: string; expiresAt: string } | null> {
  const local = readLocal(home)
  if (!local?.apiKey) return null
  const { createSignInLink: link } = await graphqlClient(local.apiUrl, local.apiKey).ask(SIGN_IN_LINK, {})
  return link.__typename === 'CreateSignInLinkSuccess' ? link : null
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE) })).ok
  } catch {
    return false
  }
}
