/**
 * Everything that is tested: checks of the text, the build, then the suites of vitest.config.ts. Four stages at a time, because
 * most of them use one core and wait more than half of their time. What a stage says is shown when it fails; the names of failed tests come together at the end, and the last line sums what the runners' own reports say.
 * `npm test -- unit worker` runs only those stages.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

interface Outcome {
  passed: number
  failed: number
  /** A line for each failure: where, which, and what it said first. */
  failures: string[]
  /** What it printed. */
  said: string
}

/** A check is one test: it passes or fails as a whole. A suite counts its own. */
interface Stage {
  name: string
  /** Stages that must have ended before, if they are wanted at all. */
  after: string[]
  run(): Promise<Outcome>
}

/** More than a small machine has cores: several suites wait most of their time, for processes, timeouts and pages. */
const LANES = 4
/** Of what a failed stage printed, the last lines are shown. */
const SHOWN_LINES = 150
const SHOWN_MESSAGE = 240

const root = dirname(import.meta.dirname)
const scratch = mkdtempSync(join(tmpdir(), 'weir-test-'))
const program = (name: string, path: string) => join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path)

const check = (name: string, after: string[], script: string, ...args: string[]): Stage => ({
  name,
  after,
  run: async () => {
    const { code, said } = await node(script, args)
    return code === 0 ? { passed: 1, failed: 0, failures: [], said } : { passed: 0, failed: 1, failures: [`ended with code ${code}`], said }
  },
})

const suite = (name: string, after: string[]): Stage => ({
  name,
  after,
  run: async () => {
    const report = join(scratch, `${name}.json`)
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, '--silent=passed-only']
    const { code, said } = await node(program('vitest', 'vitest.mjs'), ['run', '--project', name, ...reporters])
    const counted = existsSync(report) ? readReport(readFileSync(report, 'utf8')) : { passed: 0, failed: 0, failures: [] }
    // No test, a file that does not load, an error outside of every test: a failure nobody may overlook.
    if (counted.failed === 0 && (counted.passed === 0 || code !== 0))
      return {
        passed: counted.passed,
        failed: 1,
        failures: [counted.passed === 0 ? 'ran no test' : `ended with code ${code}, outside of every test`],
        said,
      }
    return { ...counted, said }
  },
})

/** In the order in which they begin, as far as they may: what needs no build while that is made, then what waits most, so that the end has work for both cores. */
const stages: Stage[] = [
  check('build', [], 'server/build/build.mjs'),
  check('lint', [], program('@biomejs/biome', 'bin/biome'), 'check', '.'),
  check('imports', [], 'test/checks/imports.ts'),
  suite('simulation', []),
  suite('e2e', ['build']),
  suite('browser', ['build']),
  suite('unit', ['build']),
  suite('reliability', ['build']),
  suite('worker', ['build']),
  check('types', ['build'], 'test/checks/types.mjs'), // both write web/.svelte-kit
  check('deploy', ['build', 'types'], program('wrangler', 'bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', join(scratch, 'worker')),
]

interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
  }[]
}

/** Sums a report of vitest's json reporter. A file that could not be loaded is one failure. */
function readReport(text: string): Omit<Outcome, 'said'> {
  const report = JSON.parse(text) as Report
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    if (status === 'failed' && assertionResults.length === 0) return [`${file}: ${oneLine(message)}`]
    return assertionResults
      .filter((result) => result.status === 'failed')
      .map(({ fullName, failureMessages }) => `${file} › ${fullName}: ${oneLine(failureMessages[0] ?? '')}`)
  })
  return { passed: report.numPassedTests, failed: Math.max(failures.length, report.numFailedTests), failures }
}

const oneLine = (text: string): string => {
  const message = (text.split('\n    at ')[0] ?? '').replace(/\s+/g, ' ').trim()
  return message.length > SHOWN_MESSAGE ? `${message.slice(0, SHOWN_MESSAGE)} …` : message
}

const children = new Set<ChildProcess>()

function node(script: string, args: string[]): Promise<{ code: number; said: string }> {
  const quiet = {
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CI: '1',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_LOG_PATH: join(scratch, 'logs'),
    // Tests start hundreds of processes of the same code: it is compiled once.
    NODE_COMPILE_CACHE: join(scratch, 'compiled'),
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...quiet } })
    children.add(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()))
    child.on('close', (code) => {
      children.delete(child)
      resolve({ code: code ?? 1, said })
    })
  })
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(', ')}. Stages: ${stages.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const cutOff = (code: number) => () => {
  for (const child of children) child.kill('SIGTERM')
  process.exit(code)
}
process.on('SIGINT', cutOff(130))
process.on('SIGTERM', cutOff(143))
process.on('disconnect', cutOff(1))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

const waiting = stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const running = new Map<string, Promise<void>>()
const summary: string[] = []
const failures: string[] = []
const total = { passed: 0, failed: 0 }

async function runStage(stage: Stage): Promise<void> {
  const begin = performance.now()
  console.log(`▸ ${stage.name}`)
  const { passed, failed, failures: failedTests, said } = await stage.run()
  const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(6)
  const line = `${failed === 0 ? '✓' : '✗'} ${stage.name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds} s`
  total.passed += passed
  total.failed += failed
  summary.push(line)
  failures.push(...failedTests.map((failure) => `✗ ${stage.name}: ${failure}`))
  if (failed > 0) console.log(`\n${said.trim().split('\n').slice(-SHOWN_LINES).join('\n')}\n`)
  console.log(line)
  running.delete(stage.name)
}

const isPending = (name: string) => running.has(name) || waiting.some((stage) => stage.name === name)
while (waiting.length > 0 || running.size > 0) {
  for (const stage of [...waiting]) {
    if (running.size >= LANES || stage.after.some(isPending)) continue
    waiting.splice(waiting.indexOf(stage), 1)
    running.set(stage.name, runStage(stage))
  }
  await Promise.race(running.values())
}

if (failures.length > 0) console.log(`\n${failures.join('\n')}`)
console.log(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
