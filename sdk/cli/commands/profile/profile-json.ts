import type { Profile } from '../../../client/profiles.ts'
import { hideKey } from '../../hide-key.ts'

/** The shape of a profile in `-o json`; stable. The key is never shown whole. */
export const profileJson = (name: string, { apiUrl, apiKey }: Profile, isActive: boolean) => ({
  name,
  isActive,
  apiUrl: apiUrl ?? null,
  apiKey: apiKey === undefined ? null : hideKey(apiKey),
})
