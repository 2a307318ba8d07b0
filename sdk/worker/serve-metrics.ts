/** The worker's metrics for Prometheus, on a port of this machine alone. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isAllowedHost } from '../../core/allowed-hosts.ts'
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from '../../core/prometheus.ts'

/** Where it is served, and how it ends. */
export interface MetricsServer {
  url: string
  close(): void
}

/** Names of this machine for itself, under any port: a tunnel may end at another one. */
const LOOPBACK = ['127.0.0.1', 'localhost']

/** Serves `GET /metrics` on 127.0.0.1, to whoever asks for it by that name or as `localhost`; port 0 = any free one. Rejects when the port is taken. */
export async function serveMetrics(port: number, read: () => Metric[]): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    // A web page whose name was rebound to this machine reads nothing.
    if (!isAllowedHost(request.headers.host ?? '', LOOPBACK))
      return response.writeHead(403, { 'content-type': 'text/plain' }).end('metrics are for this machine: ask 127.0.0.1\n')
    if (request.method !== 'GET' || new URL(request.url ?? '/', 'http://localhost').pathname !== '/metrics')
      return response.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at /metrics\n')
    response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE }).end(renderMetrics(read()))
  })
  // Whoever scrapes keeps no worker from ending.
  server.unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
