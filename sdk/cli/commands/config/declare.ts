import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir config …`. */
export function declare(noun: Command): void {
  leaf(
    noun.command('view').description('Show the settings in force. Keys are never shown whole.').option('--show-sources', 'where each came from'),
    [['weir config view --show-sources', '']],
    () => import('./view.ts'),
  )
}
