import { confirm } from '../../ask-person.ts'
import { removeProfile, saveProfiles } from '../../edit-profiles.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, mayAsk, wantsJson } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { findProfile, openProfiles } from './find-profile.ts'
import { profileJson } from './profile-json.ts'

/** `weir profile delete NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<number | void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const profile = findProfile(profiles, name)
  if (profile.apiKey !== undefined && mayAsk(options) && !(await confirm(`Delete profile "${safeLine(name)}" and its key?`))) {
    say('Nothing was changed.')
    return 1
  }
  saveProfiles(profiles, removeProfile(profiles, name))
  if (json) return printJson(profileJson(name, profile, profiles.active === name))
  print(`Deleted profile ${safeLine(name)}.${profiles.active === name ? ' No profile is active now: weir profile use NAME' : ''}`)
}
