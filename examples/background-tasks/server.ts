/**
 * A web server that does its slow work elsewhere.
 *
 *     curl -X POST localhost:8787/signups -d '{"email":"ada@example.org"}'     → 202, and where to ask
 *     curl localhost:8787/signups/ID                                           → how it stands, and the value once it is there
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { welcome } from './tasks.ts'

const Signup = z.object({ email: z.email() })

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, place, id] = (request.url ?? '').split('/')
  if (place !== 'signups') return send(response, 404, { message: 'There are only signups here.' })
  if (request.method === 'POST') {
    const { email } = Signup.parse(JSON.parse(await text(request)))
    // Resolves as soon as it is stored: nobody waits for the welcome itself.
    const run = await welcome.delay(email, new Date())
    return send(response, 202, { id: run.flowRunId, page: run.url, ask: `/signups/${run.flowRunId}` })
  }
  const run = await welcome.delayed(id ?? '')
  const state = await run.state()
  const value = state.type === 'COMPLETED' ? await run.result() : null
  send(response, 200, { state: state.name, value })
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) =>
    send(response, error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 500, { message: error.message }),
  )
})
server.listen(Number(process.env['PORT'] ?? 8787), '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
