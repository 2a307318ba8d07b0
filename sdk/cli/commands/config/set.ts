import { readFileSync } from 'node:fs'
import { cleanUrl, wantedProfile } from '../../../client/settings.ts'
import { checkProfileName, saveProfiles, setActive, setInProfile } from '../../edit-profiles.ts'
import { wrongUse } from '../../failure.ts'
import { type CommonOptions, settled, wantsJson } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { checkKey } from '../login/check-key.ts'
import { findProfile, openProfiles, refuseLocal } from '../profile/find-profile.ts'
import { profileJson } from '../profile/profile-json.ts'

/** `weir config set SETTING VALUE`: in the profile in force; without one it makes `default` and activates it. */
export async function execute([setting, given]: [string, string], options: CommonOptions): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const name = wantedProfile(profiles, options).name ?? 'default'
  const isNew = name === 'default' && !profiles.named.has(name)
  refuseLocal(name, 'Name another: --profile NAME')
  const before = isNew ? {} : findProfile(profiles, checkProfileName(name))
  const value = given === '-' ? readFileSync(0, 'utf8').trim() : given
  const after = { ...before }
  let text = profiles.text
  if (setting === 'api-url') {
    after.apiUrl = settled(() => cleanUrl(value, 'config set'))
    text = setInProfile(text, name, 'api_url', after.apiUrl)
    if (before.apiKey !== undefined && before.apiUrl !== after.apiUrl) {
      delete after.apiKey
      text = setInProfile(text, name, 'api_key', null)
      say(`The key of ${before.apiUrl ?? 'the former address'} is not for this one and was forgotten. Log in: weir login --profile ${name}`)
    }
  } else {
    if (before.apiUrl === undefined)
      throw wrongUse('ADDRESS_MISSING', `Profile "${name}" has no address yet, and a key belongs to one.`, 'First: weir config set api-url URL')
    after.apiKey = checkKey(value, given === '-' ? 'stdin' : 'config set')
    text = setInProfile(text, name, 'api_key', after.apiKey)
  }
  const activate = isNew && profiles.active === undefined
  saveProfiles(profiles, activate ? setActive(text, name) : text)
  if (json) return printJson(profileJson(name, after, activate || profiles.active === name))
  print(`Profile ${name}: ${setting} is set.`)
}
