/** Type-checks every room with the configuration of its runtime, at once, and the workspace with svelte-check. `node test/checks/types.mjs [room …]` */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const require = createRequire(import.meta.url)
const compiler = join(dirname(require.resolve('typescript7/package.json')), 'bin', 'tsc')

const program = (name, ...path) => join(dirname(require.resolve(`${name}/package.json`)), ...path)

// One thread: in `npm test` other stages have the other cores, and with several of them a check takes a third more of them together.
async function check(room) {
  if (room !== 'web') return run(compiler, ['-p', room, '--noEmit', '--singleThreaded', '--pretty', 'false'], root)
  // The configuration that the workspace extends is written by SvelteKit: a fresh clone has none yet.
  const synced = await run(program('@sveltejs/kit', 'svelte-kit.js'), ['sync'], join(root, 'web'))
  if (synced.code !== 0) return synced
  return run(program('svelte-check', 'bin', 'svelte-check'), ['--tsconfig', './tsconfig.json', '--output', 'human'], join(root, 'web'))
}

function run(script, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part))
    child.on('close', (code) => resolve({ code: code ?? 1, said }))
  })
}

const rooms = process.argv.length > 2 ? process.argv.slice(2) : ['core', 'db', 'api', 'sdk', 'server', 'examples', 'test', 'bench', 'web']
let failed = 0
for (const room of rooms.filter((name) => existsSync(join(root, name, 'tsconfig.json')))) {
  const { code, said } = await check(room)
  if (code === 0) continue
  failed = 1
  console.error(`${room}:\n${said}`)
}
process.exit(failed)
