import type { Command } from 'commander'
import { leaf, wholeNumber } from '../../command.ts'

/** Declares `weir task …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('serve')
      .description(
        'Run what task.delay hands over, for the tasks of these files: every run is a process of its own. SIGTERM or Ctrl-C drains, the second one stops.',
      )
      .argument('<files...>', 'FILE: all of its tasks; FILE:NAME: the task of that name')
      .option('-l, --limit <number>', 'runs at a time', wholeNumber(1, 10_000), 10),
    [
      ['weir task serve tasks.ts', 'all tasks of a file'],
      ['weir task serve mail.ts:send-mail images.ts --limit 4', 'one task of a file and all of another, four at a time'],
    ],
    () => import('./serve.ts'),
  )
}
