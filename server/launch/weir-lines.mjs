/**
 * Several command lines of `weir` in one process, one after the other: most of what a short one takes is the start of its process. They come as JSON, in
 * the second argument, after the module of the command line; the first that fails is the last.
 */
import { enableCompileCache } from 'node:module'

enableCompileCache()
const [module, lines] = process.argv.slice(2)
const { main } = await import(module)
for (const line of JSON.parse(lines)) {
  await main(line, '')
  if (!process.exitCode) continue
  console.error(`weir ${line.join(' ')} failed.`)
  break
}
