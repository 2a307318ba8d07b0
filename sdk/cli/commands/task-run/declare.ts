import type { Command } from 'commander'
import { collect, leaf, wholeNumber } from '../../command.ts'
import { MOST_ROWS } from '../../read-all.ts'

/** Declares `weir task-run …`. */
export function declare(noun: Command): void {
  const ofOne = (verb: string, description: string) =>
    noun
      .command(verb)
      .description(description)
      .argument('<flow-run>', 'id, name, or the last characters of the id')
      .argument('<task-run>', 'name, id, or the last characters of the id')
  leaf(
    noun
      .command('ls')
      .description('List the task runs of a flow run, in the order of their calls.')
      .argument('<flow-run>', 'id, name, or the last characters of the id')
      .option('-s, --state <types>', 'only these state types, comma-separated', collect)
      .option('-n, --limit <number>', 'how many', wholeNumber(1, MOST_ROWS), 50),
    [
      ['weir task-run ls 4f2a91c7', 'what it called'],
      ['weir task-run ls 4f2a91c7 --state failed', 'what went wrong'],
    ],
    () => import('./ls.ts'),
  )
  leaf(
    ofOne('inspect', 'Show one task run: state, times, tries, error.'),
    [['weir task-run inspect 4f2a91c7 fetch-0', 'by its name']],
    () => import('./inspect.ts'),
  )
  leaf(
    ofOne('logs', 'Print the log lines of a task run, oldest first.')
      .option('-l, --level <level>', 'this level and above: debug, info, warn, error')
      .option('--csv', 'time, level, source, task run, message and fields of each line, for a spreadsheet'),
    [['weir task-run logs 4f2a91c7 fetch-0 --level warn', 'warnings and errors']],
    () => import('./logs.ts'),
  )
}
