/**
 * Which proxy leads to an address, by the variables that everybody's tools know: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, `ALL_PROXY` for both, in lower
 * or upper case; `NO_PROXY` names hosts that are reached without one. This machine itself never goes through a proxy.
 */
import { SettingsError } from '../settings-error.ts'

/** The proxy that leads to `target`, or null. Throws SettingsError for a proxy whose address is none. */
export function proxyFor(target: URL, env: NodeJS.ProcessEnv = process.env): URL | null {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || ''
  const isSecure = target.protocol === 'https:' || target.protocol === 'wss:'
  const address = read(isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read('ALL_PROXY')
  if (address === '' || isOwnMachine(target.hostname) || isExcepted(target, read('NO_PROXY'))) return null
  const text = address.includes('://') ? address : `http://${address}`
  const proxy = URL.canParse(text) ? new URL(text) : null
  if (proxy === null || (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')) {
    throw new SettingsError(
      `The proxy in ${isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY'} (or ALL_PROXY) is no http:// or https:// address.`,
      'Expected for example http://proxy.example.com:3128.',
    )
  }
  return proxy
}

const isOwnMachine = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** `NO_PROXY`: hosts, `.domain` or `*.domain` for all below it (a bare domain names itself and all below), `host:port`, `*` for all; by commas or spaces. */
function isExcepted(target: URL, list: string): boolean {
  const host = target.hostname.toLowerCase().replace(/^\[|\]$/g, '')
  const port = target.port || (target.protocol === 'https:' || target.protocol === 'wss:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true
      const [, name = '', wantedPort] =
        /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry.split(':').length > 2 && !entry.startsWith('[') ? `[${entry}]` : entry) ?? []
      if (wantedPort !== undefined && wantedPort !== port) return false
      const domain = name.replace(/^\*?\./, '')
      return host === domain || host.endsWith(`.${domain}`)
    })
}
