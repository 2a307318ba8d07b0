import { Failure } from '../../failure.ts'
import { hideKey } from '../../hide-key.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'

/** `weir config get SETTING`: exit code 1 when it is not set. */
export async function execute([name]: [string], options: CommonOptions & { reveal?: boolean }): Promise<void> {
  const { home, profile, apiUrl, apiKey, sources } = settingsOf(options)
  const shownKey = apiKey === null || options.reveal ? apiKey : hideKey(apiKey)
  const settings: Record<string, { value: string | null; source: string }> = {
    home: { value: home, source: sources.home },
    profile: { value: profile, source: sources.profile },
    'api-url': { value: apiUrl, source: sources.apiUrl },
    'api-key': { value: shownKey, source: sources.apiKey },
  }
  const { value, source } = settings[name] as (typeof settings)[string]
  if (value === null) throw new Failure(1, 'NOT_SET', `${name} is not set.`, 'All settings: weir config view --show-sources')
  if (wantsJson(options)) return printJson({ name, value, source })
  print(value)
}
