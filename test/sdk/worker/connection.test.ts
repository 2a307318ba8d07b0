/** The worker's connection, and what stands between it and the control plane. The pool behind is as little as a pool can be. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { PollRequest } from '../../../core/protocol/poll.ts'
import { readPollRequest } from '../../../core/protocol/read-poll-request.ts'
import type { PoolMessage } from '../../../core/protocol/pool-messages.ts'
import type { Hello } from '../../../core/protocol/worker-messages.ts'
import { type Connection, type ConnectionRefused, connect } from '../../../sdk/worker/connection.ts'
import type { LineEnd } from '../../../sdk/worker/line.ts'
import { openSocketLine } from '../../../sdk/worker/socket-line.ts'

const HELLO: Hello = {
  type: 'hello',
  protocol: { newest: 1, oldest: 1 },
  sessionId: '0a3f3d0e-6d8e-4b53-9f0b-6f2c9d0e7a11',
  worker: { name: 'one', version: '0.1.0', type: 'process', labels: {}, hostname: 'h', pid: 1 },
  queues: [],
  slots: 1,
  holding: [],
  sentAt: 1,
}
const WELCOME = { type: 'welcome', protocol: 1, workerId: 'w', serverTime: 1, answers: 1, fence: 75_000 } as PoolMessage

type Upgrade = (request: IncomingMessage, socket: Duplex) => void
type Poll = (request: PollRequest, response: ServerResponse) => void

const page = (status: string) => `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: 9\r\n\r\n<p>No</p>`
const refuses =
  (status: string): Upgrade =>
  (_, socket) =>
    void socket.end(page(status))

/** Answers a poll as a pool does that says `messages` first and then nothing for a while. */
const asPool = (...messages: PoolMessage[]): Poll => {
  let said = 0
  return ({ first, messages: heard }, response) => {
    const news = messages.slice(said)
    const begin = said + 1
    said = messages.length
    const body = JSON.stringify({ heard: first + heard.length - 1, first: begin, messages: news })
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), news.length > 0 ? 0 : 50)
  }
}

interface Way {
  port: number
  upgrade: Upgrade
  poll: Poll
  polls: PollRequest[]
  upgrades: number
}

