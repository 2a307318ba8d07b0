/**
 * Serves the workspace's files from the disk service, which knows neither types nor caching. What files there are comes with the configuration
 * (`MANIFEST`), so a page of the single-page application is told from a missing file without asking the disk.
 */
const missing = (text) => new Response(`${text}\n`, { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })

export default {
  async fetch(request, { FILES, MANIFEST }) {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const wanted = pathOf(request.url)
    const found = wanted in MANIFEST.files ? wanted : wanted.startsWith('/_app/') ? null : '/index.html'
    const file = found === null ? undefined : MANIFEST.files[found]
    if (!file) return missing('There is no such file.')

    const headers = new Headers(MANIFEST.headers)
    headers.set('content-type', file.type)
    headers.set('etag', file.etag)
    headers.set('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (known.includes(file.etag)) return new Response(null, { status: 304, headers })
    headers.set('content-length', String(file.bytes))
    if (request.method === 'HEAD') return new Response(null, { headers })
    const stored = await FILES.fetch(`http://files${encodeURI(found)}`)
    return stored.ok ? new Response(stored.body, { headers }) : missing('The file is listed but cannot be read: build again.')
  },
}

function pathOf(address) {
  const { pathname } = new URL(address)
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
