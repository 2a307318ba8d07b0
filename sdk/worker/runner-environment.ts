/**
 * The environment that runners start with: the worker's own, without its credentials. A run has a token of its own, bound to it; whoever writes
 * a flow must not get hold of the key that serves a whole pool.
 */

/** Variables of the worker that mean something else, or too much, to a flow. */
const WITHHELD = ['WEIR_API_KEY', 'WEIR_PROFILE', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'NODE_UNIQUE_ID']

/** Drops the withheld names and every variable whose value contains the key. */
export function runnerEnvironment(own: NodeJS.ProcessEnv, apiKey: string): Record<string, string> {
  const kept = Object.entries(own).filter(([name, value]) => value !== undefined && !WITHHELD.includes(name) && !value.includes(apiKey))
  return Object.fromEntries(kept) as Record<string, string>
}
