import { wantedProfile } from '../../../client/settings.ts'
import { saveProfiles, setInProfile } from '../../edit-profiles.ts'
import { wrongUse } from '../../failure.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { findProfile, openProfiles, refuseLocal } from '../profile/find-profile.ts'
import { profileJson } from '../profile/profile-json.ts'

/** `weir config unset SETTING`: without its address a profile loses its key as well. */
export async function execute([setting]: [string], options: CommonOptions): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const { name } = wantedProfile(profiles, options)
  if (name === null) throw wrongUse('NO_PROFILE', 'No profile is active, so there is nothing to forget.', 'Name one: --profile NAME')
  refuseLocal(name, 'Name another: --profile NAME')
  const { apiUrl, apiKey } = findProfile(profiles, name)
  const forgotten = setting === 'api-url' ? (['api_url', 'api_key'] as const) : (['api_key'] as const)
  const text = forgotten.reduce((now, key) => setInProfile(now, name, key, null), profiles.text)
  saveProfiles(profiles, text)
  const after = setting === 'api-url' || apiUrl === undefined ? {} : { apiUrl }
  if (json) return printJson(profileJson(name, after, profiles.active === name))
  print(
    `Profile ${safeLine(name)}: ${setting} is not set any more${setting === 'api-url' && apiKey !== undefined ? ', and its key is forgotten' : ''}.`,
  )
}
