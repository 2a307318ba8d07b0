/** Declarations of a package: of the modules that are imported by its name, and of those that these name. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

/** Writes them below `output`, at the paths of the sources. `folder` is the package's, with its tsconfig.json; `entries` are relative to it. */
export async function buildTypes(root, folder, entries, output) {
  const project = join(folder, `tsconfig.types-${process.pid}.json`)
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: output }
  writeFileSync(project, JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: [], files: entries }))
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin', 'tsc')
  // What it complains about is the business of `npm run types`; declarations come out all the same.
  await new Promise((resolve, reject) => {
    spawn(process.execPath, [compiler, '-p', project], { stdio: 'ignore' }).on('error', reject).on('close', resolve)
  }).finally(() => rmSync(project))
  const named = new Set()
  const follow = (path) => {
    if (named.has(path)) return
    named.add(path)
    // What is imported for its effect alone has no types.
    const text = readFileSync(path, 'utf8').replace(/^import ['"][^'"]+['"];\n/gm, '')
    writeFileSync(path, text)
    for (const [, imported] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.ts['"]/g)) follow(join(dirname(path), `${imported}.d.ts`))
  }
  for (const entry of entries) follow(join(output, relative(root, join(folder, entry))).replace(/\.ts$/, '.d.ts'))
  for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !named.has(path)) rmSync(path)
  }
}
