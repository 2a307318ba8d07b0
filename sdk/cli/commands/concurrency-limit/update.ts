import { wrongUse } from '../../failure.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { type LimitChange, UPDATE } from './documents.ts'
import { findLimit } from './find-limit.ts'
import { limitJson } from './limit-json.ts'
import { showLimit } from './show-use.ts'

interface Options extends CommonOptions {
  limit?: number
  slotDecayPerSecond?: number | 'none'
  name?: string
  active?: boolean
  inactive?: boolean
}

/** `weir concurrency-limit update NAME …`. */
export async function execute([wanted]: [string], { limit, slotDecayPerSecond, name, active, inactive, ...options }: Options): Promise<void> {
  if (active && inactive) throw wrongUse('WRONG_USE', 'Either --active or --inactive.')
  const change: LimitChange = {
    ...(name === undefined ? {} : { name }),
    ...(limit === undefined ? {} : { limit }),
    ...(slotDecayPerSecond === undefined ? {} : { slotDecayPerSecond: slotDecayPerSecond === 'none' ? null : slotDecayPerSecond }),
    ...(active || inactive ? { isActive: active === true } : {}),
  }
  if (Object.keys(change).length === 0)
    throw wrongUse('WRONG_USE', 'Nothing is to be changed: give --limit, --slot-decay-per-second, --name, --active or --inactive.')
  const { client, json } = openSession(options)
  const { uuid } = await findLimit(client, wanted)
  const { concurrencyLimit } = successOf((await client.ask(UPDATE, { input: { id: uuid, ...change } })).updateConcurrencyLimit)
  if (json) printJson(limitJson(concurrencyLimit))
  else print(`Concurrency limit ${safeLine(concurrencyLimit.name)}: ${showLimit(concurrencyLimit)}.`)
}
