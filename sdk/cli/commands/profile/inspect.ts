import { LOCAL_PROFILE } from '../../../client/profiles.ts'
import { homeOf, readLocal, wantedProfile } from '../../../client/settings.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { print, printJson, style } from '../../terminal.ts'
import { findProfile, openProfiles } from './find-profile.ts'
import { profileJson } from './profile-json.ts'

/** `weir profile inspect [NAME]`. */
export async function execute([given]: string[], options: CommonOptions): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  const inForce = wantedProfile(profiles, options).name ?? LOCAL_PROFILE
  const name = given ?? inForce
  const profile = name === LOCAL_PROFILE ? (profiles.named.get(name) ?? readLocal(homeOf()) ?? {}) : findProfile(profiles, name)
  const shown = profileJson(name, profile, name === inForce)
  if (json) return printJson(shown)
  print(style('bold', safeLine(name)) + (shown.isActive ? style('green', '  ● active') : ''))
  print(`${style('dim', 'Control plane')} ${shown.apiUrl ?? (name === LOCAL_PROFILE ? 'none runs on this machine' : 'not set')}`)
  print(`${style('dim', 'API key      ')} ${shown.apiKey ?? 'none'}`)
}
