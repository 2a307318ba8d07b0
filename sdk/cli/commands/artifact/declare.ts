import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'
import { MOST_ROWS } from '../../read-all.ts'

const FLOW_RUN = 'id, name, or the last characters of the id'

/** Declares `weir artifact …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('ls')
      .description('List what flow runs show to people: of one run oldest first, of all runs newest first.')
      .argument('[flow-run]', FLOW_RUN)
      .option('-k, --key <key>', 'only with this key')
      .option('-n, --limit <number>', 'how many', wholeNumber(1, MOST_ROWS), 50),
    [
      ['weir artifact ls 4f2a91c7', 'tables, links, progress … of one run'],
      ['weir artifact ls --key warmest', 'the same thing, run by run'],
    ],
    () => import('./ls.ts'),
  )
  leaf(
    noun
      .command('inspect')
      .description('Show one artifact of a flow run with its data.')
      .argument('<flow-run>', FLOW_RUN)
      .argument('<artifact>', 'key, id, or the last characters of the id'),
    [["weir artifact inspect 4f2a91c7 warmest -o json | jq '.data'", 'the data for a script']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun
      .command('delete')
      .description('Delete one artifact of a flow run.')
      .argument('<flow-run>', FLOW_RUN)
      .argument('<artifact>', 'key, id, or the last characters of the id'),
    [['weir artifact delete 4f2a91c7 warmest', 'asks before, at a terminal']],
    () => import('./delete.ts'),
  )
}
