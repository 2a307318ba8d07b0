import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'
import { readLimit } from '../../limit.ts'

/** Declares `weir work-pool …`. */
export function declare(noun: Command): void {
  leaf(noun.command('ls').description('List work pools.'), [['weir work-pool ls', 'with workers, running and waiting runs']], () => import('./ls.ts'))
  leaf(
    noun.command('inspect').description('Show one work pool, its queues and workers.').argument('<work-pool>', 'name'),
    [['weir work-pool inspect local', 'with its queues and workers']],
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
  leaf(
    noun
      .command('update')
      .description('Change a work pool. What is not said stays as it is.')
      .argument('<work-pool>', 'name')
      .option('--description <text>', "for people; '' = none")
      .option('--concurrency-limit <number>', 'runs at a time, or none', readLimit),
    [["weir work-pool update local --description 'the big machine' --concurrency-limit 64", '']],
    () => import('./update.ts'),
  )
  leaf(
    noun.command('pause').description('Let the runs of a work pool wait. What runs already goes on.').argument('<work-pool>', 'name'),
    [['weir work-pool pause local', 'for maintenance']],
    () => import('./pause.ts'),
  )
  leaf(
    noun.command('resume').description('Let the runs of a paused work pool go again.').argument('<work-pool>', 'name'),
    [['weir work-pool resume local', 'what waited is given out at once']],
    () => import('./resume.ts'),
  )
  leaf(
    noun
      .command('set-concurrency-limit')
      .description('Say how many runs of a work pool may hold a slot at a time.')
      .argument('<work-pool>', 'name')
      .argument('<number>', 'runs at a time, or none', readLimit),
    [
      ['weir work-pool set-concurrency-limit local 5', 'at most five; what runs already goes on'],
      ['weir work-pool set-concurrency-limit local none', 'as many as its workers take'],
    ],
    () => import('./set-concurrency-limit.ts'),
  )
  leaf(
    noun
      .command('delete')
      .description('Delete a work pool with its queues, when no deployment names it and no run of it is open. Its workers stop.')
      .argument('<work-pool>', 'name'),
    [['weir work-pool delete old', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
