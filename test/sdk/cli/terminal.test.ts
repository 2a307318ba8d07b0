/** What a person at a terminal sees, byte by byte, and what a pipe gets of the same commands. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTerminal, type Terminal } from '../support/pseudo-terminal.ts'

const WEIR = join(import.meta.dirname, '..', '..', '..', 'sdk', 'bin', 'weir.mjs')
const home = realpathSync(mkdtempSync(join(tmpdir(), 'weir-terminal-')))
const KEY = `weir_local_${'1'.repeat(32)}_${'s'.repeat(43)}`
const FILE = `active = "work"\n\n[profiles.work]\napi_url = "https://work.example.com"\napi_key = "${KEY}"\n\n[profiles.bare]\n`

/** Takes every request and never answers. */
let silent: Server
let address = ''

beforeAll(async () => {
  silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
})
beforeEach(() => writeFileSync(join(home, 'profiles.toml'), FILE))
afterAll(() => {
  silent.closeAllConnections()
  silent.close()
  rmSync(home, { recursive: true, force: true })
})

const weir = (args: string[], { env = {}, columns = 80 }: { env?: Record<string, string>; columns?: number } = {}): Terminal =>
  inTerminal([process.execPath, WEIR, ...args], { env: { WEIR_HOME: home, ...env }, cwd: home, columns })

/** The command with pipes for a terminal; ended with `signal` when stderr matches. */
async function piped(args: string[], endAt?: RegExp): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [WEIR, ...args], {
    env: { PATH: process.env['PATH'] ?? '', WEIR_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
    if (endAt?.test(stderr)) child.kill('SIGINT')
  })
  await new Promise((resolve) => child.on('close', resolve))
  return { stdout, stderr }
}

const PREFIX = `weir_local_${'1'.repeat(32)}_`

test('a table has dim titles and coloured shapes, and its widest column gives way to the edge of the terminal', async () => {
  const dim = (text: string) => `␛[2m${text}␛[0m`
  expect(await weir(['profile', 'ls'], { columns: 60 }).ended).toBe(
    [
      [dim(' '), dim('NAME '), dim('CONTROL PLANE           '), dim('API KEY')].join('  '),
      `␛[32m●␛[0m  work   https://work.example.com  weir_local_111111111111…`,
      `   bare   ${dim('not set')}                   ${dim('none')}`,
      `   local  ${dim('none runs')}                 ${dim('none')}`,
      'exit 0',
      'echo',
      '',
    ].join('\n'),
  )
})

test.each<Record<string, string>>([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('with %o there is no escape at all', async (env) => {
  const screen = await weir(['profile', 'ls'], { env }).ended
  expect(screen).not.toContain('␛')
  expect(screen).toMatch(/^ {3}NAME +CONTROL PLANE +API KEY\n● {2}work /)
})

test('a pipe gets the same table without colours, and never cut', async () => {
  const { stdout, stderr } = await piped(['profile', 'ls'])
  expect(stderr).toBe('')
  expect(stdout).toBe(
    [
      `   NAME   CONTROL PLANE             API KEY`,
      `●  work   https://work.example.com  ${PREFIX}…`,
      `   bare   not set                   none`,
      `   local  none runs                 none`,
      '',
    ].join('\n'),
  )
})

test('whoever waits sees for what, on a line of its own that Ctrl-C wipes before it ends the command', async () => {
  const terminal = weir(['work-pool', 'ls', '--api-url', address, '--api-key', KEY])
  await terminal.shows(/asking … \d s/)
  terminal.type('\u0003')
  const screen = await terminal.ended
  expect(screen).toMatch(/␍␛\[K␛\[2masking … \d+ s␛\[0m/)
  // What comes after the last line of progress: the echo of Ctrl-C, the wipe, and the shell.
  expect(screen.slice(screen.lastIndexOf('asking'))).toMatch(/^asking … \d+ s␛\[0m(\^C)?␍␛\[K\n?exit 130\necho\n$/)
})

test('a pipe is told once, without a byte that moves a cursor', async () => {
  const { stdout, stderr } = await piped(['work-pool', 'ls', '--api-url', address, '--api-key', KEY], /asking/)
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'asking …\n' })
})

test('a key that is typed is not shown, and the terminal echoes again afterwards', async () => {
  const terminal = weir(['login', '--api-url', address])
  await terminal.shows(/API key for http:\/\/127\.0\.0\.1:\d+ \(not shown\): /)
  terminal.type('no-key-at-all\r')
  const screen = await terminal.ended
  expect(screen).not.toContain('no-key')
  expect(screen).toMatch(/error␛\[0m: What came as API key \(what was typed\) is none\.[\s\S]*\nexit 2\necho\n$/)
})

test('Ctrl-C at a question ends the command, changes nothing and gives the terminal back', async () => {
  for (const [args, question] of [
    [['login', '--api-url', address], /not shown/],
    [['profile', 'delete', 'work'], /\[Y\/n\]/],
  ] as [string[], RegExp][]) {
    const terminal = weir(args)
    await terminal.shows(question)
    terminal.type('\u0003')
    expect(await terminal.ended).toMatch(/\nexit 1\necho\n$/)
  }
  expect(readFileSync(join(home, 'profiles.toml'), 'utf8')).toBe(FILE)
})

test('a question is asked at a terminal, and not with --no-prompt', async () => {
  const asked = weir(['profile', 'delete', 'work'])
  await asked.shows(/Delete profile "work" and its key\? \[Y\/n\] /)
  asked.type('n\r')
  expect(await asked.ended).toMatch(/Nothing was changed\.\nexit 1\necho\n$/)
  expect(readFileSync(join(home, 'profiles.toml'), 'utf8')).toBe(FILE)
  expect(await weir(['profile', 'delete', 'work', '--no-prompt']).ended).toMatch(/^Deleted profile work\..*\nexit 0\necho\n$/)
})