/** What the worker meets on its way. */
async function layWay(upgrade: Upgrade, poll: Poll): Promise<Way> {
  const way: Way = { port: 0, upgrade, poll, polls: [], upgrades: 0 }
  const server = createServer(async (request, response) => {
    const body = readPollRequest((await request.toArray()).join('')) as PollRequest
    way.polls.push(body)
    way.poll(body, response)
  })
  server.on('upgrade', (request, socket) => {
    way.upgrades++
    socket.on('error', () => {})
    way.upgrade(request, socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  way.port = (server.address() as AddressInfo).port
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return way
}

interface Told {
  connection: Connection
  messages: string[]
  lost: string[]
  delays: number[]
  ways: string[]
  refused: ConnectionRefused | null
}

function start(way: Way, ping = 200): Told {
  const told: Told = { connection: null as never, messages: [], lost: [], delays: [], ways: [], refused: null }
  told.connection = connect({
    apiUrl: `http://127.0.0.1:${way.port}`,
    apiKey: 'key',
    workPool: 'pool',
    ping,
    onOpen: (send) => void send(HELLO),
    onMessage: (message) => void told.messages.push(message.type),
    onLost(reason, delay) {
      told.lost.push(reason)
      told.delays.push(delay)
    },
    onWay: (name, reason) => void told.ways.push(`${name}: ${reason}`),
    onRefused: (error) => {
      told.refused = error
    },
  })
  onTestFinished(() => told.connection.close())
  return told
}

async function until(read: () => unknown): Promise<void> {
  while (!read()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const gone: Poll = (_, response) => response.writeHead(200).end('{"heard":0,"first":1,"messages":[],"closed":{"code":4404,"reason":"unknown line"}}')

test.each(['403 Forbidden', '200 OK', '302 Found', '404 Not Found', '426 Upgrade Required', '501 Not Implemented', '502 Bad Gateway'])(
  'an upgrade that somebody answers with a page of status %s is followed by polls at once',
  async (status) => {
    const way = await layWay(refuses(status), asPool(WELCOME))
    const told = start(way)
    await until(() => told.messages.includes('welcome'))
    expect(told.ways).toEqual([`poll: the network lets no WebSocket pass (status ${Number.parseInt(status, 10)})`])
    expect(way.polls[0]).toMatchObject({ first: 1, messages: [HELLO], heard: 0, leaving: false })
    expect(told.refused).toBeNull()
  },
)

test('an upgrade whose headers were removed on the way is one that does not pass; a key that is wrong stays wrong', async () => {
  const answer = (status: string, code: string) =>
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"error":{"code":"${code}","message":"no","requestId":"r"}}`
  const removed = await layWay((_, socket) => socket.end(answer('400 Bad Request', 'BAD_USER_INPUT')), asPool(WELCOME))
  const told = start(removed)
  await until(() => told.messages.includes('welcome'))
  const wrong = await layWay((_, socket) => socket.end(answer('401 Unauthorized', 'UNAUTHENTICATED')), asPool(WELCOME))
  const refused = start(wrong)
  await until(() => refused.refused)
  expect(refused.refused).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  expect(wrong.polls).toEqual([])
})

const ends: [string, (opened: WebSocket) => void][] = [
  ['break', (opened) => opened.terminate()],
  [
    'are welcomed and closed by somebody on the way',
    (opened) => opened.once('message', () => opened.send(JSON.stringify(WELCOME), () => opened.close(1009))),
  ],
]
test.each(ends)('sockets that %s three times in a row are given up, and not opened again at once', async (_, end) => {
  const door = new WebSocketServer({ noServer: true })
  const way = await layWay((request, socket) => door.handleUpgrade(request, socket, Buffer.alloc(0), end), asPool(WELCOME))
  const told = start(way)
  await until(() => told.ways.length > 0 && told.messages.at(-1) === 'welcome')
  expect(way.upgrades).toBe(3)
  expect(told.ways).toEqual([expect.stringMatching(/^poll: WebSockets do not hold here/)])
  expect(told.delays[1]).toBeGreaterThanOrEqual(250)
})

test('a request that somebody breaks off waits for a shorter time the next time', async () => {
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  start(way)
  await until(() => way.polls.length > 1)
  way.poll = (_, response) => void setTimeout(() => response.destroy(), 101)
  await until(() => (way.polls.at(-1)?.wait ?? 400) < 400)
  expect(way.polls.at(-1)?.wait).toBeLessThanOrEqual(200)
})

test('errors of others on the way are not those of the control plane, however much they look like them', async () => {
  const others = ['{"error":{"code":403,"message":"Forbidden"}}', '{"error":{"code":"ResourceNotFound","message":"no"}}', '{"message":"no"}', 'null']
  for (const body of others) {
    const answer = `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    const way = await layWay((_, socket) => socket.end(answer), asPool(WELCOME))
    const told = start(way)
    await until(() => told.messages.includes('welcome'))
    way.poll = (_, response) => response.writeHead(404, { 'content-type': 'application/json' }).end(body)
    await until(() => told.lost.length > 1)
    expect(told.lost[1]).toContain('instead of the control plane (status 404)')
    expect(told.refused).toBeNull()
  }
})

test('a poll that was damaged on the way ends no worker that was welcomed', async () => {
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  const told = start(way)
  await until(() => told.messages.includes('welcome'))
  way.poll = (_, response) => response.writeHead(400).end('{"error":{"code":"BAD_USER_INPUT","message":"it cannot be read","requestId":"r"}}')
  await until(() => told.lost.length > 1)
  expect(told).toMatchObject({ lost: [expect.anything(), 'it cannot be read'], refused: null })
})

test('an address that leads elsewhere is named', async () => {
  const way = await layWay(refuses('301 Moved Permanently'), (_, response) => response.writeHead(301, { location: 'https://weir.example/' }).end())
  const told = start(way)
  await until(() => told.refused)
  expect(told.refused?.message).toContain('status 301, a redirect to https://weir.example/')
})

test('a proxy that opens no tunnel says nothing about WebSockets', async () => {
  const server = createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  vi.stubEnv('http_proxy', `http://user:100%@127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const end = await new Promise<LineEnd>((onEnd) =>
    openSocketLine({ url: new URL('http://weir.example/connect'), apiKey: 'key', ping: 200 }, { onOpen() {}, onMessage() {}, onEnd }),
  )
  expect(end).toMatchObject({
    kind: 'lost',
    fault: 'unreachable',
    reason: expect.stringContaining('407: it does not accept the user and the password'),
  })
})

test('messages go with polls, once each, and what the pool says comes back; answers that break are asked again', async () => {
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  const told = start(way)
  await until(() => told.messages.includes('welcome'))
  let broken = 0
  const pool = way.poll
  way.poll = (request, response) => (broken++ < 3 ? response.destroy() : pool(request, response))
  told.connection.send({ type: 'room', free: 1, draining: false })
  await until(() => way.polls.at(-1)?.first === 3)
  const said = way.polls.flatMap(({ first, messages }) => messages.map((message, index) => `${first + index} ${message.type}`))
  expect([...new Set(said)]).toEqual(['1 hello', '2 room'])
  expect(told.lost).toHaveLength(1)
})

test('a line that the pool has forgotten is opened anew, with a hello', async () => {
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  const told = start(way)
  await until(() => told.messages.includes('welcome'))
  const [{ line }] = way.polls as [PollRequest]
  let forgotten = false
  const fresh = asPool(WELCOME)
  way.poll = (request, response) => {
    if (request.line === line) {
      forgotten = true
      return gone(request, response)
    }
    fresh(request, response)
  }
  await until(() => told.messages.filter((type) => type === 'welcome').length === 2)
  expect(forgotten).toBe(true)
  expect(told.lost.slice(1)).toEqual(['unknown line'])
  expect(way.polls.find((poll) => poll.line !== line)).toMatchObject({ first: 1, messages: [HELLO], heard: 0 })
})

test('a page instead of an answer ends a worker that was never welcomed, and only delays one that was', async () => {
  const forbidden: Poll = (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<p>No</p>')
  const stranger = start(await layWay(refuses('403 Forbidden'), forbidden))
  await until(() => stranger.refused)
  expect(stranger.refused).toMatchObject({ code: 'unexpected_answer', message: expect.stringContaining('status 403') })
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  const told = start(way)
  await until(() => told.messages.includes('welcome'))
  way.poll = forbidden
  await until(() => told.lost.length > 1)
  way.poll = asPool(WELCOME)
  await until(() => told.messages.filter((type) => type === 'welcome').length === 2)
  expect(told.refused).toBeNull()
})

test('while neither a socket nor polls pass, both are tried in turn, and whatever passes first is used', async () => {
  const broken: Poll = (_, response) => response.destroy()
  const way = await layWay(refuses('502 Bad Gateway'), broken)
  const told = start(way, 20)
  await until(() => way.upgrades >= 2 && way.polls.length >= 2)
  expect(told.ways).toHaveLength(1)
  const door = new WebSocketServer({ noServer: true })
  way.upgrade = (request, socket) =>
    door.handleUpgrade(request, socket, Buffer.alloc(0), (opened) => opened.on('message', () => opened.send(JSON.stringify(WELCOME))))
  await until(() => told.messages.includes('welcome'))
  expect(told.ways.at(-1)).toBe('socket: a WebSocket passes')
})

test('it returns to a socket that holds, and says on the polls that it has left only when it leaves for good', async () => {
  const door = new WebSocketServer({ noServer: true })
  const hellos: string[] = []
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  const told = start(way, 20)
  await until(() => told.messages.includes('welcome'))
  way.upgrade = (request, socket) =>
    door.handleUpgrade(request, socket, Buffer.alloc(0), (opened) => {
      opened.on('message', (data) => {
        if (String(data) === 'ping') return opened.send('pong')
        hellos.push(String(data))
        opened.send(JSON.stringify(WELCOME))
      })
    })
  await until(() => told.ways.length === 2)
  expect(told.ways[1]).toBe('socket: a WebSocket passes')
  // On a busy machine a socket may have been given up for its silence before.
  const before = hellos.length
  for (const text of hellos) expect(JSON.parse(text)).toEqual(HELLO)
  expect(told.connection.send({ type: 'room', free: 1, draining: false })).toBe(true)
  await until(() => hellos.length > before)
  expect(way.polls.some(({ leaving }) => leaving)).toBe(false)
})

test('a worker whose older hello arrives late and takes the place of its socket comes again; one whose session has ended does not', async () => {
  const door = new WebSocketServer({ noServer: true })
  let hellos = 0
  const way = await layWay((request, socket) => {
    door.handleUpgrade(request, socket, Buffer.alloc(0), (opened) => {
      opened.on('message', (data) => {
        if (String(data) === 'ping') return opened.send('pong')
        hellos++
        opened.send(JSON.stringify(WELCOME))
        if (hellos > 2) return
        opened.send(JSON.stringify({ type: 'goodbye', code: 'superseded', message: `over ${hellos}`, retry: hellos === 1 }))
        opened.close(4409)
      })
    })
  }, gone)
  const told = start(way)
  await until(() => told.refused)
  expect(told).toMatchObject({ lost: ['over 1'], refused: { code: 'superseded', message: 'over 2' }, messages: ['welcome', 'welcome'] })
  expect(hellos).toBe(2)
})

test('a worker that leaves says so with its last poll', async () => {
  const way = await layWay(refuses('403 Forbidden'), asPool(WELCOME))
  const told = start(way)
  await until(() => told.messages.includes('welcome'))
  await told.connection.close()
  expect(way.polls.at(-1)).toMatchObject({ leaving: true })
})
