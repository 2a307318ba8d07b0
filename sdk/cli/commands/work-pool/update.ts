import { wrongUse } from '../../failure.ts'
import { limitOf, type TypedLimit } from '../../limit.ts'
import { safeLine } from '../../safe-text.ts'
import type { CommonOptions } from '../../session.ts'
import { changeWorkPool } from './change-work-pool.ts'
import { tellMisfits } from './tell-misfits.ts'
import { readJobTemplate } from './read-job-template.ts'

interface Options extends CommonOptions {
  description?: string
  concurrencyLimit?: TypedLimit
  baseJobTemplate?: string
}

/** `weir work-pool update NAME`: what is not said stays as it is. */
export async function execute([name]: [string], options: Options): Promise<void> {
  const { description, concurrencyLimit, baseJobTemplate } = options
  if (description === undefined && concurrencyLimit === undefined && baseJobTemplate === undefined)
    throw wrongUse('NOTHING_TO_CHANGE', 'Nothing was said that is to change.', 'Use --description, --concurrency-limit or --base-job-template.')
  const change = {
    ...(description === undefined ? {} : { description: description === '' ? null : description }),
    ...(concurrencyLimit === undefined ? {} : { concurrencyLimit: limitOf(concurrencyLimit) }),
    ...(baseJobTemplate === undefined ? {} : { baseJobTemplate: readJobTemplate(baseJobTemplate) }),
  }
  await changeWorkPool(name, change, options, (pool) => `Changed work pool ${safeLine(pool.name)}.`)
  if (baseJobTemplate !== undefined) await tellMisfits(name, options)
}
