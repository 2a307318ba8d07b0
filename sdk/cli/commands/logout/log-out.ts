import { parseApiKey } from '../../../../core/api-key.ts'
import { LOCAL_PROFILE } from '../../../client/profiles.ts'
import { wantedProfile } from '../../../client/settings.ts'
import { saveProfiles, setInProfile } from '../../edit-profiles.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson, say, styleError } from '../../terminal.ts'
import { findProfile, openProfiles } from '../profile/find-profile.ts'

/** `weir logout`: takes the key out of a profile; its address stays. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const { name } = wantedProfile(profiles, options)
  const profile = name === null || (name === LOCAL_PROFILE && !profiles.named.has(name)) ? null : findProfile(profiles, name)
  const key = profile?.apiKey
  if (name !== null && key !== undefined) saveProfiles(profiles, setInProfile(profiles.text, name, 'api_key', null))
  if (process.env['WEIR_API_KEY']) say('WEIR_API_KEY is set, and goes on to be used.')
  if (json) return printJson({ profile: name, removed: key !== undefined })
  if (name === null || !profile) return print('No profile is active, so there is no key to forget.')
  if (key === undefined) return print(`Profile ${safeLine(name)} holds no key.`)
  print(`Logged out: profile ${safeLine(name)} holds no key any more.`)
  const id = parseApiKey(key)?.id
  if (id) say(styleError('dim', `The key itself still works. To end it: weir api-key revoke ${id}`))
}
