/** Which values of a `Host` header are ours. A rebound DNS name reaches this machine with the attacker's name in it, so it is looked at on loopback too. */

/** Entries with a port match host and port; entries without one match any port of that host. Upper and lower case are the same. */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase()
  return allowed.includes(name) || allowed.includes(name.replace(/:\d+$/, ''))
}

/** The entries of a comma-separated list, in lower case. */
export const parseHosts = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '')
