/**
 * A real S3 server in a process of its own, which checks signatures, and a door in front of it: what passes is noted, and a test can break it. With
 * `conditions` the door adds what this server lacks and real providers have: writes on conditions.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BUCKET = 'results'
const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

export interface Passed {
  /** `PUT`, and the path with its query. */
  what: string
  bytes: number
}

export interface S3Server {
  options: { bucket: string; endpoint: string; credentials: typeof CREDENTIALS }
  passed: Passed[]
  /** Requests that were on their way to the server at the same time, at most. */
  most: number
  /** Answers the coming requests itself: gives true for those it took. */
  intercept: ((incoming: IncomingMessage, answer: ServerResponse) => boolean) | null
  /** Ends the coming download after so many bytes. */
  cutAfter: number | null
  conditions: boolean
  close(): Promise<void>
}

export async function startS3Server(): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-s3-'))
  // Its command is not among what the package holds, the code of it is.
  const command = join(createRequire(import.meta.url).resolve('@20minutes/s3rver/package.json'), '..', 'lib', 'cli.js')
  const words = ['-d', folder, '-a', '127.0.0.1', '-p', '0', '--configure-bucket', BUCKET]
  const child = spawn(process.execPath, ['-e', 'require(process.argv[1]).parseAsync()', command, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await portOf(child)
  let now = 0
  let turn: Promise<unknown> = Promise.resolve()
  const server: S3Server = {
    options: { bucket: BUCKET, endpoint: '', credentials: CREDENTIALS },
    passed: [],
    most: 0,
    intercept: null,
    cutAfter: null,
    conditions: false,
    async close() {
      door.closeAllConnections()
      await new Promise((resolve) => door.close(resolve))
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const door = createServer((incoming, answer) => {
    if (server.intercept?.(incoming, answer)) return
    const wanted = incoming.headers['if-none-match'] ?? incoming.headers['if-match']
    if (!server.conditions || incoming.method === 'GET') return pass(incoming, answer)
    // One after the other: what this server deletes, it deletes with the folder, and what was written there meanwhile.
    turn = turn.then(async () => {
      if (wanted === undefined) return pass(incoming, answer)
      const etag = await etagOf(port, incoming)
      if (incoming.headers['if-none-match'] ? etag === null : etag === wanted) return pass(incoming, answer)
      incoming.resume()
      answer.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')
    })
  })
  const pass = (incoming: IncomingMessage, answer: ServerResponse) => {
    const passed: Passed = { what: `${incoming.method} ${incoming.url}`, bytes: 0 }
    server.passed.push(passed)
    server.most = Math.max(server.most, ++now)
    return new Promise<void>((resolve) => {
      const onward = request({ port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (from) => {
        answer.writeHead(from.statusCode ?? 500, from.headers)
        const cut = incoming.method === 'GET' ? server.cutAfter : null
        if (cut !== null) server.cutAfter = null
        let sent = 0
        from.on('data', (piece: Buffer) => {
          if (cut !== null && sent >= cut) return answer.destroy()
          sent += piece.length
          answer.write(piece)
        })
        from.on('end', () => answer.end())
        from.on('close', () => {
          now--
          resolve()
        })
      })
      onward.on('error', () => answer.destroy())
      incoming.on('data', (piece: Buffer) => {
        passed.bytes += piece.length
      })
      incoming.pipe(onward)
    })
  }
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  server.options.endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
  return server
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
      const port = /listening on \S*:(\d+)/.exec(said)?.[1]
      if (port) resolve(Number(port))
    })
    child.on('exit', (code) => reject(new Error(`the S3 server ended with ${code}: ${said}`)))
  })
}

/** Null when there is no such object. Unsigned requests may read here. */
function etagOf(port: number, { url, headers }: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    request({ port, method: 'HEAD', path: url, headers: { host: headers.host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200 ? (answer.headers.etag ?? null) : null)
    })
      .on('error', reject)
      .end()
  })
}
