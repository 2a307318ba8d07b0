/** Settings: who wins, and what `profile` and `config` change. Nothing here asks a control plane. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openCommandLines } from '../support/command-lines.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'weir-profiles-')))
const home = join(root, 'home')
const project = join(root, 'project')
const file = join(home, 'profiles.toml')
for (const folder of [home, join(project, 'below')]) mkdirSync(folder, { recursive: true })
writeFileSync(join(project, 'weir.toml'), '# for all of us\nprofile = "team"\n\n[deployments]\nprofile = "no"\n')

const keyOf = (digit: string) => `weir_local_${digit.repeat(32)}_${digit.repeat(43)}`
const [ONE, TWO, THREE] = ['1', '2', '3'].map(keyOf) as [string, string, string]
const FILE = `active = "work"
[profiles.work]
api_url = "https://work.example.com"
api_key = "${ONE}"
[profiles.team]
api_url = "https://team.example.com/weir"
api_key = "${TWO}"
[profiles.bare]
`

const lines = openCommandLines({ home, cwd: root })
const run = lines.run
beforeEach(() => {
  writeFileSync(file, FILE)
  rmSync(join(home, 'control-plane.lock'), { force: true })
})
afterAll(async () => {
  await lines.close()
  rmSync(root, { recursive: true, force: true })
})

async function view(args: string[] = [], surroundings: { env?: Record<string, string>; cwd?: string } = {}) {
  const { code, stdout, stderr } = await run(['config', 'view', '-o', 'json', ...args], surroundings)
  expect(code, stderr).toBe(0)
  const rows = JSON.parse(stdout) as { name: string; value: string | null; source: string }[]
  return Object.fromEntries(rows.map(({ name, value, source }) => [name, [value, source]]))
}
const shown = (key: string) => key.replace(/[^_]*$/, '…')

test('flags win over the environment, that over the profile, that over the control plane of this machine', async () => {
  const env = { WEIR_API_URL: 'https://env.example.com', WEIR_API_KEY: THREE }
  writeFileSync(join(home, 'control-plane.lock'), '{"url": "http://127.0.0.1:4600"}')
  writeFileSync(join(home, 'local.key'), THREE)
  expect(await view(['--api-url', 'https://flag.example.com/', '--api-key', TWO], { env })).toMatchObject({
    'api-url': ['https://flag.example.com', '--api-url'],
    'api-key': [shown(TWO), '--api-key'],
  })
  expect(await view([], { env })).toMatchObject({ 'api-url': ['https://env.example.com', 'WEIR_API_URL'], 'api-key': [shown(THREE), 'WEIR_API_KEY'] })
  expect(await view()).toMatchObject({ 'api-url': ['https://work.example.com', 'profile "work"'], 'api-key': [shown(ONE), 'profile "work"'] })
  for (const args of [
    ['--profile', 'local'],
    ['--profile', 'bare'],
  ]) {
    expect(await view(args)).toMatchObject({
      'api-url': ['http://127.0.0.1:4600', 'local control plane'],
      'api-key': [shown(THREE), 'local control plane'],
    })
  }
  rmSync(join(home, 'control-plane.lock'))
  expect(await view(['--profile', 'local'])).toMatchObject({ 'api-url': [null, 'not set'], 'api-key': [null, 'not set'] })
})

test('a profile is chosen by flag, environment, project and file, in this order; a project never gives a key away', async () => {
  const env = { WEIR_PROFILE: 'bare' }
  const cwd = join(project, 'below')
  expect(await view(['--profile', 'work'], { env, cwd })).toMatchObject({ profile: ['work', '--profile'] })
  expect(await view([], { env, cwd })).toMatchObject({ profile: ['bare', 'WEIR_PROFILE'] })
  expect(await view([], { cwd })).toMatchObject({
    profile: ['team', join(project, 'weir.toml')],
    'api-url': ['https://team.example.com/weir', 'profile "team"'],
    'api-key': [shown(TWO), 'profile "team"'],
  })
  expect(await view()).toMatchObject({ profile: ['work', 'profiles.toml'] })
})

test('a project that asks for a profile which is not here is named, unless the address is said otherwise', async () => {
  writeFileSync(file, FILE.replace('profiles.team', 'profiles.tame'))
  const { code, stderr } = await run(['config', 'view'], { cwd: project })
  expect(code).toBe(2)
  expect(stderr).toContain(`no profile "team" in ${file} (${join(project, 'weir.toml')} asks for it)`)
  expect(await view([], { cwd: project, env: { WEIR_API_URL: 'https://env.example.com' } })).toMatchObject({
    'api-url': ['https://env.example.com', 'WEIR_API_URL'],
    'api-key': [null, 'not set'],
  })
})

test('a project file in YAML is the same; one that cannot be read, says more, or stands beside another one is told with its line', async () => {
  const cwd = mkdtempSync(join(root, 'yaml-'))
  const say = (name: string, text: string) => writeFileSync(join(cwd, name), text)
  for (const text of ['profile: team', '---\n# for all of us\nprofile: "team" # always\n\ndeployments:\n  profile: no\n']) {
    say('weir.yaml', text)
    expect(await view([], { cwd })).toMatchObject({ profile: ['team', join(cwd, 'weir.yaml')] })
  }
  const refused = async (message: RegExp) =>
    expect(await run(['config', 'view'], { cwd })).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  say('weir.yaml', 'profile: [team]')
  await refused(/Line 1 of .*weir\.yaml cannot be read\.\n.*profile: NAME/)
  say('weir.toml', 'profile = "team"')
  await refused(/There are weir\.toml and weir\.yaml in /)
  rmSync(join(cwd, 'weir.yaml'))
  say('weir.toml', '\nprofile = team')
  await refused(/Line 2 of .*weir\.toml cannot be read\.\n.*profile = "NAME"/)
  say('weir.toml', 'profile = "team"\napi_url = "https://elsewhere.example.com"')
  await refused(/Line 2 of .*weir\.toml says api_url, and a project may only name a profile/)
  // Whoever says the profile is not kept by it.
  expect(await view(['--profile', 'work'], { cwd })).toMatchObject({ profile: ['work', '--profile'] })
})

test('the profile of this machine can be changed no more than there can be a second one; a home that is no folder is named', async () => {
  for (const verb of [
    ['set', 'api-url', 'http://x.example.com'],
    ['unset', 'api-key'],
  ])
    expect(await run(['config', ...verb, '--profile', 'local'])).toMatchObject({ code: 2, stderr: expect.stringContaining('"local" is always') })
  const created = await run(['profile', 'create', 'next'], { env: { WEIR_HOME: join(file, 'below') } })
  expect(created).toMatchObject({ code: 3, stderr: expect.stringMatching(/Cannot write .*profiles\.toml: ENOTDIR\.\n.*WEIR_HOME/) })
})

test('a key is used with its own address alone', async () => {
  expect(await view(['--api-url', 'https://other.example.com'])).toMatchObject({ 'api-key': [null, 'not set'] })
  expect(await view([], { env: { WEIR_API_URL: 'https://work.example.com/' } })).toMatchObject({ 'api-key': [shown(ONE), 'profile "work"'] })
})

test('profile ls marks the one in force and shows the control plane of this machine', async () => {
  const list = JSON.parse((await run(['profile', 'ls', '-o', 'json'])).stdout)
  expect(list).toEqual([
    { name: 'work', isActive: true, apiUrl: 'https://work.example.com', apiKey: shown(ONE) },
    { name: 'team', isActive: false, apiUrl: 'https://team.example.com/weir', apiKey: shown(TWO) },
    { name: 'bare', isActive: false, apiUrl: null, apiKey: null },
    { name: 'local', isActive: false, apiUrl: null, apiKey: null },
  ])
  const table = (await run(['profile', 'ls'])).stdout
  expect(table.split('\n')[1]).toMatch(/^● {2}work +https:\/\/work\.example\.com +weir_local_1{32}_…$/)
  rmSync(file)
  expect(JSON.parse((await run(['profile', 'ls', '-o', 'json'])).stdout)).toEqual([{ name: 'local', isActive: true, apiUrl: null, apiKey: null }])
})

test('profile create, use, rename and delete', async () => {
  expect((await run(['profile', 'create', 'next', '--api-url', 'https://next.example.com'])).stdout).toBe(
    'Created profile next. Give it a key: weir login --profile next\n',
  )
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await run(['profile', 'use', 'next'])).stdout).toBe('The active profile is next (https://next.example.com).\n')
  expect((await run(['profile', 'rename', 'next', 'later'])).stdout).toBe('Renamed profile next to later.\n')
  expect(await view()).toMatchObject({ profile: ['later', 'profiles.toml'], 'api-url': ['https://next.example.com', 'profile "later"'] })
  expect((await run(['profile', 'inspect'])).stdout).toMatch(/^later {2}● active\nControl plane https:\/\/next\.example\.com\nAPI key {7}none\n$/)
  expect((await run(['profile', 'delete', 'later'])).stdout).toContain('Deleted profile later. No profile is active now')
  expect(readFileSync(file, 'utf8').trim()).toBe(FILE.replace('active = "work"\n', '').trim())
  expect((await run(['profile', 'use', 'local'])).stdout).toBe('The active profile is local (no control plane yet).\n')
})

test('a copy has the key only with the same address, and the first profile of all becomes the active one', async () => {
  await run(['profile', 'create', 'copy', '--from', 'work'])
  await run(['profile', 'create', 'other', '--from', 'work', '--api-url', 'https://other.example.com'])
  const list = JSON.parse((await run(['profile', 'ls', '-o', 'json'])).stdout) as object[]
  expect(list).toContainEqual({ name: 'copy', isActive: false, apiUrl: 'https://work.example.com', apiKey: shown(ONE) })
  expect(list).toContainEqual({ name: 'other', isActive: false, apiUrl: 'https://other.example.com', apiKey: null })
  rmSync(file)
  expect((await run(['profile', 'create', 'first'])).stdout).toContain('Created profile first, the active one.')
  expect(await view()).toMatchObject({ profile: ['first', 'profiles.toml'] })
})

test('config set, get and unset; a new address forgets the key of the former one', async () => {
  expect((await run(['config', 'get', 'api-url'])).stdout).toBe('https://work.example.com\n')
  expect((await run(['config', 'get', 'api-key'])).stdout).toBe(`${shown(ONE)}\n`)
  expect((await run(['config', 'get', 'api-key', '--reveal'])).stdout).toBe(`${ONE}\n`)
  const set = await run(['config', 'set', 'api-url', 'https://new.example.com/'])
  expect(set).toMatchObject({ code: 0, stdout: 'Profile work: api-url is set.\n', stderr: expect.stringContaining('was forgotten') })
  expect(await view()).toMatchObject({ 'api-url': ['https://new.example.com', 'profile "work"'], 'api-key': [null, 'not set'] })
  expect((await run(['config', 'get', 'api-key'])).code).toBe(1)
  expect((await run(['config', 'set', 'api-key', TWO])).code).toBe(0)
  expect((await run(['config', 'get', 'api-key', '--reveal'])).stdout).toBe(`${TWO}\n`)
  expect((await run(['config', 'unset', 'api-url'])).stdout).toContain('and its key is forgotten')
  expect(await view()).toMatchObject({ 'api-url': [null, 'not set'], 'api-key': [null, 'not set'] })
  rmSync(file)
  expect((await run(['config', 'set', 'api-url', 'https://a.example.com'])).stdout).toBe('Profile default: api-url is set.\n')
  expect(await view()).toMatchObject({ profile: ['default', 'profiles.toml'], 'api-url': ['https://a.example.com', 'profile "default"'] })
})

test.each([
  ['an unknown profile, with the nearest', ['profile', 'use', 'wrk'], 2, /no profile "wrk"[\s\S]*Did you mean "work"/],
  ['a profile twice', ['profile', 'create', 'work'], 1, /a profile "work" already/],
  ['a name that TOML would need quotes for', ['profile', 'create', 'a"]'], 2, /no name for a profile/],
  ['the name of the control plane of this machine', ['profile', 'create', 'local'], 2, /"local" is always/],
  ['a rename onto another', ['profile', 'rename', 'work', 'team'], 1, /a profile "team" already/],
  ['an address that is none', ['config', 'set', 'api-url', 'nowhere'], 2, /no address/],
  ['a key that is none', ['config', 'set', 'api-key', 'secret-but-no-key'], 2, /is none/],
  ['a key without an address', ['config', 'set', 'api-key', ONE, '--profile', 'bare'], 2, /no address yet/],
  ['a setting that is not there', ['config', 'set', 'colour', 'red'], 2, /api-url, api-key/],
  ['a login nobody can answer', ['login', '--api-url', 'https://a.example.com'], 2, /nobody to ask[\s\S]*--with-token/],
  ['a login to nowhere', ['login', '--profile', 'bare'], 2, /Log in where/],
] as [string, string[], number, RegExp][])('%s is refused and changes nothing', async (_what, args, code, expected) => {
  const ended = await run(args)
  expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(expected) })
  expect(ended.stderr).not.toContain('secret-but-no-key')
  expect(readFileSync(file, 'utf8')).toBe(FILE)
})

test('logout forgets the key and keeps the address', async () => {
  const { stdout, stderr } = await run(['logout'])
  expect(stdout).toBe('Logged out: profile work holds no key any more.\n')
  expect(stderr).toContain('weir api-key revoke 11111111-1111-1111-1111-111111111111')
  expect(await view()).toMatchObject({ 'api-url': ['https://work.example.com', 'profile "work"'], 'api-key': [null, 'not set'] })
  expect((await run(['logout'])).stdout).toBe('Profile work holds no key.\n')
})
