import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'
import { readLimit } from '../../limit.ts'

const MOST = 1_000_000

/** Declares `weir work-queue …`. */
export function declare(noun: Command): void {
  const verb = (name: string, description: string) =>
    noun
      .command(name)
      .description(description)
      .argument('<pool/queue>', 'the queue with its work pool, or the queue alone with --pool')
      .option('-p, --pool <name>', 'its work pool')
  leaf(
    noun.command('ls').description('List work queues, pool by pool, first served first.').option('-p, --pool <name>', 'only those of this work pool'),
    [['weir work-queue ls --pool local', 'of one pool']],
    () => import('./ls.ts'),
  )
  leaf(
    verb('inspect', 'Show one work queue.'),
    [['weir work-queue inspect local/urgent', 'limit, running and waiting runs']],
    () => import('./inspect.ts'),
  )
  leaf(
    verb('create', 'Create a work queue: a lane of a work pool with its own priority, limit and pause.')
      .option('--priority <number>', '1 is served first, strictly', wholeNumber(1, MOST))
      .option('--concurrency-limit <number>', 'runs at a time, or none', readLimit),
    [
      ['weir work-queue create local/urgent --priority 1', 'served before every later one'],
      ['weir work-queue create bulk --pool local --priority 9 --concurrency-limit 2', 'two at a time, when nothing else waits'],
    ],
    () => import('./create.ts'),
  )
  leaf(
    verb('pause', 'Let the runs of a work queue wait. What runs already goes on.'),
    [['weir work-queue pause local/bulk', 'the other queues go on']],
    () => import('./pause.ts'),
  )
  leaf(
    verb('resume', 'Let the runs of a paused work queue go again.'),
    [['weir work-queue resume local/bulk', 'what waited is given out at once']],
    () => import('./resume.ts'),
  )
  leaf(
    verb('set-concurrency-limit', 'Say how many runs of a work queue may hold a slot at a time.').argument(
      '<number>',
      'runs at a time, or none',
      readLimit,
    ),
    [
      ['weir work-queue set-concurrency-limit local/bulk 2', 'at most two'],
      ['weir work-queue set-concurrency-limit local/bulk none', 'as many as its pool has room for'],
    ],
    () => import('./set-concurrency-limit.ts'),
  )
  leaf(
    verb('set-priority', 'Say when a work queue is served: 1 first, strictly.').argument('<number>', 'priority', wholeNumber(1, MOST)),
    [['weir work-queue set-priority local/bulk 9', 'after every queue below 9']],
    () => import('./set-priority.ts'),
  )
  leaf(
    verb('delete', 'Delete a work queue other than "default", when no deployment names it and no run of it is open.'),
    [['weir work-queue delete local/bulk', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
