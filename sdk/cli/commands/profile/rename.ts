import { checkProfileName, renameProfile, saveProfiles } from '../../edit-profiles.ts'
import { Failure } from '../../failure.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { findProfile, openProfiles, refuseLocal } from './find-profile.ts'
import { profileJson } from './profile-json.ts'

/** `weir profile rename OLD NEW`. */
export async function execute([name, wanted]: [string, string], options: CommonOptions): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const profile = findProfile(profiles, name)
  refuseLocal(checkProfileName(wanted))
  if (profiles.named.has(wanted)) throw new Failure(1, 'CONFLICT', `There is a profile "${wanted}" already.`, 'Choose another name.')
  saveProfiles(profiles, renameProfile(profiles, name, wanted))
  if (json) return printJson(profileJson(wanted, profile, profiles.active === name))
  print(`Renamed profile ${safeLine(name)} to ${wanted}.`)
}
