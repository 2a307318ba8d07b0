import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'
import { MOST_ROWS } from '../../read-all.ts'

/** Declares `weir operation …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('ls')
      .description('List operations: what was done to many flow runs at once, newest first.')
      .option('-n, --limit <count>', 'at most so many', wholeNumber(1, MOST_ROWS), 20),
    [['weir operation ls', 'what goes on?']],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('inspect').description('Show how far an operation is, and what it left as it is.').argument('<operation>', 'id, or how it ends'),
    [['weir operation inspect 4f2a91c7', 'why were some left?']],
    () => import('./inspect.ts'),
  )
  leaf(
    noun
      .command('watch')
      .description('Follow an operation until it is over. Exits with 1 when runs were left as they are.')
      .argument('<operation>', 'id, or how it ends'),
    [['weir operation watch 4f2a91c7', 'Ctrl-C ends the watching, not the operation']],
    () => import('./watch.ts'),
  )
  leaf(
    noun.command('cancel').description('Stop an operation. What was done stays done.').argument('<operation>', 'id, or how it ends'),
    [['weir operation cancel 4f2a91c7', 'leaves the rest alone']],
    () => import('./cancel.ts'),
  )
}
