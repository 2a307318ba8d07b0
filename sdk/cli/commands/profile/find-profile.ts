import { LOCAL_PROFILE, type Profile, type Profiles, readProfiles } from '../../../client/profiles.ts'
import { homeOf, unknownProfile } from '../../../client/settings.ts'
import { wrongUse } from '../../failure.ts'
import { nearest } from '../../nearest.ts'
import { settled } from '../../session.ts'

/** The profiles of this home. Throws Failure for a file that cannot be read. */
export function openProfiles(): Profiles {
  return settled(() => readProfiles(homeOf()))
}

/** The profile of this name in the file; throws Failure with the nearest one. */
export function findProfile(profiles: Profiles, name: string): Profile {
  const profile = profiles.named.get(name)
  if (profile) return profile
  const { message, hint } = unknownProfile(profiles, name)
  const near = nearest(name, [...profiles.named.keys(), LOCAL_PROFILE])
  throw wrongUse('NOT_FOUND', message, near && near !== name ? `Did you mean "${near}"?` : hint)
}

/** Refuses what would make a second "local", or change the one there is. Throws Failure. */
export function refuseLocal(name: string, hint = 'Choose another name.'): void {
  if (name !== LOCAL_PROFILE) return
  throw wrongUse('RESERVED_NAME', `"${LOCAL_PROFILE}" is always the control plane that runs on this machine.`, hint)
}
