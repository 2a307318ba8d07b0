import { LOCAL_PROFILE } from '../../../client/profiles.ts'
import { homeOf, readLocal, wantedProfile } from '../../../client/settings.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { printTable } from '../../table.ts'
import { printJson, style } from '../../terminal.ts'
import { openProfiles } from './find-profile.ts'
import { profileJson } from './profile-json.ts'

/** `weir profile ls`: those of the file, and the control plane of this machine. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const profiles = openProfiles()
  const active = wantedProfile(profiles, options).name ?? LOCAL_PROFILE
  const all = new Map(profiles.named)
  if (!all.has(LOCAL_PROFILE)) all.set(LOCAL_PROFILE, readLocal(homeOf()) ?? {})
  const rows = [...all].map(([name, profile]) => profileJson(name, profile, name === active))
  if (wantsJson(options)) return printJson(rows)
  printTable(
    [
      { title: '', value: (row) => (row.isActive ? style('green', '●') : '') },
      { title: 'NAME', value: (row) => safeLine(row.name) },
      { title: 'CONTROL PLANE', value: (row) => row.apiUrl ?? style('dim', row.name === LOCAL_PROFILE ? 'none runs' : 'not set') },
      { title: 'API KEY', value: (row) => row.apiKey ?? style('dim', 'none'), shrinks: true },
    ],
    rows,
  )
}
