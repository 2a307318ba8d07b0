/**
 * What every request and upgrade must pass before any door looks at it. A web page must not be able to start code on somebody's machine:
 * 1. the Host is one of ours (a rebound DNS name arrives with the attacker's), 2. the Origin, when the browser names one, is ours too.
 */
import { isAllowedHost, parseHosts } from '../core/allowed-hosts.ts'
import { WeirError } from './errors.ts'

/** Throws FORBIDDEN_HOST or FORBIDDEN_ORIGIN. `allowedHosts` is the binding's text; empty = the edge has routed by host, only the origin is compared with it. */
export function guardRequest(request: Request, allowedHosts: string | undefined): void {
  const allowed = parseHosts(allowedHosts)
  const host = (request.headers.get('host') ?? new URL(request.url).host).toLowerCase()
  if (allowed.length > 0 && !isAllowedHost(host, allowed)) {
    throw new WeirError('FORBIDDEN_HOST', `This control plane does not answer to the host "${printable(host)}".`, {
      hint: 'Use the address that was printed at its start, or add the host to ALLOWED_HOSTS.',
    })
  }
  const origin = request.headers.get('origin')
  if (origin === null) return
  const originHost = hostOf(origin)
  if (originHost === null || !(allowed.length > 0 ? isAllowedHost(originHost, allowed) : originHost === host)) {
    throw new WeirError('FORBIDDEN_ORIGIN', `Pages of "${printable(origin)}" may not call this control plane.`, {
      hint: 'Call it from its own pages, or from a program without an Origin header.',
    })
  }
}

/** Host of an http(s) origin; null for `null`, other schemes and nonsense. */
function hostOf(origin: string): string | null {
  if (!URL.canParse(origin)) return null
  const url = new URL(origin)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.host.toLowerCase() : null
}

const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 100)
