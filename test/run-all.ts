/**
 * Everything that is tested, in order of how soon it tells: checks of the text, the build, then the suites of vitest.config.ts. The last line sums what the
 * runners' own reports say. `npm test -- unit worker` runs only those stages.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface Count {
  passed: number
  failed: number
}

/** A check is one test: it passes or fails as a whole. A suite counts its own. */
interface Stage {
  name: string
  run(): Promise<Count>
}

const root = dirname(import.meta.dirname)
const scratch = mkdtempSync(join(tmpdir(), 'weir-test-'))
const program = (name: string, path: string) => join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path)

const check = (name: string, script: string, ...args: string[]): Stage => ({
  name,
  run: async () => ((await node(script, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
})

const suite = (name: string): Stage => ({
  name,
  run: async () => {
    const report = join(scratch, `${name}.json`)
    const code = await node(program('vitest', 'vitest.mjs'), [
      'run',
      '--project',
      name,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    const count = existsSync(report) ? countReport(readFileSync(report, 'utf8')) : { passed: 0, failed: 0 }
    // No test, a file that does not load, an error outside of every test: a failure nobody may overlook.
    if (count.failed === 0 && (count.passed === 0 || code !== 0)) return { passed: count.passed, failed: 1 }
    return count
  },
})

const stages: Stage[] = [
  check('lint', program('@biomejs/biome', 'bin/biome'), 'check', '.'),
  check('imports', 'test/checks/imports.ts'),
  check('types', 'test/checks/types.mjs'),
  check('build', 'server/build/build.mjs'),
  check('deploy', program('wrangler', 'bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', join(scratch, 'worker')),
  suite('unit'),
  suite('worker'),
  suite('simulation'),
  suite('e2e'),
  suite('browser'),
]

/** Sums a report of vitest's json reporter. */
function countReport(text: string): Count {
  const report = JSON.parse(text) as {
    numPassedTests: number
    numFailedTests: number
    testResults: { status: string; assertionResults: unknown[] }[]
  }
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded }
}

function node(script: string, args: string[]): Promise<number> {
  const quiet = {
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CI: '1',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_LOG_PATH: join(scratch, 'logs'),
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...quiet } })
    const forward = (signal: NodeJS.Signals) => child.kill(signal)
    process.once('SIGTERM', forward)
    child.on('close', (code) => {
      process.off('SIGTERM', forward)
      resolve(code ?? 1)
    })
  })
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(', ')}. Stages: ${stages.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const total: Count = { passed: 0, failed: 0 }
const summary: string[] = []
process.on('SIGINT', () => process.exit(130))
process.on('disconnect', () => process.exit(1))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
for (const stage of stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n▸ ${stage.name}`)
  const begin = performance.now()
  const { passed, failed } = await stage.run()
  total.passed += passed
  total.failed += failed
  summary.push(
    `${failed === 0 ? '✓' : '✗'} ${stage.name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s`,
  )
}
console.log(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
