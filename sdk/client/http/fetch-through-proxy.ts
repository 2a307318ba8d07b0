/** `fetch` for streams of the control plane, through a proxy where one leads there. */
import { proxyFor } from './proxy.ts'
import type { FetchInit } from './request-through-agent.ts'

/** As `fetch`: a rejection carries the reason as its `cause`. */
export async function fetchThroughProxy(address: string, init: FetchInit): Promise<Response> {
  const url = new URL(address)
  if (proxyFor(url) === null) return await fetch(url, init)
  const { requestThroughAgent } = await import('./request-through-agent.ts')
  return await requestThroughAgent(url, init)
}
