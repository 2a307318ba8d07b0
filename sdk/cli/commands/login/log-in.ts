import { readFileSync } from 'node:fs'
import { type Profiles, LOCAL_PROFILE } from '../../../client/profiles.ts'
import { cleanUrl, homeOf, readLocal, wantedProfile } from '../../../client/settings.ts'
import { askSecret, askText } from '../../ask-person.ts'
import { checkProfileName, saveProfiles, setActive, setInProfile } from '../../edit-profiles.ts'
import { wrongUse } from '../../failure.ts'
import { graphqlClient } from '../../graphql.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, mayAsk, settled, wantsJson } from '../../session.ts'
import { print, printJson, say, showProgress, style } from '../../terminal.ts'
import { openProfiles, refuseLocal } from '../profile/find-profile.ts'
import { checkKey } from './check-key.ts'
import { VIEWER } from './documents.ts'

/** `weir login`: asks who the key is, and keeps it in a profile only when the control plane takes it. */
export async function execute(_: string[], options: CommonOptions & { withToken?: boolean }): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const wanted = wantedProfile(profiles, options)
  const apiUrl = await readAddress(profiles, wanted.name, options)
  const profile = nameProfile(profiles, wanted, apiUrl)
  const apiKey = await readKey(apiUrl, options)
  const done = showProgress('asking')
  const { viewer } = await graphqlClient(apiUrl, apiKey).ask(VIEWER, {}).finally(done)
  const text = setInProfile(setInProfile(profiles.text, profile, 'api_url', apiUrl), profile, 'api_key', apiKey)
  saveProfiles(profiles, setActive(text, profile))
  for (const variable of ['WEIR_API_URL', 'WEIR_API_KEY', 'WEIR_PROFILE'])
    if (process.env[variable] && process.env[variable] !== profile) say(`${variable} is set, and wins over the profile.`)
  const { actor, workspace, permissions } = viewer
  if (json) return printJson({ profile, apiUrl, actor, workspace: workspace.name, permissions })
  print(`Logged in to ${style('bold', apiUrl)} as ${safeLine(actor)}, workspace ${safeLine(workspace.name)}.`)
  print(`Profile ${profile} holds the key and is the active one.`)
}

async function readAddress(profiles: Profiles, wanted: string | null, options: CommonOptions): Promise<string> {
  const clean = (text: string, source: string) => settled(() => cleanUrl(text, source))
  if (options.apiUrl !== undefined) return clean(options.apiUrl, '--api-url')
  if (process.env['WEIR_API_URL']) return clean(process.env['WEIR_API_URL'], 'WEIR_API_URL')
  const known = wanted === null ? undefined : profiles.named.get(wanted)?.apiUrl
  if (known !== undefined && (options.profile !== undefined || !mayAsk(options))) return clean(known, `profile "${wanted}"`)
  const suggested = known ?? readLocal(homeOf())?.apiUrl
  if (mayAsk(options)) return clean(await askText('Address of the control plane', suggested), 'what was typed')
  throw wrongUse('ADDRESS_MISSING', 'Log in where?', 'Name the control plane: weir login --with-token --api-url https://weir.example.com')
}

async function readKey(apiUrl: string, options: CommonOptions & { withToken?: boolean }): Promise<string> {
  if (options.withToken) return checkKey(readFileSync(0, 'utf8'), 'stdin')
  if (options.apiKey !== undefined) return checkKey(options.apiKey, '--api-key')
  if (mayAsk(options)) return checkKey(await askSecret(`API key for ${apiUrl}`), 'what was typed')
  throw wrongUse('API_KEY_MISSING', 'No API key was given, and there is nobody to ask.', 'Pipe it in: weir login --with-token < key.txt')
}

/** Where it is kept: in the profile that was asked for, else in the active one if it has no other address, else in one called like the host. */
function nameProfile(profiles: Profiles, { name, source }: { name: string | null; source: string }, apiUrl: string): string {
  if (name !== null && source !== 'profiles.toml') {
    refuseLocal(checkProfileName(name))
    return name
  }
  const known = name === null ? undefined : profiles.named.get(name)
  if (name !== null && known && (known.apiUrl === undefined || known.apiUrl === apiUrl)) return name
  if (profiles.named.size === 0) return 'default'
  const same = [...profiles.named].find(([, { apiUrl: other }]) => other === apiUrl)?.[0]
  const host = new URL(apiUrl).host.replace(/[^\w-]+/g, '-').slice(0, 64)
  return same ?? (host === LOCAL_PROFILE ? 'default' : host)
}
