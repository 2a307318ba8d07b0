import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { askControlPlane } from '../../../../sdk/client/control-plane.ts'
import { postText } from '../../../../sdk/client/http/post-text.ts'
import { startTunnels } from '../../../e2e/reliability/proxies.ts'
import { cleanUp } from '../../../e2e/reliability/worker.ts'

/** A server whose answers are given; its port. */
async function serve(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<number> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    answer(request, body, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('a POST is answered with status, headers and text, whatever they are; a redirect is not followed', async () => {
  const asked: string[] = []
  const port = await serve((request, body, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['x-name']} ${request.headers['content-length']} ${body}`)
    response.writeHead(request.url === '/moved' ? 307 : 429, { 'retry-after': '7', location: '/elsewhere' }).end('später')
  })
  const init = { headers: { 'x-name': 'Ada' }, body: 'für alle', timeout: 10_000 }
  expect(await postText(`http://127.0.0.1:${port}/busy`, init)).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, text: 'später' })
  expect(await postText(`http://127.0.0.1:${port}/moved`, init)).toMatchObject({ status: 307 })
  expect(asked).toEqual(['POST /busy Ada 9 für alle', 'POST /moved Ada 9 für alle'])
})

test('no answer says why: nobody listens, too late, not wanted any more', async () => {
  const silent = await serve(() => {})
  const init = { headers: {}, body: '', timeout: 60_000 }
  const address = `http://127.0.0.1:${silent}/`
  await expect(postText(address, { ...init, timeout: 50 })).rejects.toMatchObject({ name: 'TimeoutError', message: 'no answer for 0.05 s' })
  const controller = new AbortController()
  const asked = postText(address, { ...init, signal: controller.signal })
  setTimeout(() => controller.abort(new Error('cancelled')), 20)
  await expect(asked).rejects.toThrow('cancelled')
  await expect(postText(address, { ...init, signal: controller.signal })).rejects.toThrow('cancelled')
  await expect(postText('http://127.0.0.1:1/', init)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
})

test('a flow asks the control plane through the proxy that leads there', async () => {
  const port = await serve((_request, _body, response) => response.end('{"data":{"viewer":"Ada"}}'))
  const tunnels = await startTunnels(port)
  onTestFinished(cleanUp)
  vi.stubEnv('HTTP_PROXY', tunnels.address)
  onTestFinished(() => void vi.unstubAllEnvs())
  const controlPlane = { apiUrl: 'http://weir.example', credential: () => 'key' }
  expect(await askControlPlane(controlPlane, '{ viewer }', {}, new AbortController().signal)).toEqual({ viewer: 'Ada' })
  expect(tunnels.asked).toEqual(['weir.example:80'])
})
