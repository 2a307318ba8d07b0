import { readVersion } from '../../package-files.ts'
import { type CommonOptions, settingsOf, wantsJson } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'

/** `weir version`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { apiUrl } = settingsOf(options)
  const about = { weirflow: readVersion(), node: process.versions.node, platform: `${process.platform}-${process.arch}`, controlPlane: apiUrl }
  if (wantsJson(options)) return printJson(about)
  print(`weirflow ${about.weirflow}\nnode ${about.node}, ${about.platform}\ncontrol plane ${about.controlPlane ?? 'none'}`)
}
