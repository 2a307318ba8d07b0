import type { Command } from 'commander'
import { leaf } from '../../command.ts'

const FLOW_RUN = 'id, name, or the last characters of the id'

/** Declares `weir artifact …`. */
export function declare(noun: Command): void {
  leaf(
    noun.command('ls').description('List what a flow run shows to people, oldest first.').argument('<flow-run>', FLOW_RUN),
    [['weir artifact ls 4f2a91c7', 'tables, links, progress …']],
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
}
