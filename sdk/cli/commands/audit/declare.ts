import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'
import { MOST_ROWS } from '../../read-all.ts'

/** Declares `weir audit …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('ls')
      .description('List who did what in the workspace, newest first. For administrators.')
      .option('--action <text>', 'what was done contains this: api-keys, flow-runs:cancel …')
      .option('--actor <text>', 'who did it contains this')
      .option('--subject <text>', 'what it was done to contains this: an id, a name')
      .option('--since <instant>', 'then or later; ISO 8601 with a zone')
      .option('--until <instant>', 'earlier than then')
      .option('-n, --limit <count>', 'at most so many', wholeNumber(1, MOST_ROWS), 50),
    [
      ['weir audit ls --action api-keys', 'who made and revoked keys?'],
      ['weir audit ls --actor ci --since 2026-01-01T00:00:00Z', 'what has it done this year?'],
    ],
    () => import('./ls.ts'),
  )
}
