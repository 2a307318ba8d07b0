import { LOCAL_PROFILE } from '../../../client/profiles.ts'
import { homeOf, readLocal, wantedProfile } from '../../../client/settings.ts'
import { saveProfiles, setActive } from '../../edit-profiles.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson, say } from '../../terminal.ts'
import { findProfile, openProfiles } from './find-profile.ts'
import { profileJson } from './profile-json.ts'

/** `weir profile use NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const profile = name === LOCAL_PROFILE ? (profiles.named.get(name) ?? readLocal(homeOf()) ?? {}) : findProfile(profiles, name)
  saveProfiles(profiles, setActive(profiles.text, name))
  const inForce = wantedProfile(openProfiles())
  if (inForce.name !== name) say(`${inForce.source} asks for profile "${inForce.name}" here, and wins.`)
  for (const variable of ['WEIR_API_URL', 'WEIR_API_KEY']) if (process.env[variable]) say(`${variable} is set, and wins over the profile.`)
  if (json) return printJson(profileJson(name, profile, inForce.name === name))
  print(`The active profile is ${safeLine(name)} (${profile.apiUrl ?? 'no control plane yet'}).`)
}
