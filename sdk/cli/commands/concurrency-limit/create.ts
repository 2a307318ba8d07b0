import { hintWhenThere, successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { shellWord } from '../../shell-word.ts'
import { print, printJson } from '../../terminal.ts'
import { CREATE } from './documents.ts'
import { limitJson } from './limit-json.ts'
import { showLimit } from './show-use.ts'

interface Options extends CommonOptions {
  limit: number
  slotDecayPerSecond?: number | 'none'
  inactive?: boolean
}

/** `weir concurrency-limit create NAME --limit N`. */
export async function execute([name]: [string], { limit, slotDecayPerSecond = 'none', inactive = false, ...options }: Options): Promise<void> {
  const { client, json } = openSession(options)
  const input = { name, limit, slotDecayPerSecond: slotDecayPerSecond === 'none' ? null : slotDecayPerSecond, isActive: !inactive }
  const made = (await client.ask(CREATE, { input })).createConcurrencyLimit
  const { concurrencyLimit } = successOf(hintWhenThere(made, `Change it: weir concurrency-limit update ${shellWord(name)} --limit ${limit}`))
  if (json) printJson(limitJson(concurrencyLimit))
  else print(`Created concurrency limit ${safeLine(concurrencyLimit.name)}: ${showLimit(concurrencyLimit)}.`)
}
