import { cleanUrl } from '../../../client/settings.ts'
import { addProfile, checkProfileName, saveProfiles, setActive, setInProfile } from '../../edit-profiles.ts'
import { Failure } from '../../failure.ts'
import { type CommonOptions, settled, wantsJson } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { checkKey } from '../login/check-key.ts'
import { findProfile, openProfiles, refuseLocal } from './find-profile.ts'
import { profileJson } from './profile-json.ts'

/** `weir profile create NAME`: with the address and key given, or those of the profile it is copied from. The first one becomes the active one. */
export async function execute([name]: [string], options: CommonOptions & { from?: string }): Promise<void> {
  const json = wantsJson(options)
  const profiles = openProfiles()
  refuseLocal(checkProfileName(name))
  if (profiles.named.has(name))
    throw new Failure(1, 'CONFLICT', `There is a profile "${name}" already.`, `Change it: weir config set api-url URL --profile ${name}`)
  const source = options.from === undefined ? {} : findProfile(profiles, options.from)
  const apiUrl = options.apiUrl === undefined ? source.apiUrl : settled(() => cleanUrl(options.apiUrl as string, '--api-url'))
  // A key belongs to its address.
  const apiKey = options.apiKey === undefined ? (apiUrl === source.apiUrl ? source.apiKey : undefined) : checkKey(options.apiKey, '--api-key')
  let text = addProfile(profiles.text, name)
  if (apiUrl !== undefined) text = setInProfile(text, name, 'api_url', apiUrl)
  if (apiKey !== undefined) text = setInProfile(text, name, 'api_key', apiKey)
  const isFirst = profiles.named.size === 0 && profiles.active === undefined
  saveProfiles(profiles, isFirst ? setActive(text, name) : text)
  if (json) {
    return printJson(profileJson(name, { ...(apiUrl === undefined ? {} : { apiUrl }), ...(apiKey === undefined ? {} : { apiKey }) }, isFirst))
  }
  const next = apiKey === undefined ? `Give it a key: weir login --profile ${name}` : `Use it: weir profile use ${name}`
  print(`Created profile ${name}${isFirst ? ', the active one' : ''}. ${isFirst && apiKey !== undefined ? '' : next}`.trimEnd())
}
