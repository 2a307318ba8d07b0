import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'
import { readLimit } from '../../limit.ts'
import { MOST_ROWS } from '../../read-all.ts'

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
      .option('--base-job-template <file>', 'JSON: what its runs may be given, and what workers make of it; - for stdin')
      .option('--if-missing', 'no error when it is there already'),
    [
      ['weir work-pool create local --concurrency-limit 10', 'at most ten runs at a time'],
      ['weir work-pool create small --base-job-template small.json', 'with a base job template of its own'],
    ],
    () => import('./create.ts'),
  )
  leaf(
    noun
      .command('update')
      .description('Change a work pool. What is not said stays as it is.')
      .argument('<work-pool>', 'name')
      .option('--description <text>', "for people; '' = none")
      .option('--concurrency-limit <number>', 'runs at a time, or none', readLimit)
      .option('--base-job-template <file>', 'JSON; - for stdin, none for the default of its type'),
    [
      ["weir work-pool update local --description 'the big machine' --concurrency-limit 64", ''],
      ['weir work-pool update local --base-job-template local.json', 'runs that nobody has taken yet get the new one'],
    ],
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
      .command('get-default-base-job-template')
      .description('Show the base job template of a pool that has none of its own, as JSON.')
      .option('--type <type>', 'type of the pool: process', 'process')
      .option('-f, --file <file>', 'write it to this new file'),
    [
      ['weir work-pool get-default-base-job-template -f small.json', 'to change it, and give it to a pool'],
      ['weir work-pool get-default-base-job-template --type process', 'to read it'],
    ],
    () => import('./get-default-base-job-template.ts'),
  )
  leaf(
    noun
      .command('preview')
      .description('Show the runs of a work pool that wait or come due soon, in the order in which workers take them.')
      .argument('<work-pool>', 'name')
      .option('--hours <number>', 'how far to look ahead', wholeNumber(0, 24 * 366), 1)
      .option('-n, --limit <number>', 'how many', wholeNumber(1, MOST_ROWS), 50),
    [
      ['weir work-pool preview local', 'what is due, and what comes within an hour'],
      ['weir work-pool preview local --hours 24 -o json', 'for programs'],
    ],
    () => import('./preview.ts'),
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
