import type { Command } from 'commander'
import { collect, leaf, wholeNumber } from '../../command.ts'

/** Declares `weir worker …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('start')
      .description('Serve a work pool from this machine: every run is a process of its own. SIGTERM or Ctrl-C drains, the second one stops.')
      .requiredOption('-p, --pool <name>', 'work pool')
      .option('-l, --limit <number>', 'runs at a time', wholeNumber(1, 10_000), 10)
      .option('--spares <number>', 'processes booted ahead, at least', wholeNumber(0, 1_000), 2)
      .option('-n, --name <name>', 'unique among the workers of the pool; by default host name and process id')
      .option('-q, --queue <name>', 'only this queue', collect)
      .option('--label <name=value>', 'shown with the worker', collect)
      .option('--metrics-port <number>', 'serve metrics for Prometheus on this port of 127.0.0.1, 0 = any free one', wholeNumber(0, 65_535))
      .option('--env-file <file>', 'environment variables out of a file; may be given several times (default: .env, if there is one)', collect)
      .option('--create-pool', 'create the pool when it is missing'),
    [
      ['weir worker start --pool local --create-pool', 'ten runs at a time'],
      ['weir worker start --pool big --limit 64 --spares 8', 'for bursts'],
    ],
    () => import('./start.ts'),
  )
  leaf(
    noun.command('ls').description('List workers, those in contact first.').option('-p, --pool <name>', 'only those of this work pool'),
    [
      ['weir worker ls', 'who is there'],
      ['weir worker ls --pool local -o json', 'of one pool, for a script'],
    ],
    () => import('./ls.ts'),
  )
  leaf(
    noun
      .command('drain')
      .description('Tell a worker to take nothing new, to finish its runs and to leave: what the first SIGTERM does, from anywhere.')
      .argument('<worker>', 'name or id')
      .option('-p, --pool <name>', 'its work pool'),
    [
      ['weir worker drain rack-4 --pool big', 'its runs go on to their end'],
      ['weir worker drain rack-4 -o json', 'with its slots and how many are still used, for a script'],
    ],
    () => import('./drain.ts'),
  )
  leaf(
    noun
      .command('delete')
      .description('Take a worker that is offline from the list of its pool.')
      .argument('<worker>', 'name or id')
      .option('-p, --pool <name>', 'its work pool'),
    [['weir worker delete rack-4', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
