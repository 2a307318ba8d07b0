import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'

/** Declares `weir work-pool …`. */
export function declare(noun: Command): void {
  leaf(noun.command('ls').description('List work pools.'), [['weir work-pool ls', '']], () => import('./ls.ts'))
  leaf(
    noun.command('inspect').description('Show one work pool, its queues and workers.').argument('<work-pool>', 'name'),
    [['weir work-pool inspect local', '']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun
      .command('create')
      .description('Create a work pool.')
      .argument('<name>', 'name of the new pool')
      .option('--type <type>', 'what its workers start: process', 'process')
      .option('--description <text>', 'for people')
      .option('--concurrency-limit <number>', 'runs at a time', wholeNumber(0, 1_000_000))
      .option('--if-missing', 'no error when it is there already'),
    [['weir work-pool create local --concurrency-limit 10', 'at most ten runs at a time']],
    () => import('./create.ts'),
  )
}
