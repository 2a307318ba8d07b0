#!/usr/bin/env node
// The command. Plain JavaScript that every Node understands, so that an old one is told so instead of failing on syntax.
import { existsSync, readFileSync } from 'node:fs'
import * as modules from 'node:module'

// What may be too old is looked at closely (24.10 reads as 24.1); everything else saves the file.
if (Number.parseFloat(process.versions.node) < 24.2)
  await import('./require-node.mjs').catch(({ message }) => {
    console.error(`error: ${message}`)
    process.exit(2)
  })
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  console.log(version)
} else {
  modules.enableCompileCache()
  // A checkout that has not been built runs its sources.
  const built = new URL('../dist/cli/main.js', import.meta.url)
  const { main } = await import(existsSync(built) ? built.href : new URL('../cli/main.ts', import.meta.url).href)
  await main(argv, version)
}
