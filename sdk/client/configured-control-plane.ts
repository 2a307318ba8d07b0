/** The control plane that this process is configured for: what code outside of flows asks. */
import type { ControlPlane } from './control-plane.ts'

let known: { key: string; controlPlane: ControlPlane } | null = null

/** Null when none is configured. The same object as long as address and key are the same. Throws SettingsError. */
export async function configuredControlPlane(): Promise<ControlPlane | null> {
  const { readSettings } = await import('./settings.ts')
  const { apiUrl, apiKey } = readSettings()
  if (apiUrl === null) return null
  const key = `${apiUrl}\n${apiKey}`
  if (known?.key !== key) known = { key, controlPlane: { apiUrl, credential: () => apiKey } }
  return known.controlPlane
}
