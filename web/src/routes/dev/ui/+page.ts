import { error } from '@sveltejs/kit'
import { dev } from '$app/env'

/** Not part of what people get. */
export const load = () => {
  if (!dev) error(404)
}
