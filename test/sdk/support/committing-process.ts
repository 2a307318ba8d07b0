/**
 * A program of its own, for tests with several processes: MODE FOLDER. Appends a line to FOLDER/log for each thing it really does.
 *   race   a serializable transaction around a serializable cached task
 *   hang   the same, but says `in` within the body and stays there
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cache, localFiles, task, transaction } from 'weirflow'

const [mode, folder = ''] = process.argv.slice(2)
const results = localFiles(join(folder, 'results'))
const say = (line: string) => appendFileSync(join(folder, 'log'), `${line}\n`)

const load = task(
  { name: 'load', results, cache: { key: cache.inputs.and(cache.taskSource), isolation: 'serializable' }, onCommit: [() => say('commit')] },
  async (city: string) => {
    say(`load ${city}`)
    return { city, at: Date.now() }
  },
)

const value = await transaction({ key: 'whole', isolation: 'serializable', results }, async () => {
  say('body')
  const loaded = await load('Oslo')
  if (mode === 'hang') {
    process.stdout.write('in\n')
    await sleep(60_000)
  }
  return loaded
})
process.stdout.write(`${JSON.stringify(value)}\n`)
